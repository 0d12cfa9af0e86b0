/**
 * tType: a number format as plain data (Ladder, OSDI'24): a code's bits, what it decodes to, and what a group shares.
 * weight = scale · decode(code) + minimum. Being plain data it may be posted to workers and written to disk.
 */
import type { Real } from './expression.js'

export interface TType {
  readonly name: string
  /** Bits of a code, 1 … 32. */
  readonly bits: number
  /** Elements of a row that one code stands for: 1, or the dimension of a vector codebook (2, 4). */
  readonly lanes: number
  /** The value of each lane, before scale and minimum. */
  readonly decode: readonly Real[]
  /** Elements of a row that share a scale and a minimum; absent: all of a tensor. */
  readonly group?: number
  readonly scaled: boolean
  readonly shifted: boolean
  readonly storage: Storage
}

/** How a tensor's bytes hold codes and metadata. */
export type Storage =
  /** As hal's format of that name decodes: whole numbers taken apart, or plain floats. */
  { readonly kind: 'hal'; readonly dtype: string } | FieldStorage

/** Blocks of bytes with every bit's place named: the `map` of a layout, as data. */
export interface FieldStorage {
  readonly kind: 'fields'
  /** Elements and bytes of a block. */
  readonly block: number
  readonly blockBytes: number
  /** Bit b of code j of a block is bit `codes[j · bits + b]` of the block, bit 0 being the lowest of byte 0. */
  readonly codes: readonly number[]
  /**
   * Where codes are digits: a stored word of so many bits is Σ digit · base^i, `count` elements, the first one lowest, and
   * `codes` names the places of words. Digits beyond the block's end are padding. Lanes are 1 then.
   */
  readonly digits?: { readonly base: number; readonly count: number; readonly bits: number }
  /** One entry for every group of a block. */
  readonly scale?: readonly Metadata[]
  readonly minimum?: readonly Metadata[]
}

/** A number of a group: a field of a block, decoded, times that of another field where there is one. */
export interface Metadata {
  readonly at: number
  readonly bits: number
  readonly decode: Real
  readonly times?: Metadata
}

/** A matrix of typed elements, taken apart: what packers read. */
export interface Elements {
  readonly type: TType
  readonly rows: number
  readonly cols: number
  /** rows × cols / lanes. */
  readonly codes: Uint8Array | Uint16Array | Uint32Array
  /** Columns that share a scale and a minimum: the type's group, or all of a row. */
  readonly group: number
  /** rows × cols / group; absent: ones. */
  readonly scales?: Float32Array
  /** rows × cols / group; absent: zeros. */
  readonly minima?: Float32Array
}
