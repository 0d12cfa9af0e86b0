import { describe, expect, it } from 'vitest'
import { Q4_0, TQ2_0 } from '../../../hal/dtypes/index.js'
import { planLinear } from '../../../kernels/ladder/linear.js'
import { tuneKey, tuneLinear } from '../../../kernels/ladder/tune.js'
import { NF4, ttypeOf } from '../../../kernels/ladder/type/index.js'

const features = ['wasm-simd128']

describe('tuning', () => {
  it('measures the best few and gives one that a plan can ask for', () => {
    for (const [dtype, mode] of [
      [Q4_0, 'float'],
      [TQ2_0, 'int8'],
      [NF4, 'exact'],
    ] as const) {
      const problem = { type: ttypeOf(dtype)!, mode, rows: 256, cols: 512 }
      const tuned = tuneLinear(problem, features, { milliseconds: 2 })
      expect(tuned?.trials.length).toBeGreaterThan(1)
      for (const { predicted, measured } of tuned!.trials) {
        expect(predicted).toBeGreaterThan(0)
        expect(measured).toBeGreaterThan(0)
      }
      const { name } = planLinear(problem.type, mode, 256, 512, features, tuned!.algorithm)
      expect(name.split(' ')[2]).toBe(tuned!.algorithm)
      expect(tuned!.key).toBe(tuneKey(problem, features))
    }
  })

  it('keeps classes apart by tier, type, meaning and size', () => {
    const problem = { type: ttypeOf(Q4_0)!, mode: 'float', rows: 256, cols: 512 } as const
    const keys = [
      tuneKey(problem, features),
      tuneKey(problem, [...features, 'wasm-relaxed-simd']),
      tuneKey({ ...problem, mode: 'int8' }, features),
      tuneKey({ ...problem, rows: 1024 }, features),
      tuneKey({ ...problem, type: ttypeOf(TQ2_0)! }, features),
    ]
    expect(new Set(keys).size).toBe(keys.length)
    expect(tuneKey({ ...problem, rows: 260 }, features)).toBe(keys[0])
  })
})
