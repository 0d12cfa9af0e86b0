/**
 * GPTQ's inner loop (Frantar et al., 2022) over one stretch of columns: a block's scales are fitted to what its weights have
 * become, then column by column the rounding error, over U's diagonal, is taken off the columns that follow. Feedback
 * beyond the stretch is one product, which ./gptq makes of `errors`.
 * takes  Blocks, U with inverse(H) = Uᵀ U, places [start, start + width) · gives  codes, bytes, errors (rows × width)
 */
import { gridOf } from '../grid/index.js'
import { nearestOf } from '../grid/nearest.js'
import { type Blocks, blockAt } from './state.js'

export interface FeedBack {
  readonly blocks: Blocks
  readonly upper: Float32Array
  readonly start: number
  readonly width: number
  readonly errors: Float32Array
}

export function feedBack({ blocks, upper, start, width, errors }: FeedBack, from: number, to: number): void {
  const { cols, weights, quantized, codes, scales, minima, order, bytes } = blocks
  const grid = gridOf(blocks.grid)
  const { block, segment, levels } = grid
  const nearest = nearestOf(levels)
  const segments = block / segment
  const values = new Float32Array(block)
  const importance = new Float32Array(block)
  const codesInFile = new Uint8Array(block)

  for (let place = start; place < start + width; place += block) {
    const { column } = blockAt(blocks, grid, 0, place)
    // The loss of rounding column i alone, all later ones answering as best they can, is error² / U_ii².
    for (let p = place; p < place + block; p++) importance[order[p] - column] = 1 / upper[p * cols + p] ** 2
    for (let row = from; row < to; row++) {
      const { byte, segment: first } = blockAt(blocks, grid, row, place)
      const w = weights.subarray(row * cols, (row + 1) * cols)
      for (let p = place; p < place + block; p++) values[order[p] - column] = w[p]
      const scale = scales.subarray(first, first + segments)
      const minimum = minima.subarray(first, first + segments)
      grid.fit(values, importance, bytes, byte, scale, minimum)
      for (let p = place; p < place + block; p++) {
        const inFile = order[p] - column
        const s = Math.floor(inFile / segment)
        const code = nearest((w[p] - minimum[s]) / scale[s])
        const q = Math.fround(scale[s] * levels[code]) + minimum[s]
        quantized[row * cols + p] = q
        codes[row * cols + p] = code
        codesInFile[inFile] = code
        const u = upper.subarray(p * cols, p * cols + start + width)
        const error = (w[p] - q) / u[p]
        errors[row * width + p - start] = error
        for (let k = p + 1; k < start + width; k++) w[k] -= error * u[k]
      }
      grid.write(codesInFile, bytes, byte)
    }
  }
}
