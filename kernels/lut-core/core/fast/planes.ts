/**
 * Weights for the fast path: plain bits, whatever the switches, since they change no result. Two planes share an element,
 * so that one read serves two lookups: the even plane in its low half, the odd one above; 4 bits each for K ≤ 4, else 8.
 * takes  a weight · gives  elements (segments × ⌈planes / 2⌉ × rows × groups of a segment)
 * before ../groups · after ./weight
 */
import type { IntegerWeight } from '../../../../hal/accelerator.js'

export interface Planes {
  readonly elements: Uint8Array | Uint16Array
  /** Bits of half an element. */
  readonly half: 4 | 8
}

export function packPlanes(k: number, weight: IntegerWeight): Planes {
  const { rows, cols, segment, bits } = weight
  const pairs = Math.ceil(bits / 2)
  const half = k <= 4 ? 4 : 8
  let total = 0
  for (let begin = 0; begin < cols; begin += segment) total += Math.ceil(Math.min(segment, cols - begin) / k)
  const size = total * pairs * rows
  const elements = half === 4 ? new Uint8Array(size) : new Uint16Array(size)
  for (let begin = 0, at = 0; begin < cols; begin += segment) {
    const end = Math.min(begin + segment, cols)
    packSegment(elements, at, half, k, weight, begin, end)
    at += Math.ceil((end - begin) / k) * pairs * rows
  }
  return { elements, half }
}

function packSegment(
  elements: Uint8Array | Uint16Array,
  at: number,
  half: number,
  k: number,
  { rows, cols, bits, lowest, values }: IntegerWeight,
  begin: number,
  end: number,
): void {
  const groups = Math.ceil((end - begin) / k)
  for (let plane = 0; plane < bits; plane++) {
    const up = (plane & 1) * half
    const pair = at + (plane >> 1) * rows * groups
    for (let r = 0; r < rows; r++) {
      let element = pair + r * groups
      let j = 0
      for (let c = begin; c < end; c++) {
        elements[element] |= (((values[r * cols + c] - lowest) >> plane) & 1) << (up + j)
        if (++j < k) continue
        j = 0
        element++
      }
    }
  }
}
