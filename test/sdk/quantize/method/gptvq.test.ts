import { describe, expect, it } from 'vitest'
import { dtypeByName, tensorBytes, vqType } from '../../../../hal/dtypes/index.js'
import { nativeCodebooks } from '../../../../kernels/native/quantize-codebooks.js'
import { nativeRowTiers } from '../../../../kernels/native/quantize-rows.js'
import { type GptvqOptions, gptvq, gptvqBy } from '../../../../sdk/quantize/method/gptvq.js'
import { vqFor } from '../../../../sdk/quantize/method/vq/geometry.js'
import { plain } from '../../../../sdk/quantize/method/vq/loops.js'
import { nativeLoops } from '../../../../sdk/quantize/method/vq/native.js'
import { normal, random } from '../../../kernels/random.js'

/** Correlated inputs, as layers have them: H = mean of x xᵀ, and U with inverse(H + 1 %) = Uᵀ U, by the textbook. */
function calibration(cols: number, seed: number) {
  const next = random(seed)
  const mix = Array.from({ length: cols * 8 }, () => normal(next))
  const own = Float64Array.from({ length: cols }, () => 0.1 + 2 * next() ** 4)
  const hessian = new Float64Array(cols * cols)
  for (let i = 0; i < cols; i++)
    for (let j = 0; j < cols; j++) {
      let sum = i === j ? own[i] : 0
      for (let k = 0; k < 8; k++) sum += (mix[i * 8 + k] * mix[j * 8 + k]) / 8
      hessian[i * cols + j] = sum
    }
  return { hessian: Float32Array.from(hessian), upper: upperOf(hessian, cols) }
}

function upperOf(hessian: Float64Array, n: number): Float32Array {
  const a = hessian.slice()
  let mean = 0
  for (let i = 0; i < n; i++) mean += a[i * n + i] / n
  for (let i = 0; i < n; i++) a[i * n + i] += 0.01 * mean
  // Gauss-Jordan, then Cholesky from the last column on.
  const inverse = new Float64Array(n * n)
  for (let i = 0; i < n; i++) inverse[i * n + i] = 1
  for (let p = 0; p < n; p++) {
    const d = a[p * n + p]
    for (let j = 0; j < n; j++) [a[p * n + j], inverse[p * n + j]] = [a[p * n + j] / d, inverse[p * n + j] / d]
    for (let i = 0; i < n; i++) {
      const f = a[i * n + p]
      if (i === p || f === 0) continue
      for (let j = 0; j < n; j++) {
        a[i * n + j] -= f * a[p * n + j]
        inverse[i * n + j] -= f * inverse[p * n + j]
      }
    }
  }
  const upper = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = i; j < n; j++) {
      let sum = inverse[i * n + j]
      for (let k = 0; k < i; k++) sum -= upper[k * n + i] * upper[k * n + j]
      upper[i * n + j] = i === j ? Math.sqrt(sum) : sum / upper[i * n + i]
    }
  return Float32Array.from(upper)
}

/** Σ (w - q) H (w - q)ᵀ, as a share of Σ w H wᵀ. */
function loss(
  weights: Float32Array,
  quantized: Float32Array,
  hessian: Float32Array,
  rows: number,
  cols: number,
): number {
  let [error, all] = [0, 0]
  for (let r = 0; r < rows; r++)
    for (let i = 0; i < cols; i++)
      for (let j = 0; j < cols; j++) {
        const at = r * cols
        const h = hessian[i * cols + j]
        error += (weights[at + i] - quantized[at + i]) * h * (weights[at + j] - quantized[at + j])
        all += weights[at + i] * h * weights[at + j]
      }
  return error / all
}

const cols = 96
const rows = 32
const { hessian, upper } = calibration(cols, 1)
const weights = Float32Array.from(
  { length: rows * cols },
  (
    (next) => () =>
      normal(next) / 10
  )(random(2)),
)

function quantize(grid: string, options: GptvqOptions = {}, from = 0, to = rows, of = weights, by = gptvq) {
  const dtype = dtypeByName(grid)
  const bytes = new Uint8Array(tensorBytes(dtype, rows * cols))
  by.run({ name: 'w', rows, cols, grid, weights: of.slice(), hessian, upper, bytes }, from, to, options)
  const decoded = new Float32Array(rows * cols)
  dtype.decode(bytes, rows * cols, 0, rows * cols, decoded)
  return { bytes, decoded, loss: loss(of, decoded, hessian, rows, cols) }
}

