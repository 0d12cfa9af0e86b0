/**
 * ./feed-back and ./descend with their inner loops in the addon, block by block over all rows: grids choose, store and write
 * here, the addon rounds and moves. To the last bit as those two.
 * takes  as those do, and the addon's loops · gives  the same arrays
 */
import type { NativeRows, NativeStretch } from '../../../kernels/native/quantize-rows.js'
import type { Grid } from '../grid/grid.js'
import { gridOf } from '../grid/index.js'
import type { Descend } from './descend.js'
import type { FeedBack } from './feed-back.js'
import { type Blocks, blockAt } from './state.js'

export function nativeFeedBack(native: NativeRows, given: FeedBack, from: number, to: number): void {
  const { blocks, upper, start, width, errors } = given
  const { cols, weights, scales, minima, order, bytes } = blocks
  const grid = gridOf(blocks.grid)
  const { block, segment } = grid
  const segments = block / segment
  const [values, importance] = [new Float32Array(block), new Float32Array(block)]
  const lent = { ...blocks, levels: grid.levels }
  for (let place = start; place < start + width; place += block) {
    const { column } = blockAt(blocks, grid, 0, place)
    for (let p = place; p < place + block; p++) importance[order[p] - column] = 1 / upper[p * cols + p] ** 2
    for (let row = from; row < to; row++) {
      const { byte, segment: first } = blockAt(blocks, grid, row, place)
      for (let p = place; p < place + block; p++) values[order[p] - column] = weights[row * cols + p]
      const [scale, minimum] = [scales.subarray(first, first + segments), minima.subarray(first, first + segments)]
      grid.fit(values, importance, bytes, byte, scale, minimum)
    }
    native.round(lent, stretchOf(grid, cols, given, place, from, to), upper, errors)
    writeCodes(blocks, grid, place, from, to)
  }
}

export function nativeDescend(native: NativeRows, given: Descend, from: number, to: number): void {
  const { blocks, hessian, gradient, start, width, changes } = given
  const { cols, bytes } = blocks
  const grid = gridOf(blocks.grid)
  const { block, segment, levels, dtype } = grid
  const [segments, size] = [block / segment, dtype.blockBytes]
  const lent = { ...blocks, levels }
  const room = (to - from) * segments
  const problem = {
    ...{ hessian, gradient, changes },
    ...{ scales: new Float32Array(room), minima: new Float32Array(room), kept: new Uint8Array(to - from) },
  }
  const { scales, minima, kept } = problem
  const headers = new Uint8Array((to - from) * size)
  for (let place = start; place < start + width; place += block) {
    const stretch = stretchOf(grid, cols, given, place, from, to)
    native.wanted(lent, stretch, problem)
    for (let row = from, i = 0; row < to; row++, i++) {
      const { byte } = blockAt(blocks, grid, row, place)
      headers.set(bytes.subarray(byte, byte + size), i * size)
      const [first, end] = [i * segments, (i + 1) * segments]
      grid.store(scales.subarray(first, end), minima.subarray(first, end), bytes, byte)
    }
    native.descend(lent, stretch, problem)
    for (let row = from, i = 0; row < to; row++, i++) {
      if (kept[i] === 1) continue
      bytes.set(headers.subarray(i * size, (i + 1) * size), blockAt(blocks, grid, row, place).byte)
    }
    writeCodes(blocks, grid, place, from, to)
  }
}

function stretchOf(
  { block, segment, minima }: Grid,
  cols: number,
  { start, width }: { readonly start: number; readonly width: number },
  place: number,
  from: number,
  to: number,
): NativeStretch {
  return { cols, block, segment, minima, start, width, place, from, to }
}

function writeCodes(blocks: Blocks, grid: Grid, place: number, from: number, to: number): void {
  const { cols, codes, order, bytes } = blocks
  const codesInFile = new Uint8Array(grid.block)
  const { column } = blockAt(blocks, grid, 0, place)
  for (let row = from; row < to; row++) {
    for (let p = place; p < place + grid.block; p++) codesInFile[order[p] - column] = codes[row * cols + p]
    grid.write(codesInFile, bytes, blockAt(blocks, grid, row, place).byte)
  }
}
