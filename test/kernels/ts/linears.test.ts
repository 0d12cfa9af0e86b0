/** What a host does for an accelerator: tokens in parts, who computes what, and that its sums are used as the contract says. */
import { expect, it } from 'vitest'
import type { Accelerator, IntegerWeight, ScaledWeight } from '../../../hal/accelerator.js'
import type { ActivationMode } from '../../../hal/backend.js'
import type { DType } from '../../../hal/dtype.js'
import { F16, I2_S, LT2, LZ4, Q4_0, Q4_K, Q8_0, TQ2_0 } from '../../../hal/dtypes/index.js'
import { Linears } from '../../../kernels/ts/linears.js'
import { Matrices, type RawWeight } from '../../../kernels/ts/weight.js'
import { normal, random, randomTensor } from '../random.js'

/** An accelerator by the letter of the contract, in one-line sums; it notes how many tokens it was brought. */
function literal(takes: { integers?: boolean; floats?: boolean }) {
  const seen = { integer: [] as number[], float: [] as number[], names: [] as string[] }
  let q = new Int8Array(0)
  let x = new Float32Array(0)
  let tokens = 0
  const accelerator: Accelerator = {
    name: 'literal',
    simulated: true,
    tokens: 3,
    counters: () => ({}),
    prepare(from, n) {
      q = from.slice()
      tokens = n
      seen.integer.push(n)
    },
    load({ rows, cols, segment, bits, lowest, values }: IntegerWeight) {
      if (!takes.integers) return undefined
      seen.names.push(`integer ${bits} ${lowest}`)
      const segments = Math.ceil(cols / segment)
      return {
        residentBytes: 1,
        multiply(sums) {
          sums.fill(0, 0, tokens * segments * rows)
          for (let t = 0; t < tokens; t++)
            for (let r = 0; r < rows; r++)
              for (let c = 0; c < cols; c++)
                sums[(t * segments + Math.floor(c / segment)) * rows + r] += values[r * cols + c] * q[t * cols + c]
        },
      }
    },
    float: {
      name: 'literal',
      tokens: 5,
      prepare(from, n) {
        x = from.slice()
        tokens = n
        seen.float.push(n)
      },
      load({ rows, cols, segment, bits, lowest, values, scales, minima }: ScaledWeight) {
        if (!takes.floats) return undefined
        seen.names.push(`float ${bits} ${lowest}`)
        return {
          residentBytes: 1,
          multiply(y) {
            expect(y.length).toBe(tokens * rows)
            for (let t = 0; t < tokens; t++)
              for (let r = 0; r < rows; r++) {
                let sum = 0
                for (let c = 0; c < cols; c++) {
                  const s = r * (cols / segment) + Math.floor(c / segment)
                  sum += (scales[s] * values[r * cols + c] + (minima?.[s] ?? 0)) * x[t * cols + c]
                }
                y[t * rows + r] = sum
              }
          },
        }
      },
    },
  }
  return { accelerator, seen }
}

function weightOf(dtype: DType, cols: number, rows: number, seed: number): RawWeight {
  const { name, bytes } = randomTensor(`${dtype.name} ${rows}`, dtype, [cols, rows], random(seed))
  return { name, dtype, rows, cols, bytes }
}

function run(weights: readonly RawWeight[], mode: ActivationMode, accelerator?: Accelerator, n = 11): Float32Array[] {
  const { cols } = weights[0]
  const next = random(3)
  const x = Float32Array.from({ length: n * cols }, () => normal(next))
  const to = weights.map((weight) => ({ weight, out: new Float32Array(n * weight.rows) }))
  const linears = new Linears(new Matrices(), accelerator).compile(mode, x, cols, to)
  linears(0, 4) // in two parts, the second of which does not begin at 0
  linears(4, n - 4)
  return to.map(({ out }) => out)
}

it('int8 linears go to it in parts of its tokens, tails too, and come back the same to the last bit', () => {
  for (const dtype of [I2_S, LT2, TQ2_0]) {
    const weights = [weightOf(dtype, 512, 20, 1), weightOf(dtype, 512, 7, 2)]
    const { accelerator, seen } = literal({ integers: true })
    expect(run(weights, 'int8', accelerator)).toEqual(run(weights, 'int8'))
    // Prepared once for both matrices.
    expect(seen.integer).toEqual([3, 1, 3, 3, 1])
    expect(seen.names).toEqual(['integer 2 -1', 'integer 2 -1'])
  }
})

it('wider weights in int8 mode are integer sums for it: the rounded input times the weight', () => {
  const weights = [weightOf(Q8_0, 256, 20, 1), weightOf(Q4_0, 256, 9, 2)]
  const { accelerator, seen } = literal({ integers: true })
  const [found, expected] = [run(weights, 'int8', accelerator), run(weights, 'int8')]
  expect(seen.names).toEqual(['integer 8 -128', 'integer 4 -8'])
  for (const [i, row] of found.entries()) near(row, expected[i])
})

it('float linears go to it as numbers, scales and minima', () => {
  for (const dtype of [Q4_0, LZ4, Q4_K, TQ2_0, I2_S]) {
    const weights = [weightOf(dtype, 512, 20, 1), weightOf(dtype, 512, 7, 2)]
    const { accelerator, seen } = literal({ integers: true, floats: true })
    const [found, expected] = [run(weights, 'float', accelerator), run(weights, 'float')]
    expect(seen.float).toEqual([4, 5, 2])
    expect(seen.integer).toEqual([])
    for (const [i, row] of found.entries()) near(row, expected[i])
  }
})

it('one without exact sums is brought the rounded input as floats', () => {
  const weights = [weightOf(I2_S, 256, 20, 1), weightOf(Q4_K, 256, 9, 2)]
  const { accelerator, seen } = literal({ floats: true })
  const [found, expected] = [run(weights, 'int8', accelerator), run(weights, 'int8')]
  expect(seen.names).toEqual(['float 2 -1', 'float 4 0'])
  for (const [i, row] of found.entries()) near(row, expected[i])
})

it('what it does not take stays with the host, as it is without it', () => {
  const { accelerator, seen } = literal({})
  for (const mode of ['int8', 'float'] as const)
    for (const dtype of [F16, Q4_0, I2_S]) {
      const weights = [weightOf(dtype, 256, 20, 1)]
      expect(run(weights, mode, accelerator)).toEqual(run(weights, mode))
    }
  const floats = literal({ integers: true, floats: true })
  run([weightOf(F16, 256, 20, 1)], 'float', floats.accelerator)
  expect([...seen.names, ...floats.seen.names]).toEqual([])
})

/** Sums of a few hundred products in another order, in float64 or with a rounding for each block. */
function near(found: Float32Array, expected: Float32Array): void {
  const most = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
  expect(most).toBeGreaterThan(0)
  found.forEach((value, i) => {
    expect(Math.abs(value - expected[i])).toBeLessThan(2e-6 * most)
  })
}
