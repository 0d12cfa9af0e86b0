/**
 * Coordinate descent on the layer's own loss, (w − q) H (w − q)ᵀ per row, over one stretch of columns: for each block first
 * scales and minima by least squares with the codes as they are (kept only if the loss, stored values and all, falls), then
 * every code to the nearest of what the others leave best. It never raises the loss (cyclic descent as in QuantEase,
 * Behdin et al., 2023; here with the scales in it).
 * takes  Blocks, H, gradient (rows × cols: (w − q) H) · gives  new codes and bytes, `changes` (rows × width: old q − new q)
 */
import { gridOf } from '../grid/index.js'
import { nearestOf } from '../grid/nearest.js'
import { refit, refitRoom, settle } from './refit.js'
import { type Blocks, blockAt } from './state.js'

export interface Descend {
  readonly blocks: Blocks
  readonly hessian: Float32Array
  /** As of the start of this stretch; ./gptq takes the changes off the rest. */
  readonly gradient: Float32Array
  readonly start: number
  readonly width: number
  readonly changes: Float32Array
}

export function descend(given: Descend, from: number, to: number): void {
  const { blocks, hessian, gradient, start, width, changes } = given
  const { cols, quantized, codes, scales, minima, order, bytes } = blocks
  const grid = gridOf(blocks.grid)
  const { block, segment, levels } = grid
  const segments = block / segment
  const nearest = nearestOf(levels)
  const codesInFile = new Uint8Array(block)
  const room = refitRoom(grid)
  const end = start + width

  for (let place = start; place < end; place += block) {
    const { column } = blockAt(blocks, grid, 0, place)
    settle(room, grid, order, place, column)
    for (let row = from; row < to; row++) {
      const { byte, segment: first } = blockAt(blocks, grid, row, place)
      const g = gradient.subarray(row * cols, (row + 1) * cols)
      const q = quantized.subarray(row * cols, (row + 1) * cols)
      const c = codes.subarray(row * cols, (row + 1) * cols)
      const scale = scales.subarray(first, first + segments)
      const minimum = minima.subarray(first, first + segments)
      const { before, segmentOf } = room
      for (let i = 0; i < block; i++) before[i] = q[place + i]

      if (refit({ grid, hessian, cols, place, g, q, c, scale, minimum, bytes, byte, room }))
        for (let i = 0; i < block; i++) {
          const change = before[i] - q[place + i]
          if (change !== 0) move(g, hessian, cols, place + i, start, end, change)
        }
      for (let p = place; p < place + block; p++) {
        const h = hessian[p * cols + p]
        const s = segmentOf[p - place]
        const code = h > 0 ? nearest((q[p] + g[p] / h - minimum[s]) / scale[s]) : c[p]
        if (code !== c[p]) {
          const value = Math.fround(scale[s] * levels[code]) + minimum[s]
          const change = q[p] - Math.fround(value)
          // Where a scale is 0, or two levels are equally near, nothing is won.
          const gain = change * (2 * g[p] + change * h)
          if (gain < 0) {
            move(g, hessian, cols, p, start, end, change)
            q[p] = value
            c[p] = code
          }
        }
        codesInFile[order[p] - column] = c[p]
      }
      grid.write(codesInFile, bytes, byte)
      for (let i = 0; i < block; i++) changes[row * width + place - start + i] = before[i] - q[place + i]
    }
  }
}

/** q at place p has become smaller by `change`, so w − q grew by it: the gradient of the stretch's columns follows. */
function move(
  g: Float32Array,
  hessian: Float32Array,
  cols: number,
  p: number,
  start: number,
  end: number,
  change: number,
) {
  const h = hessian.subarray(p * cols, p * cols + end)
  for (let k = start; k < end; k++) g[k] += change * h[k]
}
