/** The integer kernels, side by side in one thread, and weights that are decoded by the row. */
import { describe, expect, it } from 'vitest'
import type { IntegerKernel } from '../../../hal/accelerator.js'
import { I2_S, Q4_0 } from '../../../hal/dtypes/index.js'
import { LutCore } from '../../../kernels/lut-core/core.js'
import { linear } from '../../../kernels/ts/linear.js'
import { LutKernel } from '../../../kernels/ts/linear-lut.js'
import { PlainKernel } from '../../../kernels/ts/linear-plain.js'
import { quantizeToken } from '../../../kernels/ts/quantize.js'
import { Matrices, Matrix, type RawWeight } from '../../../kernels/ts/weight.js'
import { random, randomTensor } from '../random.js'

describe('integer kernels', () => {
  it.each([
    ['lut', () => new LutKernel()],
    ['lut-core', () => new LutCore()],
  ])('%s gives the sums of plain', (_name, make) => {
    const next = random(1)
    const [plain, other] = [new PlainKernel(), make()]
    for (const cols of [1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 65, 300])
      for (const segment of [cols, 4, 256]) {
        if (segment > cols) continue
        const rows = 1 + Math.floor(next() * 9)
        const values = Int8Array.from({ length: rows * cols }, () => Math.floor(next() * 4) - 1)
        const x = Int8Array.from({ length: cols }, () => Math.floor(next() * 256) - 128)
        const weight = { rows, cols, segment, bits: 2, lowest: -1, values }
        const [a, b] = [plain, other].map((kernel: IntegerKernel) => {
          const sums = new Int32Array(rows * Math.ceil(cols / segment))
          const loaded = kernel.load(weight)
          kernel.prepare(x, 1)
          loaded?.multiply(sums)
          return sums
        })
        expect([cols, segment, ...b]).toEqual([cols, segment, ...a])
      }
  })

  it('the largest sums there are', () => {
    const cols = 4096
    const x = new Int8Array(cols).fill(-128)
    for (const kernel of [new PlainKernel(), new LutKernel(), new LutCore()] as IntegerKernel[]) {
      const sums = new Int32Array(1)
      const loaded = kernel.load({
        rows: 1,
        cols,
        segment: cols,
        bits: 2,
        lowest: -1,
        values: new Int8Array(cols).fill(2),
      })
      kernel.prepare(x, 1)
      loaded?.multiply(sums)
      expect(sums[0]).toBe(-128 * 2 * cols)
    }
  })
})

describe('quantizeToken', () => {
  it('rounds to nearest, ties to even, with a floor under the scale', () => {
    const q = new Int8Array(6)
    // 127 / 127 is 1, so that these are ties as they stand.
    expect(quantizeToken(Float32Array.of(9, 127, 0.5, 1.5, -2.5, -127, 3.49), 1, q)).toBe(1)
    expect([...q]).toEqual([127, 0, 2, -2, -127, 3])
    expect(quantizeToken(new Float32Array(6), 0, q)).toBe(Math.fround(Math.fround(1e-5) / 127))
    expect([...q]).toEqual([0, 0, 0, 0, 0, 0])
  })
})

describe('weights', () => {
  const raw = (weight: ReturnType<typeof randomTensor>): RawWeight => ({
    name: weight.name,
    dtype: weight.dtype,
    rows: weight.shape[1],
    cols: weight.shape[0],
    bytes: weight.bytes,
  })

  it('are the same decoded whole and by the row, also where rows begin inside blocks', () => {
    for (const [dtype, cols, rows] of [
      [Q4_0, 64, 5],
      [I2_S, 96, 8],
    ] as const) {
      const weight = raw(randomTensor('w', dtype, [cols, rows], random(2)))
      const x = Float32Array.from({ length: 2 * cols }, random(3))
      const [a, b] = [true, false].map((whole) => {
        const y = new Float32Array(2 * rows)
        linear(new Matrix(weight, whole), x, y, 0, 2)
        return y
      })
      expect(b).toEqual(a)
    }
  })

  it('are decoded whole within the limit, by the row beyond it', () => {
    const matrices = new Matrices(64 * 5 * 4)
    const [first, second] = ['a', 'b'].map((name) => matrices.whole(raw(randomTensor(name, Q4_0, [64, 5], random(2)))))
    expect([first.data.length, second.data.length]).toEqual([64 * 5, 64 + 2 * 32])
    expect(matrices.residentBytes).toBe(64 * 5 * 4 + (64 + 64) * 4 + second.rows * 2 * 18)
  })
})
