/** Simulated time beside the core's own counters: by the shape of each linear and the tokens that it was prepared with. */
import { expect, it } from 'vitest'
import type { Accelerator } from '../../../hal/accelerator.js'
import { LutraError } from '../../../hal/error.js'
import type { Timing } from '../../../kernels/lut-core/cycles/timing.js'
import { type LinearWork, metered } from '../../../kernels/lut-core/meter.js'

it('refuses a linear that cannot be timed when it is loaded', () => {
  const core = { name: 'core', simulated: true, tokens: 2, prepare: () => {}, counters: () => ({}) }
  const load = () => ({ residentBytes: 5, multiply: () => {} })
  const meter = metered({ ...core, load }, 1000, () => {
    throw new LutraError('limit', 'too little SRAM')
  })
  const weight = { rows: 10, cols: 8, segment: 8, bits: 2, lowest: -1, values: new Int8Array(80) }
  expect(() => meter.load(weight)).toThrow('too little SRAM')
})

it('counts each linear by its shape and tokens, asks for a shape once, and leaves sums alone', () => {
  const asked: LinearWork[] = []
  const timeOf = (work: LinearWork) => {
    asked.push(work)
    return { cycles: work.rows * work.tokens, bytes: { dram: 7 } } as Timing
  }
  const ended: string[] = []
  const core: Accelerator = {
    ...{ name: 'core', simulated: true, tokens: 2 },
    prepare: () => {},
    load: ({ bits }) => (bits > 2 ? undefined : { residentBytes: 5, multiply: (sums) => void sums.fill(9) }),
    float: {
      ...{ name: 'core', tokens: 4 },
      prepare: () => {},
      load: () => ({ residentBytes: 6, multiply: (y) => void y.fill(0.5) }),
    },
    counters: () => ({ lookups: 3 }),
    close: () => void ended.push('core'),
  }
  const meter = metered(core, 1000, timeOf)
  expect(meter).toMatchObject({ name: 'core', simulated: true, tokens: 2, float: { tokens: 4 } })
  const weight = { rows: 10, cols: 8, segment: 8, bits: 2, lowest: -1, values: new Int8Array(80) }
  expect(meter.load({ ...weight, bits: 4 })).toBeUndefined()
  const integer = meter.load(weight)!
  const float = meter.float!.load({ ...weight, bits: 4, rows: 3, scales: new Float32Array(3) })!
  expect([integer.residentBytes, float.residentBytes]).toEqual([5, 6])
  expect(meter.counters()).toEqual({ lookups: 3, simulatedCycles: 0, simulatedSeconds: 0, dramBytes: 0 })
  const sums = new Int32Array(20)
  for (const tokens of [2, 1, 2]) {
    meter.prepare(new Int8Array(8 * tokens), tokens)
    integer.multiply(sums)
  }
  meter.float!.prepare(new Float32Array(32), 4)
  const y = new Float32Array(12)
  float.multiply(y)
  expect([sums[0], y[11]]).toEqual([9, 0.5])
  // 20 + 10 + 20 and 12 cycles.
  expect(meter.counters()).toEqual({ lookups: 3, simulatedCycles: 62, simulatedSeconds: 0.062, dramBytes: 28 })
  // With all tokens side by side when it is loaded, so that a linear that cannot be timed is refused there.
  expect(asked.map(({ rows, bits, tokens }) => [rows, bits, tokens])).toEqual([
    [10, 2, 2],
    [3, 4, 4],
    [10, 2, 1],
  ])
  meter.close!()
  expect(ended).toEqual(['core'])
})
