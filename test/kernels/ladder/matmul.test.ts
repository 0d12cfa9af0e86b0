/** Matmul as users call it: types, zeros, dynamic M, bias, refusals; against sums in float64. */
import { describe, expect, it } from 'vitest'
import { Q4_0 } from '../../../hal/dtypes/index.js'
import { f32ToF16 } from '../../../hal/half.js'
import { Matmul, type MatmulConfig, matmul } from '../../../kernels/ladder/matmul.js'
import { evaluate } from '../../../kernels/ladder/type/evaluate.js'
import { ints, NF4, ttypeOf } from '../../../kernels/ladder/type/index.js'
import { normal, random, randomTensor } from '../random.js'

const next = random(3)
const [, INT2, , INT4] = ints
const floats = (count: number) => Float32Array.from({ length: count }, () => normal(next))
const near = (found: ArrayLike<number>, expected: readonly number[], bound = 2e-5) =>
  expected.forEach((value, i) => {
    expect(Math.abs(found[i] - value)).toBeLessThanOrEqual(bound * (1 + Math.abs(value)))
  })

describe('matmul', () => {
  const [N, K, groupSize] = [21, 96, 32]
  const type = ttypeOf(INT4)!
  const codes = Uint8Array.from({ length: N * K }, () => next() * 16)
  const value = (code: number) => evaluate(type.decode[0], code)
  const scales = floats((N * K) / groupSize)

  const product = (M: number, A: ArrayLike<number>, weight: (n: number, k: number) => number): number[] =>
    Array.from({ length: M * N }, (_, i) => {
      let sum = 0
      for (let k = 0; k < K; k++) sum += A[Math.floor(i / N) * K + k] * weight(i % N, k)
      return sum
    })

  it('multiplies codes with scales and zeros in all three meanings', () => {
    const A = floats(3 * K)
    const zeros = floats(scales.length)
    const zeroCodes = Uint8Array.from(scales, () => next() * 16)
    const at = (n: number, k: number) => Math.floor((n * K + k) / groupSize)
    const w = (n: number, k: number) => value(codes[n * K + k])
    const config: MatmulConfig = { M: 4, N, K, W: INT4, groupSize }
    const cases: readonly [MatmulConfig, Float32Array | Uint8Array | undefined, (n: number, k: number) => number][] = [
      [config, undefined, (n, k) => w(n, k) * scales[at(n, k)]],
      [{ ...config, zeros: 'original' }, zeros, (n, k) => (w(n, k) - zeros[at(n, k)]) * scales[at(n, k)]],
      [{ ...config, zeros: 'rescale' }, zeros, (n, k) => w(n, k) * scales[at(n, k)] - zeros[at(n, k)]],
      [
        { ...config, zeros: 'quantized' },
        zeroCodes,
        (n, k) => (w(n, k) - value(zeroCodes[at(n, k)])) * scales[at(n, k)],
      ],
    ]
    for (const [each, given, weight] of cases)
      for (const algorithm of Matmul.candidates(each)) {
        const product3 = matmul({ ...each, algorithm })
        const transformed = product3.transformWeight(codes, { scales, zeros: given })
        near(product3.run(A, transformed), product(3, A, weight))
        near(product3.run(A.subarray(0, K), transformed), product(1, A, weight))
      }
  })

  it('is exact in whole numbers, to int32 sums', () => {
    const K = 5000
    const W = Uint8Array.from({ length: N * K }, () => 3) // INT2's codes; 3 is -1
    const A = new Int8Array(2 * K).fill(127)
    for (const algorithm of Matmul.candidates({ N, K, W: INT2, A: 'INT8', groupSize: K })) {
      const one = matmul({ M: 2, N, K, W: INT2, A: 'INT8', groupSize: K, algorithm })
      expect([...one.run(A, one.transformWeight(W))]).toEqual(new Array(2 * N).fill(-127 * K))
    }
  })

  it('takes a format of hal, halves, a bias, and gives halves', () => {
    const tensor = randomTensor('w', Q4_0, [K, N], next)
    const weights = new Float32Array(N * K)
    Q4_0.decode(tensor.bytes, N * K, 0, N * K, weights)
    const A = Uint16Array.from({ length: K }, () => f32ToF16(normal(next)))
    const bias = floats(N)
    const asFloats = matmul({ N, K, W: Q4_0, A: 'F16', bias: true })
    const y = asFloats.run(A, asFloats.transformWeight(tensor.bytes), bias)
    expect(y).toBeInstanceOf(Float32Array)
    const asHalves = matmul({ N, K, W: Q4_0, A: 'F16', bias: true, out: 'F16' })
    const halves = asHalves.run(A, asHalves.transformWeight(tensor.bytes), bias)
    expect(halves).toEqual(Uint16Array.from(y, f32ToF16))
  })

  it('refuses what does not fit, and says what', () => {
    const kind = (kind: string) => expect.objectContaining({ name: 'LutraError', kind })
    expect(() => matmul({ N: 0, K, W: INT4 })).toThrow(kind('mismatch'))
    expect(() => matmul({ N, K: 100, W: Q4_0 })).toThrow(kind('mismatch'))
    expect(() => matmul({ N, K, W: INT4, groupSize: 36 })).toThrow(kind('mismatch'))
    expect(() => matmul({ N, K: 128, W: NF4, A: 'INT8', out: 'INT32' })).toThrow(kind('unsupported'))
    expect(() => matmul({ N, K, W: INT4, algorithm: 'magic' })).toThrow(kind('unsupported'))
    const one = matmul({ N, K, W: INT4, groupSize })
    const weight = one.transformWeight(codes, { scales })
    expect(() => one.run(new Float32Array(K + 1), weight)).toThrow(kind('mismatch'))
    expect(() => one.run(new Float32Array(2 * K), weight)).toThrow(kind('mismatch'))
    expect(() => one.transformWeight(codes.subarray(1), { scales })).toThrow(kind('mismatch'))
    expect(() =>
      one.transformWeight(
        Uint8Array.from(codes, (c) => c + 16),
        { scales },
      ),
    ).toThrow(kind('mismatch'))
    expect(() => matmul({ N, K, W: INT4, groupSize }).run(new Float32Array(K), weight)).toThrow(kind('mismatch'))
  })
})
