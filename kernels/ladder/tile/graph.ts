/**
 * The tTile-graph of a linear: what happens to tiles of weights and of activations between memory and the core, as Ladder's
 * four primitives. `pad`, `slice`, `map` and `convert` are data; offline ones are the packer's, the others the kernel's.
 * before ./layout · after ./lower, ./pack, ./transform
 */
import type { Layout } from './layout.js'

/** A tile of typed elements. */
export interface TTile {
  readonly rows: number
  readonly columns: number
  /** Element type: a tType's name, or i8, i16, f32 of a core. */
  readonly type: string
  readonly bits: number
}

export type Primitive =
  /** Columns of every group to `padded`, rows to a multiple; zeros. Absent group: all of a row, to a multiple of `padded`. */
  | { readonly op: 'pad'; readonly rows: number; readonly group?: number; readonly padded: number }
  /** Elements to another type, losing nothing: by a list (`recode`), a table, or arithmetic. */
  | { readonly op: 'convert'; readonly to: string; readonly bits: number; readonly recode?: ArrayLike<number> }
  /** Into tiles of so many rows and columns, tiles of rows outermost. */
  | { readonly op: 'slice'; readonly rows: number; readonly columns: number }
  /** Elements of a tile to their places. */
  | { readonly op: 'map'; readonly layout: Layout }

/** Where a primitive happens: once, while packing; or each time, between memory and the core. */
export type Place = 'offline' | 'memory' | 'register' | 'table'

export interface Step {
  readonly at: Place
  readonly primitive: Primitive
}

export interface TGraph {
  readonly weights: { readonly from: TTile; readonly steps: readonly Step[] }
  readonly activations: { readonly from: TTile; readonly steps: readonly Step[] }
  readonly core: { readonly name: string; readonly tokens: number; readonly rows: number; readonly columns: number }
  /** What follows the core's sums, per panel, per group, and once. */
  readonly epilogue: readonly string[]
}

/** A line for each step, for reports. */
export function describeGraph({ weights, activations, core, epilogue }: TGraph): string {
  const tile = ({ rows, columns, type }: TTile) => `${rows} x ${columns} of ${type}`
  const path = (name: string, { from, steps }: TGraph['weights']) => [
    `${name}: ${tile(from)}`,
    ...steps.map(({ at, primitive }) => `  ${at}: ${describePrimitive(primitive)}`),
  ]
  return [
    ...path('weights', weights),
    ...path('activations', activations),
    `core: ${core.name}, ${core.tokens} x ${core.rows} x ${core.columns}`,
    ...epilogue.map((each) => `  then ${each}`),
  ].join('\n')
}

function describePrimitive(primitive: Primitive): string {
  switch (primitive.op) {
    case 'pad': {
      const { rows, group, padded } = primitive
      return `pad rows to ${rows}, ${group === undefined ? 'a row' : `groups of ${group}`} to ${padded} columns`
    }
    case 'convert':
      return `convert to ${primitive.to} of ${primitive.bits} bits`
    case 'slice':
      return `slice ${primitive.rows} x ${primitive.columns}`
    case 'map':
      return `map to ${primitive.layout.unitBytes} bytes in ${primitive.layout.parts.length} part(s)`
  }
}
