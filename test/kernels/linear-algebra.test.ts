/** The ts linear algebra against plain float64 loops, and the native one against both. */
import { afterAll, describe, expect, it } from 'vitest'
import { LutraError } from '../../hal/error.js'
import type { LinearAlgebra, Product } from '../../hal/linear-algebra.js'
import { linearAlgebra } from '../../kernels/linear-algebra.js'
import { nativeLinearAlgebra } from '../../kernels/native/linear-algebra.js'
import { loadNative } from '../../kernels/native/load.js'
import { tsLinearAlgebra } from '../../kernels/ts/linear-algebra.js'
import { normal, random } from './random.js'

const tiers = ['avx512', 'avx2', 'neon', 'generic']
const absent = loadNative().reason
if (absent !== undefined) console.log(`native linear algebra skipped: ${absent}`)

/** One for each instruction set of this CPU. */
const natives = absent === undefined ? tiers.flatMap(nativeOf) : []
const engines: readonly LinearAlgebra[] = [tsLinearAlgebra(), ...natives]

function nativeOf(isa: string): LinearAlgebra[] {
  try {
    const found = nativeLinearAlgebra({ isa, threads: 3 })
    if ('absent' in found) throw new Error(found.absent)
    return [found]
  } catch (error) {
    if (error instanceof LutraError && error.kind === 'unsupported') return []
    throw error
  }
}

afterAll(() => Promise.all(natives.map((engine) => engine.close?.())))

function matrix(size: number, seed: number): Float32Array {
  const next = random(seed)
  return Float32Array.from({ length: size }, () => normal(next))
}

function naiveProduct(a: Float32Array, b: Float32Array, c: Float32Array, product: Product): Float64Array {
  const { m, n, k, transposeA, transposeB, add, alpha = 1 } = product
  const { strideA = transposeA ? m : k, strideB = transposeB ? k : n, strideC = n } = product
  const out = new Float64Array(m * n)
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let p = 0; p < k; p++)
        sum += a[transposeA ? p * strideA + i : i * strideA + p] * b[transposeB ? j * strideB + p : p * strideB + j]
      out[i * n + j] = alpha * sum + (add ? c[i * strideC + j] : 0)
    }
  return out
}

function naiveGram(x: Float32Array, h: Float32Array, rows: number, cols: number, alpha: number): Float64Array {
  return naiveProduct(x, x, h, { m: cols, n: cols, k: rows, transposeA: true, add: true, alpha })
}

/** xᵀ x / rows + damping of the mean diagonal, exactly symmetric. */
function hessian(n: number, rows: number, damping: number, seed: number): Float32Array {
  const h = Float32Array.from(naiveGram(matrix(rows * n, seed), new Float32Array(n * n), rows, n, 1 / rows))
  let mean = 0
  for (let i = 0; i < n; i++) mean += h[i * n + i] / n
  for (let i = 0; i < n; i++) h[i * n + i] += damping * mean
  return h
}

/** Largest |H Uᵀ U − I|. */
function residual(h: Float32Array, u: Float32Array, n: number): number {
  const half = new Float64Array(n * n)
  let worst = 0
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) for (let k = j; k < n; k++) half[i * n + j] += h[i * n + k] * u[j * n + k]
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = i === j ? -1 : 0
      for (let k = 0; k <= j; k++) sum += half[i * n + k] * u[k * n + j]
      worst = Math.max(worst, Math.abs(sum))
    }
  return worst
}

/** Largest difference over the root mean square of what is expected. */
function distance(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [most, squares] = [0, 1e-30]
  for (let i = 0; i < expected.length; i++) {
    most = Math.max(most, Number.isFinite(found[i]) ? Math.abs(found[i] - expected[i]) : Number.POSITIVE_INFINITY)
    squares += expected[i] * expected[i]
  }
  return most / Math.sqrt(squares / Math.max(1, expected.length))
}

