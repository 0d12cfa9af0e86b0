/**
 * Activations for an array that builds its tables itself, from adders (no fused precompute): codes of K columns for each
 * token of a group, as they lie in memory; and the tables that such an array makes of them, which are the same.
 * takes  values that a format has (tokens × cols), groups of columns · gives  codes (groups × M × K), lowest byte first
 * before ./formats, ./groups · after ../lmma
 */
import type { CoreConfig } from '../config.js'
import { formats } from './formats.js'
import type { Group } from './groups.js'
import { buildTables, type Tables } from './tables.js'

/** Missing tokens and columns are 0. */
export function packActivations(
  { m, k, activation }: CoreConfig,
  values: ArrayLike<number>,
  tokens: number,
  cols: number,
  groups: readonly Group[],
): Uint8Array<ArrayBuffer> {
  const { bytes, encode } = formats[activation]
  const packed = new Uint8Array(groups.length * m * k * bytes)
  groups.forEach(({ from, to }, g) => {
    for (let t = 0; t < tokens; t++)
      for (let c = from; c < to; c++) {
        const code = encode(values[t * cols + c])
        const at = ((g * m + t) * k + (c - from)) * bytes
        packed[at] = code
        if (bytes === 2) packed[at + 1] = code >> 8
      }
  })
  return packed
}

/** What the array's adders make of `groups` groups of codes: `Operands.tables`. */
export function tablesInArray(config: CoreConfig, packed: Uint8Array, groups: number): Tables {
  const { m, k, activation } = config
  const { bytes, decode } = formats[activation]
  // Token by token, as buildTables takes them.
  const values = new Float32Array(m * groups * k)
  for (let g = 0; g < groups; g++)
    for (let t = 0; t < m; t++)
      for (let j = 0; j < k; j++) {
        const at = ((g * m + t) * k + j) * bytes
        values[(t * groups + g) * k + j] = decode(bytes === 2 ? packed[at] | (packed[at + 1] << 8) : packed[at])
      }
  const columns = Array.from({ length: groups }, (_, g) => ({ from: g * k, to: (g + 1) * k }))
  return buildTables(config, values, m, groups * k, columns)
}
