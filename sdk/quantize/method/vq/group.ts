/**
 * One group of rows × columns that shares a codebook: where its weights lie, and which entry each vector of them takes.
 * takes  a codebook's geometry · gives  Group, codebooks as floats (entry after entry, lanes side by side)
 * before hal/dtypes/vq · after every room beside this one
 */
import type { Codebooks } from '../../../../hal/dtype.js'

export interface Group {
  readonly lanes: number
  /** Entries of the codebook. */
  readonly entries: number
  readonly rows: number
  readonly span: number
  /** Weight (r, c) of the group is weights[at + r · stride + c]. */
  readonly weights: Float32Array
  readonly at: number
  readonly stride: number
}

export function groupOf(
  { codeBits, lanes, rows, span, cols }: Codebooks,
  weights: Float32Array,
  row: number,
  column: number,
): Group {
  return { lanes, entries: 2 ** codeBits, rows, span, weights, at: row * cols + column, stride: cols }
}

/** The entry nearest to z, both in coordinates where distance counts alike in all directions. */
export function nearest(z: Float64Array, table: Float64Array, entries: number, lanes: number): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY]
  if (lanes === 2) {
    const [z0, z1] = [z[0], z[1]]
    for (let k = 0; k < entries; k++) {
      const [a, b] = [z0 - table[2 * k], z1 - table[2 * k + 1]]
      const cost = a * a + b * b
      if (cost < least) [best, least] = [k, cost]
    }
    return best
  }
  for (let k = 0; k < entries; k++) {
    let cost = 0
    for (let j = 0; j < lanes; j++) {
      const d = z[j] - table[lanes * k + j]
      cost += d * d
    }
    if (cost < least) [best, least] = [k, cost]
  }
  return best
}