const shapes: readonly (readonly [m: number, n: number, k: number])[] = [
  [1, 1, 1],
  [1, 33, 7],
  [7, 15, 1],
  [8, 32, 16],
  [9, 31, 17],
  [31, 129, 5],
  [33, 127, 257],
  [65, 1, 255],
  [130, 66, 40],
  [3, 5, 1025],
]

describe.each(engines.map((engine) => [engine.name, engine] as const))('linear algebra, %s', (_, engine) => {
  it.each(shapes)('multiplies %i × %i over %i, plain and transposed', async (m, n, k) => {
    const [a, b, start] = [matrix(m * k, 1), matrix(k * n, 2), matrix(m * n, 3)]
    for (const transposeA of [false, true])
      for (const transposeB of [false, true])
        for (const more of [{}, { add: true }, { alpha: -0.5 }, { add: true, alpha: 3 }]) {
          const product = { m, n, k, transposeA, transposeB, ...more }
          const c = start.slice()
          await engine.multiply(a, b, c, product)
          // Float32 sums of k terms, in any order.
          expect(distance(c, naiveProduct(a, b, start, product)), JSON.stringify(product)).toBeLessThan(1e-5)
        }
  })

  it('multiplies parts of wider matrices, and writes its part only', async () => {
    for (const [m, n, k] of [
      [9, 33, 20],
      [100, 5, 130],
    ])
      for (const transposeA of [false, true])
        for (const transposeB of [false, true])
          for (const add of [false, true]) {
            const [strideA, strideB, strideC] = [(transposeA ? m : k) + 3, (transposeB ? k : n) + 7, n + 5]
            const product = { m, n, k, transposeA, transposeB, add, alpha: -1, strideA, strideB, strideC }
            // The last rows end with the part.
            const a = matrix((transposeA ? k : m) * strideA - 3, 1)
            const b = matrix((transposeB ? n : k) * strideB - 7, 2)
            const whole = matrix(m * strideC, 3)
            const c = whole.slice()
            await engine.multiply(a, b, c.subarray(0, m * strideC - 5), product)
            const part = (from: Float32Array) =>
              Float32Array.from({ length: m * n }, (_, i) => from[Math.floor(i / n) * strideC + (i % n)])
            expect(distance(part(c), naiveProduct(a, b, whole, product)), JSON.stringify(product)).toBeLessThan(1e-5)
            const outside = c.filter((_, i) => i % strideC >= n)
            expect(outside).toEqual(whole.filter((_, i) => i % strideC >= n))
          }
  })

  it('multiplies into columns beside those that it reads', async () => {
    const room = matrix(6 * 10, 1)
    const [a, c, b] = [room.slice(), room.subarray(4), matrix(16, 2)]
    const product = { m: 6, n: 4, k: 4, strideA: 10, strideC: 10 }
    await engine.multiply(room.subarray(0), b, c, product)
    const expected = naiveProduct(a, b, a, product)
    expect(
      distance(
        Float32Array.from({ length: 24 }, (_, i) => c[(i >> 2) * 10 + (i & 3)]),
        expected,
      ),
    ).toBeLessThan(1e-5)
    const refused = engine.multiply(room, b, room.subarray(3), product)
    await expect(refused).rejects.toMatchObject({ kind: 'mismatch' })
  })

  it('multiplies over nothing: zeros, or what was there', async () => {
    const c = matrix(6, 4)
    const before = c.slice()
    await engine.multiply(new Float32Array(0), new Float32Array(0), c, { m: 2, n: 3, k: 0, add: true })
    expect(c).toEqual(before)
    await engine.multiply(new Float32Array(0), new Float32Array(0), c, { m: 2, n: 3, k: 0 })
    expect(c).toEqual(new Float32Array(6))
    await engine.multiply(new Float32Array(0), new Float32Array(3), c, { m: 0, n: 3, k: 1 })
  })

  it('writes no value beyond the sizes given', async () => {
    const [m, n, k] = [9, 35, 20]
    const c = new Float32Array(m * n + 50).fill(7)
    await engine.multiply(matrix(m * k + 3, 1), matrix(k * n + 3, 2), c, { m, n, k })
    expect(c.subarray(m * n)).toEqual(new Float32Array(50).fill(7))
    const h = new Float32Array(n * n + 50).fill(7)
    await engine.gram(matrix(m * n, 1), h, m, n, 1)
    expect(h.subarray(n * n)).toEqual(new Float32Array(50).fill(7))
  })

  it.each([
    [1, 1],
    [5, 33],
    [64, 129],
    [300, 65],
    [1030, 20],
    [0, 3],
  ])('sums xᵀ x of %i × %i, exactly symmetric', async (rows, cols) => {
    const x = matrix(rows * cols, 5)
    const h = hessian(cols, 3, 0, 6)
    const expected = naiveGram(x, h, rows, cols, 0.25)
    await engine.gram(x, h, rows, cols, 0.25)
    expect(distance(h, expected)).toBeLessThan(1e-5)
    expect(uneven(h, cols)).toBe(0)
  })

  it.each([0, 1, 2, 3, 31, 32, 63, 64, 65, 127, 128, 129, 200])(
    'inverts an H of %i columns by an upper factor',
    async (n) => {
      // Fewer samples than columns: only the damping makes H definite.
      const h = hessian(n, Math.max(1, n >> 1), 0.01, 7)
      const u = h.slice()
      expect(await engine.inverseCholesky(u, n)).toBe(true)
      expect(belowDiagonal(u, n)).toBe(0)
      // A condition number of some thousand times the rounding of u.
      expect(residual(h, u, n)).toBeLessThan(1e-3)
      const b = matrix(5 * n, 8)
      const x = b.slice()
      await engine.solve(u, n, x, 5)
      const back = naiveProduct(x, h, x, { m: 5, n, k: n })
      expect(distance(back, b)).toBeLessThan(n > 0 ? 1e-3 : 1)
    },
  )

  it('says false where H is not positive definite, and where it is not a number', async () => {
    const n = 70
    const spoiled = (change: (h: Float32Array) => void) => {
      const h = hessian(n, 200, 0.01, 9)
      change(h)
      return h
    }
    const both = (i: number, j: number, value: number) => (h: Float32Array) => {
      h[i * n + j] = value
      h[j * n + i] = value
    }
    for (const at of [0, 33, n - 1]) {
      expect(await engine.inverseCholesky(spoiled(both(at, at, -1)), n)).toBe(false)
      expect(await engine.inverseCholesky(spoiled(both(at, at, 0)), n)).toBe(false)
      expect(await engine.inverseCholesky(spoiled(both(at, at, Number.NaN)), n)).toBe(false)
      expect(await engine.inverseCholesky(spoiled(both(at, at, Number.POSITIVE_INFINITY)), n)).toBe(false)
    }
    expect(await engine.inverseCholesky(spoiled(both(3, 60, Number.NaN)), n)).toBe(false)
    expect(await engine.inverseCholesky(spoiled(both(0, 1, Number.NEGATIVE_INFINITY)), n)).toBe(false)
    expect(await engine.inverseCholesky(new Float32Array(n * n), n)).toBe(false)
    // Rank 20 of 70, and rank n − 1: what is left for a pivot is rounding.
    expect(await engine.inverseCholesky(hessian(n, 20, 0, 10), n)).toBe(false)
    expect(
      await engine.inverseCholesky(
        spoiled((h) => twin(h, n)),
        n,
      ),
    ).toBe(false)
  })

  it('passes NaN on in products, as sums do', async () => {
    const a = matrix(12, 1)
    a[5] = Number.NaN
    const c = new Float32Array(9)
    await engine.multiply(a, matrix(12, 2), c, { m: 3, n: 3, k: 4 })
    expect([...c].map(Number.isNaN)).toEqual([false, false, false, true, true, true, false, false, false])
  })

  it('computes two products at once, and lets timers in between', async () => {
    const [m, n, k] = [70, 90, 200]
    const [a, b, d] = [matrix(m * k, 1), matrix(k * n, 2), matrix(k * n, 3)]
    const [c, e, f] = [new Float32Array(m * n), new Float32Array(m * n), hessian(65, 100, 0.01, 4)]
    const u = f.slice()
    const [, , good] = await Promise.all([
      engine.multiply(a, b, c, { m, n, k }),
      engine.multiply(a, d, e, { m, n, k }),
      engine.inverseCholesky(u, 65),
    ])
    expect(distance(c, naiveProduct(a, b, c, { m, n, k }))).toBeLessThan(1e-5)
    expect(distance(e, naiveProduct(a, d, e, { m, n, k }))).toBeLessThan(1e-5)
    expect(good && residual(f, u, 65)).toBeLessThan(1e-3)
  })

  it('takes arrays in shared memory and at an offset', async () => {
    const a = new Float32Array(new SharedArrayBuffer(4 * 100), 4 * 10, 12)
    a.set(matrix(12, 1))
    const c = new Float32Array(new SharedArrayBuffer(4 * 100), 4, 9)
    const b = matrix(12, 2)
    await engine.multiply(a, b, c, { m: 3, n: 3, k: 4 })
    expect(distance(c, naiveProduct(a, b, c, { m: 3, n: 3, k: 4 }))).toBeLessThan(1e-5)
  })

  it.each<[string, (e: LinearAlgebra, f: (n: number) => Float32Array) => Promise<unknown>]>([
    ['Expected 12 values in a but found 11', (e, f) => e.multiply(f(11), f(12), f(9), { m: 3, n: 3, k: 4 })],
    ['Expected 12 values in b but found 11', (e, f) => e.multiply(f(12), f(11), f(9), { m: 3, n: 3, k: 4 })],
    ['Expected 9 values in c but found 8', (e, f) => e.multiply(f(12), f(12), f(8), { m: 3, n: 3, k: 4 })],
    ['for k but found 1.5', (e, f) => e.multiply(f(12), f(12), f(9), { m: 3, n: 3, k: 1.5 })],
    ['for m but found -1', (e, f) => e.multiply(f(12), f(12), f(9), { m: -1, n: 3, k: 4 })],
    [
      'rows of a at least 4 values apart but found 3',
      (e, f) => e.multiply(f(12), f(12), f(9), { m: 3, n: 3, k: 4, strideA: 3 }),
    ],
    [
      'Expected 13 values in c but found 12',
      (e, f) => e.multiply(f(12), f(12), f(12), { m: 3, n: 3, k: 4, strideC: 5 }),
    ],
    ['finite alpha but found NaN', (e, f) => e.multiply(f(9), f(9), f(9), { m: 3, n: 3, k: 3, alpha: Number.NaN })],
    ['Expected 6 values in x but found 5', (e, f) => e.gram(f(5), f(9), 2, 3, 1)],
    ['Expected 9 values in h but found 8', (e, f) => e.gram(f(6), f(8), 2, 3, 1)],
    ['Expected 9 values in h but found 8', (e, f) => e.inverseCholesky(f(8), 3)],
    ['Expected 9 values in upper but found 8', (e, f) => e.solve(f(8), 3, f(6), 2)],
    ['Expected 6 values in b but found 5', (e, f) => e.solve(f(9), 3, f(5), 2)],
    ['Expected a Float32Array for h', (e) => e.inverseCholesky([1] as unknown as Float32Array, 1)],
  ])('refuses: %s', async (message, call) => {
    const refused = call(engine, (size) => new Float32Array(size))
    await expect(refused).rejects.toMatchObject({ name: 'LutraError', kind: 'mismatch' })
    await expect(refused).rejects.toThrow(message)
  })

  it('refuses a result that overlaps an argument', async () => {
    const room = new Float32Array(20)
    const refused = engine.multiply(room.subarray(0, 9), new Float32Array(9), room.subarray(8), { m: 3, n: 3, k: 3 })
    await expect(refused).rejects.toMatchObject({ kind: 'mismatch' })
  })
})

