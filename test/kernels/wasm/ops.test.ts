/** Emitted ops against one-line truths. */
import { describe, expect, it } from 'vitest'
import { v128 } from '../../../kernels/ladder/wasm/code.js'
import { ModuleBuilder } from '../../../kernels/ladder/wasm/module.js'
import { webAssembly } from '../../../kernels/ladder/wasm/web-assembly.js'
import { add, emitAdd, emitGate, gateName } from '../../../kernels/wasm/ops/elementwise.js'
import { exponential } from '../../../kernels/wasm/ops/exp.js'
import { emitNorm, norm } from '../../../kernels/wasm/ops/norm.js'
import { floatBits } from '../../../kernels/wasm/ops/op.js'
import { emitRound, round } from '../../../kernels/wasm/ops/round.js'
import { normal, random } from '../random.js'

const f = Math.fround

function compiled(emit: (module: ModuleBuilder) => void) {
  const module = new ModuleBuilder({ initial: 4, maximum: 4, shared: false })
  emit(module)
  const memory = new webAssembly.Memory({ initial: 4, maximum: 4 })
  const { exports } = new webAssembly.Instance(new webAssembly.Module(module.bytes()), { env: { memory } })
  return { exports, floats: new Float32Array(memory.buffer) }
}

describe('e^x', () => {
  const { exports, floats } = compiled((module) =>
    module.add('exp', ['i32'], (f, at) => {
      const x = f.local('v128')
      return [...x.set(v128.load(at.get)), ...exponential(f)(x), ...v128.store(at.get, x.get)]
    }),
  )
  const exp = (value: number): number => {
    floats.fill(value, 0, 4)
    exports.exp(0)
    return floats[0]
  }

  it('is within 2 ulp, between its ends', () => {
    const next = random(1)
    for (let i = 0; i < 100_000; i++) {
      const x = f(-87 + next() * 175)
      const expected = Math.exp(x)
      const ulp = 2 ** (Math.floor(Math.log2(expected)) - 23)
      expect(Math.abs(exp(x) - expected)).toBeLessThanOrEqual(2 * ulp)
    }
    expect(exp(0)).toBe(1)
  })

  it('stays at its ends, and NaN is NaN', () => {
    expect(exp(Number.NEGATIVE_INFINITY)).toBeLessThan(2e-38)
    expect(exp(1000)).toBeGreaterThan(1e38)
    expect(exp(Number.NaN)).toBeNaN()
  })
})

describe('elements', () => {
  const activations = {
    silu: (x: number) => x / (1 + Math.exp(-x)),
    relu2: (x: number) => Math.max(x, 0) ** 2,
    gelu: (x: number) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
  } as const
  const { exports, floats } = compiled((module) => {
    for (const each of ['silu', 'relu2', 'gelu'] as const) emitGate(module, each)
    emitAdd(module)
  })
  const [a, b, out] = [0, 1024, 2048]
  const fill = (count: number) => {
    const next = random(count)
    floats.fill(7)
    for (let i = 0; i < count; i++) floats.set([normal(next) * 4], a + i)
    for (let i = 0; i < count; i++) floats.set([normal(next)], b + i)
    // Of any size: large ones must not overflow on the way.
    floats.set([-200, 200, -88, 0].slice(0, count), a)
  }

  it.each([1, 2, 3, 4, 5, 63, 64, 65])('%i of them: gates, and nothing beyond', (count) => {
    for (const [name, activation] of Object.entries(activations)) {
      fill(count)
      exports[gateName(name as 'silu')](4 * a, 4 * b, 4 * out, count, 0, 0, 0, Math.ceil(count / 4))
      for (let i = 0; i < count; i++) {
        const expected = activation(floats[a + i]) * floats[b + i]
        expect(Math.abs(floats[out + i] - expected)).toBeLessThanOrEqual(1e-6 * Math.abs(expected) + 1e-7)
      }
      expect(floats[out + count]).toBe(7)
    }
  })

  it('adds a range of groups only', () => {
    fill(64)
    exports[add](4 * a, 4 * b, 4 * out, 64, 0, 0, 3, 5)
    for (let i = 0; i < 64; i++) expect(floats[out + i]).toBe(i >= 12 && i < 20 ? f(floats[a + i] + floats[b + i]) : 7)
  })
})

describe('rows', () => {
  const { exports, floats } = compiled((module) => {
    emitNorm(module)
    emitRound(module)
  })

  it.each([1, 3, 4, 7, 64, 66])('of %i: RMSNorm', (width) => {
    const next = random(width)
    for (let i = 0; i < 3 * width; i++) floats[i] = normal(next) * 5
    for (let i = 0; i < width; i++) floats[1024 + i] = normal(next)
    const x = floats.slice(0, 3 * width)
    // In place, the middle row only.
    exports[norm](0, 4 * 1024, 0, width, floatBits(1e-5), 0, 1, 2)
    const row = x.subarray(width, 2 * width)
    const scale = 1 / Math.sqrt(row.reduce((sum, v) => sum + v * v, 0) / width + 1e-5)
    for (let i = 0; i < 3 * width; i++) {
      const inside = i >= width && i < 2 * width
      const expected = inside ? x[i] * scale * floats[1024 + i - width] : x[i]
      expect(Math.abs(floats[i] - expected)).toBeLessThanOrEqual(2.5e-7 * Math.abs(expected))
    }
  })

  it('rounds to int8 and back, as BitNet has it', () => {
    const x = [0.5, -127, 63.5, 1.5, 2.5, 0, -3.49]
    floats.set(x)
    exports[round](0, 4 * 512, 7, 0, 0, 0, 0, 1)
    expect([...floats.subarray(512, 519)]).toEqual([0, -127, 64, 2, 2, 0, -3])
    floats.fill(1e-9, 0, 7) // below the floor of the scale
    exports[round](0, 4 * 512, 7, 0, 0, 0, 0, 1)
    expect([...floats.subarray(512, 519)]).toEqual(new Array(7).fill(0))
  })
})