const type = (codeBits: number, lanes: number, group = 16, span = 96) =>
  vqType({ codeBits, lanes, rows: group, span, cols }).name

describe('gptvq', () => {
  it('loses less with more bits, and with more lanes at the same bits', () => {
    const by = (codeBits: number, lanes: number) => quantize(type(codeBits, lanes)).loss
    const [one, two, three, four] = [by(1, 1), by(2, 1), by(3, 1), by(4, 1)]
    expect(two).toBeLessThan(0.4 * one)
    expect(three).toBeLessThan(0.4 * two)
    expect(four).toBeLessThan(0.4 * three)
    expect(by(4, 2)).toBeLessThan(0.95 * two)
    expect(by(4, 4)).toBeLessThan(0.95 * one)
  })

  it('loses less by each of its parts', () => {
    const grid = type(4, 2, 16, 32)
    const plain = quantize(grid, { iterations: 0, turns: 0 }).loss
    const fitted = quantize(grid, { turns: 0 }).loss
    const moved = quantize(grid, { recode: false, rounds: 1 }).loss
    const once = quantize(grid, { rounds: 1 }).loss
    const all = quantize(grid).loss
    expect([fitted < plain, moved < fitted, once < 0.95 * moved, all < once]).toEqual([true, true, true, true])
  })

  it('weighs errors as feedback does: no worse than the official weights', () => {
    const by = (weighing: GptvqOptions['weighing']) => quantize(type(4, 2), { weighing, turns: 0 }).loss
    expect(by('exact')).toBeLessThan(by('official'))
    expect(by('diagonal')).toBeLessThan(by('official') * 1.2)
  })

  it.each(['mahalanobis', 'cdf', 'distant'] as const)('starts by %s', (start) => {
    for (const [codeBits, lanes] of [
      [2, 1],
      [4, 2],
    ])
      expect(quantize(type(codeBits, lanes), { start }).loss).toBeLessThan(0.15)
  })

  it('writes what any thread would: ranges of rows are independent', () => {
    const grid = type(4, 2, 8, 32)
    const whole = quantize(grid).bytes
    const half = whole.length / 2
    expect(quantize(grid, {}, 0, 16).bytes.subarray(0, half)).toEqual(whole.subarray(0, half))
    expect(quantize(grid, {}, 16, 32).bytes.subarray(half)).toEqual(whole.subarray(half))
    expect(gptvq.together?.({ grid } as never)).toBe(8)
  })

  it('holds zeros, constants, tiny and huge weights', () => {
    const grid = type(4, 2)
    const all = (value: number) => quantize(grid, {}, 0, rows, new Float32Array(rows * cols).fill(value)).decoded
    expect(all(0).every((value) => value === 0)).toBe(true)
    for (const value of [1, -1000]) expect(all(value).every((found) => Math.abs(found / value - 1) < 0.01)).toBe(true)
    expect(all(1e-9).every((value) => value === 0)).toBe(true)
    const two = weights.map((value, i) => (i % cols < 2 ? value : 0))
    expect(quantize(grid, {}, 0, rows, two).decoded.every(Number.isFinite)).toBe(true)
  })

  it('refuses what it cannot do, by name', () => {
    const grid = type(4, 2)
    const problem = {
      name: 'w',
      rows,
      cols,
      grid,
      weights: weights.slice(),
      hessian,
      upper,
      bytes: new Uint8Array(9999),
    }
    const run = (other: object, from = 0, to = rows) => gptvq.run({ ...problem, ...other }, from, to, {})
    expect(() => run({}, 0, 8)).toThrow(/16 rows/)
    expect(() => run({}, 0, 48)).toThrow(expect.objectContaining({ kind: 'mismatch' }))
    expect(() => run({ upper: undefined })).toThrow(/U for w/)
    expect(() => run({ hessian: undefined })).toThrow(/H for w/)
    expect(() => run({ grid: 'Q4_0' })).toThrow(/Q4_0/)
    expect(() => run({ order: new Int32Array(cols) })).toThrow(/order of columns/)
    expect(() => run({ cols: 64 })).toThrow(/96 columns/)
  })
})

