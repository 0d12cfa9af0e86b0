/**
 * New scales (and minima) for the codes that a block has, by least squares under H with all else held: per segment
 * δ = (A g) / (A H Aᵀ), A being the levels (and ones) of its weights. What the format stores of them is kept if the loss falls.
 * takes  a block, its gradient and part of H · gives  true if the block changed; q, scales, minima and header are then new
 * before ./descend
 */
import type { Grid } from '../grid/grid.js'

/** Scratch of one thread, made once a stretch; where a block's places belong is the same for all rows. */
export interface RefitRoom {
  readonly before: Float32Array
  readonly trial: Float32Array
  readonly scales: Float32Array
  readonly minima: Float32Array
  readonly header: Uint8Array
  /** Segment of each place of the block; the block's places, segment by segment, and where each segment begins. */
  readonly segmentOf: Uint8Array
  readonly members: Int32Array
  readonly begins: Int32Array
}

export function refitRoom({ block, segment, dtype }: Grid): RefitRoom {
  const segments = block / segment
  return {
    before: new Float32Array(block),
    trial: new Float32Array(block),
    scales: new Float32Array(segments),
    minima: new Float32Array(segments),
    header: new Uint8Array(dtype.blockBytes),
    segmentOf: new Uint8Array(block),
    members: new Int32Array(block),
    begins: Int32Array.from({ length: segments + 1 }, (_, s) => s * segment),
  }
}

/** For the block whose columns, in the file's order, begin at `column`. */
export function settle(
  { segmentOf, members }: RefitRoom,
  { block, segment }: Grid,
  order: Int32Array,
  place: number,
  column: number,
) {
  for (let i = 0; i < block; i++) {
    const inFile = order[place + i] - column
    segmentOf[i] = Math.floor(inFile / segment)
    members[inFile] = i
  }
}

export interface Refit {
  readonly grid: Grid
  readonly hessian: Float32Array
  readonly cols: number
  readonly place: number
  /** Rows of the gradient, the quantized weights and the codes. */
  readonly g: Float32Array
  readonly q: Float32Array
  readonly c: Uint8Array
  readonly scale: Float32Array
  readonly minimum: Float32Array
  readonly bytes: Uint8Array
  readonly byte: number
  readonly room: RefitRoom
}

export function refit(given: Refit): boolean {
  const { grid, hessian, cols, place, g, q, c, scale, minimum, bytes, byte, room } = given
  const { block, levels } = grid
  const { scales, minima, trial, header, segmentOf } = room
  scales.set(scale)
  minima.set(minimum)
  wanted(given)
  const size = grid.dtype.blockBytes
  header.set(bytes.subarray(byte, byte + size))
  grid.store(scales, minima, bytes, byte)

  // Loss after minus loss before, with d = new q − old q: d H dᵀ − 2 d gᵀ.
  let change = 0
  for (let i = 0; i < block; i++) {
    const s = segmentOf[i]
    trial[i] = Math.fround(scales[s] * levels[c[place + i]]) + minima[s]
  }
  for (let i = 0; i < block; i++) {
    const d = trial[i] - q[place + i]
    if (d === 0) continue
    const h = hessian.subarray((place + i) * cols + place, (place + i) * cols + place + block)
    let sum = 0
    for (let k = 0; k < block; k++) sum += h[k] * (trial[k] - q[place + k])
    change += d * (sum - 2 * g[place + i])
  }
  if (!(change < 0)) {
    bytes.set(header.subarray(0, size), byte)
    return false
  }
  scale.set(scales)
  minimum.set(minima)
  for (let i = 0; i < block; i++) q[place + i] = trial[i]
  return true
}

/** Puts what would be best, could the format hold it, into room.scales and room.minima. */
function wanted({ grid, hessian, cols, place, g, c, room }: Refit): void {
  const { levels } = grid
  const { scales, minima, members, begins } = room
  for (let s = 0; s < scales.length; s++) {
    // Levels and ones against the gradient; then the 2 × 2 normal matrix of (scale, minimum).
    let [lg, og, ll, lo, oo] = [0, 0, 0, 0, 0]
    for (let a = begins[s]; a < begins[s + 1]; a++) {
      const i = members[a]
      const level = levels[c[place + i]]
      const h = (place + i) * cols + place
      let [hl, ho] = [0, 0]
      for (let b = begins[s]; b < begins[s + 1]; b++) {
        const k = members[b]
        hl += hessian[h + k] * levels[c[place + k]]
        ho += hessian[h + k]
      }
      lg += level * g[place + i]
      og += g[place + i]
      ll += level * hl
      lo += ho * level
      oo += ho
    }
    const determinant = ll * oo - lo * lo
    if (grid.minima && determinant > 1e-6 * ll * oo) {
      scales[s] += (lg * oo - og * lo) / determinant
      minima[s] += (og * ll - lg * lo) / determinant
    } else if (ll > 0) scales[s] += lg / ll
  }
}
