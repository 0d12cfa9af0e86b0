/**
 * tDevice: a machine as Ladder sees it, as data: layers from memory to registers with what they move at a time, and core
 * types, the instructions that multiply tiles. "Compute by table" is one of them.
 * after ../schedule, ./index
 */

/** What a core takes as weights: whole numbers of a range, bit planes of whole numbers, or float32. */
export type WeightElement =
  | { readonly kind: 'integer'; readonly least: number; readonly most: number }
  | { readonly kind: 'planes'; readonly mostBits: number }
  | { readonly kind: 'float' }

export interface CoreType {
  readonly name: string
  /** tTile of one step: tokens, rows and columns that it covers. */
  readonly tile: { readonly tokens: number; readonly rows: number; readonly columns: number }
  readonly weights: WeightElement
  readonly activations: 'i8' | 'f32'
  readonly sums: 'i32' | 'f32'
  /** Bits of a lane that holds a weight while it is multiplied. */
  readonly lane: 8 | 16 | 32
  /** Instructions of a step: the product, and what must stand around it. */
  readonly instructions: number
  /** Features beyond the device's own that must be there. */
  readonly needs?: readonly string[]
}

/** Instructions for a whole register of weights. */
export interface ConversionCosts {
  /** Shift and mask, for each part of a code. */
  readonly slice: number
  /** A table of 16 bytes looked up. */
  readonly table: number
  /** Bytes widened to 16 bits, for a register of results. */
  readonly widen: number
  /** One arithmetic step of a decode expression. */
  readonly step: number
  /** One weight read from a table in memory. */
  readonly gather: number
}

export interface Layer {
  readonly name: string
  /** Bytes that it moves at a time: the granularity that tiles are aligned to. */
  readonly transaction: number
  readonly bytes?: number
  /** Bytes a second from the layer below, one thread; declared, until measured. */
  readonly bytesPerSecond?: number
}

export interface TDevice {
  readonly name: string
  /** Device features (hal) that must all be there. */
  readonly needs: readonly string[]
  readonly register: { readonly count: number; readonly bytes: number }
  /** From memory to the first-level cache. */
  readonly layers: readonly Layer[]
  readonly cores: readonly CoreType[]
  readonly convert: ConversionCosts
  /** Vector instructions a second that one thread gets through; declared, until measured. */
  readonly instructionsPerSecond: number
  readonly source: string
}
