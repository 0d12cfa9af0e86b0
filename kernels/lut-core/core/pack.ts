/**
 * Weights as the array takes them: lines of N fields of K bits, one line a bit plane of a group (layout: ../array).
 * takes  a weight, its first row, groups of columns · gives  groups × planes lines for N rows; rows beyond the last are 0
 * before ./groups · after ./functional, ../lmma
 */
import type { IntegerWeight } from '../../../hal/accelerator.js'
import { lineBytes } from '../array.js'
import type { CoreConfig } from '../config.js'
import type { Group } from './groups.js'

export function packLines(
  config: CoreConfig,
  weight: IntegerWeight,
  row: number,
  groups: readonly Group[],
): Uint8Array<ArrayBuffer> {
  const { n, k } = config
  const { rows, bits } = weight
  const line = lineBytes(config)
  const packed = new Uint8Array(groups.length * bits * line)
  const last = Math.min(n, rows - row)
  groups.forEach((group, g) => {
    for (let plane = 0; plane < bits; plane++) {
      const at = (g * bits + plane) * line
      for (let i = 0; i < last; i++) {
        const field = fieldOf(config, weight, row + i, group, plane)
        // A field of up to 6 bits may lie across two bytes.
        const bit = i * k
        const placed = field << (bit & 7)
        packed[at + (bit >> 3)] |= placed
        if (placed > 255) packed[at + (bit >> 3) + 1] |= placed >> 8
      }
    }
  })
  return packed
}

/** K bits of a plane; with negation elimination those below the highest are inverted where the highest is set. */
function fieldOf({ k, ideas }: CoreConfig, weight: IntegerWeight, row: number, group: Group, plane: number): number {
  const { cols, lowest, values } = weight
  let field = 0
  for (let c = group.from; c < group.to; c++)
    field |= (((values[row * cols + c] - lowest) >> plane) & 1) << (c - group.from)
  const top = 1 << (k - 1)
  return ideas.negationElimination && field & top ? top | (~field & (top - 1)) : field
}