describe.skipIf(nativeRowTiers().length === 0)('the loops of the addon (skipped without one)', () => {
  const loopsOf = (isa: string) => {
    const found = nativeCodebooks(isa)
    if (!found) throw new Error(`no loops for ${isa}`)
    return nativeLoops(found)
  }

  it.each(nativeRowTiers())('give the same bytes: %s', (isa) => {
    const own = gptvqBy(loopsOf(isa))
    for (const [codeBits, lanes, group, span] of [
      [2, 1, 1, 96],
      [4, 2, 16, 32],
      [5, 4, 32, 96],
    ]) {
      const grid = type(codeBits, lanes, group, span)
      const wish = { weighing: lanes === 1 ? 'official' : 'exact', iterations: 9, turns: 2, rounds: 2 } as const
      const right = quantize(grid, wish, 0, rows, weights, gptvqBy(plain)).bytes
      expect(quantize(grid, wish, 0, rows, weights, own).bytes, grid).toEqual(right)
    }
    const zeros = new Float32Array(rows * cols)
    for (const of of [zeros, weights.map((value, i) => (i % 7 === 0 ? value * 1e4 : 0))])
      expect(quantize(type(3, 2), {}, 0, 16, of, own).bytes).toEqual(
        quantize(type(3, 2), {}, 0, 16, of, gptvqBy(plain)).bytes,
      )
  })

  it('refuse arrays that do not fit, and codes beyond the entries', () => {
    const native = nativeCodebooks()
    const book = { lanes: 2, entries: 16, rows: 2, span: 32, cols: 32, column: 0 }
    const [codes, floats, doubles] = [new Uint8Array(32), new Float32Array(32 * 32), new Float64Array(32 * 32)]
    const normalOf = (other: object, of = codes, step = doubles) =>
      native?.normal({ ...book, ...other }, of, floats, 0, doubles, new Float64Array(32 * 32), step)
    expect(() => normalOf({})).not.toThrow()
    for (const other of [{ lanes: 3 }, { entries: 257 }, { rows: 0 }, { span: 64 }, { column: 2 }, { cols: 33 }])
      expect(() => normalOf(other)).toThrow(expect.objectContaining({ kind: 'mismatch' }))
    expect(() => normalOf({}, new Uint8Array(31))).toThrow(/codes/)
    expect(() => normalOf({}, new Uint8Array(32).fill(16))).toThrow(/entries/)
    expect(() => normalOf({}, codes, new Float64Array(31))).toThrow(/step/)
    expect(() => nativeCodebooks('none')?.normal(book, codes, floats, 0, doubles, doubles, doubles)).toThrow(
      expect.objectContaining({ kind: 'unsupported' }),
    )
  })
})

describe('the type for a matrix', () => {
  it.each([
    [256, 768, 2, 2, 'VQ2D_K16_8X256_OF768', 2.1328125],
    [768, 256, 2, 2, 'VQ2D_K16_8X256_OF256', 2.1328125],
    [128, 352, 2, 2, 'VQ2D_K16_8X352_OF352', undefined],
    [172, 64, 2, 2, 'VQ2D_K16_4X64_OF64', undefined],
    [512, 512, 2, 1, 'VQ1D_K4_1X256_OF512', 2.1875],
    [512, 512, 3, 2, 'VQ2D_K64_32X256_OF512', 3.126953125],
    [512, 512, 2, 4, 'VQ4D_K256_256X256_OF512', 2.125244140625],
  ] as const)('of %i × %i at %i bits, %i lanes', (rowCount, colCount, bits, lanes, name, bpw) => {
    const found = vqFor(rowCount, colCount, { bits, lanes })
    expect(found.name).toBe(name)
    if (bpw !== undefined) expect(found.bits).toBe(bpw)
  })

  it('is refused where there is none', () => {
    for (const [colCount, bits, lanes] of [
      [100, 2, 2],
      [256, 3, 4],
      [256, 1.3, 2],
    ] as const)
      expect(() => vqFor(256, colCount, { bits, lanes })).toThrow(expect.objectContaining({ kind: 'unsupported' }))
  })
})