describe('which linear algebra', () => {
  it('ts where it is asked for, and for back ends without one', () => {
    expect(linearAlgebra({ backend: 'ts' }).name).toBe('ts')
    expect(linearAlgebra({ backend: 'wasm' }).name).toBe('ts')
  })
})

describe.skipIf(absent !== undefined)('native linear algebra', () => {
  it('is what is chosen, and has the plain tier everywhere', async () => {
    const chosen = linearAlgebra({ threads: 1 })
    expect(chosen.name).toBe(natives[0].name)
    expect(natives.at(-1)?.name).toBe('native generic')
    await chosen.close?.()
  })

  it.each([
    [{ m: 100, n: 200, k: 1030 }],
    [{ m: 4040, n: 3, k: 20, transposeA: true }],
    [{ m: 3, n: 4050, k: 20, transposeB: true, add: true, alpha: 0.5 }],
  ])('agrees with ts over several blocks: %o', async (product) => {
    const { m, n, k } = product
    const [a, b, c] = [matrix(m * k, 1), matrix(k * n, 2), matrix(m * n, 3)]
    const expected = c.slice()
    await tsLinearAlgebra().multiply(a, b, expected, product)
    for (const engine of natives) {
      const found = c.slice()
      await engine.multiply(a, b, found, product)
      expect(distance(found, expected), engine.name).toBeLessThan(1e-5)
    }
  })

  it('agrees with ts on an H over several blocks, and on what it solves', async () => {
    const n = 449
    const ts = tsLinearAlgebra()
    const h = new Float32Array(n * n)
    await ts.gram(matrix(220 * n, 1), h, 220, n, 1 / 220)
    for (let i = 0; i < n; i++) h[i * n + i] += 0.01
    const upper = h.slice()
    expect(await ts.inverseCholesky(upper, n)).toBe(true)
    const b = matrix(101 * n, 2)
    const solved = b.slice()
    await ts.solve(upper, n, solved, 101)
    for (const engine of natives) {
      const u = h.slice()
      expect(await engine.inverseCholesky(u, n)).toBe(true)
      expect(distance(u, upper), engine.name).toBeLessThan(1e-3)
      const x = b.slice()
      await engine.solve(upper, n, x, 101)
      expect(distance(x, solved), engine.name).toBeLessThan(1e-4)
    }
  })

  it('refuses an instruction set that is not here, no threads, and work after its end', async () => {
    expect(() => nativeLinearAlgebra({ isa: 'abacus' })).toThrow('The instruction set abacus is not here')
    expect(() => nativeLinearAlgebra({ threads: 0 })).toThrow('Expected 1 to 1024 threads')
    const engine = nativeLinearAlgebra({ threads: 2 }) as LinearAlgebra
    const c = new Float32Array(9)
    const running = engine.multiply(matrix(9, 1), matrix(9, 2), c, { m: 3, n: 3, k: 3 })
    await engine.close?.()
    await running
    expect(c.every((value) => value !== 0)).toBe(true)
    await expect(engine.inverseCholesky(new Float32Array(1), 1)).rejects.toMatchObject({ kind: 'closed' })
    await engine.close?.()
  })
})

/** How many pairs (i, j), (j, i) differ. */
function uneven(h: Float32Array, n: number): number {
  let count = 0
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) if (h[i * n + j] !== h[j * n + i]) count++
  return count
}

function belowDiagonal(u: Float32Array, n: number): number {
  let most = 0
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) most = Math.max(most, Math.abs(u[i * n + j]))
  return most
}

/** The last column twice: rank n − 1. */
function twin(h: Float32Array, n: number): void {
  for (let i = 0; i < n; i++) h[i * n + n - 2] = h[i * n + n - 1]
  for (let j = 0; j < n; j++) h[(n - 2) * n + j] = h[(n - 1) * n + j]
  h[(n - 2) * n + n - 2] = h[(n - 1) * n + n - 1]
}
