/** Error feedback and descent: what they promise about the loss, on layers whose inputs hang together. */
import { describe, expect, it } from 'vitest'
import { gptq, prepare } from '../../../../sdk/quantize/feedback/gptq.js'
import type { Grid } from '../../../../sdk/quantize/grid/grid.js'
import { gridOf, grids } from '../../../../sdk/quantize/grid/index.js'
import { decoded, type Layer, layer, loss, tools } from './problems.js'

const lowBit = grids.filter(({ levels }) => levels.length > 1 && levels.length <= 256)

/** Round to nearest with the format's own encoder. */
function nearest(grid: Grid, { rows, cols, weights }: Layer): Float32Array {
  const rowBytes = (cols / grid.block) * grid.dtype.blockBytes
  const bytes = new Uint8Array(rows * rowBytes)
  for (let r = 0; r < rows; r++)
    grid.encode(weights.subarray(r * cols, (r + 1) * cols), undefined, bytes.subarray(r * rowBytes))
  return decoded(grid.dtype, bytes, rows * cols)
}

async function solved(given: Layer, grid: Grid, options: Parameters<typeof gptq>[4] = {}) {
  const prepared = await prepare(tools.algebra, 'layer', given.hessian, grid.block, options)
  if (!prepared) throw new Error('H could not be factored')
  const blocks = await gptq(tools, prepared, given.weights, grid, options)
  return { blocks, prepared, quantized: decoded(grid.dtype, blocks.bytes, given.rows * given.cols) }
}

describe.each(lowBit.map((grid) => [grid.dtype.name, grid] as const))('error feedback into %s', (_, grid) => {
  const given = layer(6, Math.max(64, grid.block))

  it('loses less of the output than rounding to nearest', async () => {
    const { quantized } = await solved(given, grid)
    expect(loss(given, quantized)).toBeLessThan(0.8 * loss(given, nearest(grid, given)))
  })

  it('writes blocks that decode to what it reckoned with', async () => {
    const { blocks, quantized } = await solved(given, grid)
    const { order, cols } = blocks
    const inFile = new Float32Array(quantized.length)
    for (let at = 0; at < inFile.length; at += cols)
      for (let p = 0; p < cols; p++) inFile[at + order[p]] = blocks.quantized[at + p]
    // -0 and 0 are the same weight.
    expect(inFile.map((value) => value + 0)).toEqual(quantized.map((value) => value + 0))
  })

  it('descends with every pass', async () => {
    const losses: number[] = []
    for (const passes of [0, 1, 2, 4]) {
      const { quantized, prepared } = await solved(given, grid, { passes, order: 'file' })
      losses.push(loss({ ...given, hessian: prepared.hessian }, quantized))
    }
    for (let i = 1; i < losses.length; i++) expect(losses[i]).toBeLessThanOrEqual(losses[i - 1] * (1 + 1e-4))
    expect(losses[3]).toBeLessThan(losses[0])
  })
})

describe('error feedback', () => {
  const grid = gridOf('Q4_0')

  it('rounds to nearest where inputs are independent', async () => {
    const { rows, cols, weights } = layer(4, 64)
    const hessian = new Float32Array(cols * cols)
    for (let i = 0; i < cols; i++) hessian[i * cols + i] = 1
    const { quantized } = await solved({ rows, cols, weights, hessian }, grid, { passes: 0 })
    const { scales, codes } = (await solved({ rows, cols, weights, hessian }, grid, { passes: 0 })).blocks
    for (let i = 0; i < weights.length; i++) {
      const scale = scales[Math.floor(i / 32)]
      const others = [...grid.levels].map((level) => Math.abs(weights[i] - scale * level))
      expect(Math.abs(weights[i] - quantized[i])).toBeLessThanOrEqual(Math.min(...others) + 1e-6)
    }
    expect(codes.length).toBe(rows * cols)
  })

  it('gives the same whatever the number of threads', async () => {
    const given = layer(5, 96)
    const whole = await solved(given, grid)
    const { cols } = given
    for (let row = 0; row < given.rows; row++) {
      const one = await solved({ ...given, rows: 1, weights: given.weights.slice(row * cols, (row + 1) * cols) }, grid)
      expect(one.quantized).toEqual(whole.quantized.slice(row * cols, (row + 1) * cols))
    }
  })

  it('takes dead columns, and an input that never came', async () => {
    const given = layer(4, 64)
    for (let k = 0; k < 64; k++) given.hessian[3 * 64 + k] = given.hessian[k * 64 + 3] = 0
    const { quantized } = await solved(given, grid)
    expect(quantized.every(Number.isFinite)).toBe(true)
    const silent = await solved({ ...given, hessian: new Float32Array(64 * 64) }, grid)
    expect(silent.quantized.every(Number.isFinite)).toBe(true)
  })

  it('damps a singular H and says how much', async () => {
    const given = layer(4, 64)
    const one = new Float32Array(64 * 64).fill(1)
    const { prepared } = await solved({ ...given, hessian: one }, grid)
    expect(prepared.damping).toBeGreaterThanOrEqual(0.01)
    const indefinite = new Float32Array(64 * 64)
    for (let i = 0; i < 64; i++) indefinite[i * 64 + i] = i === 9 ? -1000 : 1
    expect(await prepare(tools.algebra, 'layer', indefinite, grid.block)).toBeUndefined()
  })

  it('refuses activations that are not finite', async () => {
    const hessian = new Float32Array(64 * 64).fill(Number.NaN)
    await expect(prepare(tools.algebra, 'blk.0.attn_q.weight', hessian, grid.block)).rejects.toMatchObject({
      kind: 'format',
    })
  })
})
