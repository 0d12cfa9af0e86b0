/** What the plan promises and what the core takes are the same; and whole models on it are the ts engine's, within rounding. */
import { expect, it } from 'vitest'
import type { Device } from '../../../hal/device.js'
import { dtypes, F16, I2_S, LZ3_32, LZ4, Q4_0, Q4_K, tensorBytes } from '../../../hal/dtypes/index.js'
import { lendLinear } from '../../../hal/lend.js'
import { takeApart } from '../../../hal/take-apart.js'
import { lutCoreOver } from '../../../kernels/lut-core/backend.js'
import { lutOf } from '../../../kernels/lut-core/capability.js'
import { LutCore } from '../../../kernels/lut-core/core.js'
import { floatsOver } from '../../../kernels/lut-core/floats.js'
import { coreOptions } from '../../../kernels/lut-core/options.js'
import { TsEngine } from '../../../kernels/ts/engine.js'
import { tsBackend } from '../../../kernels/ts/index.js'
import { normal, random, randomModel, randomTensor } from '../random.js'

const wishes = [
  undefined,
  'weights=1+2+4',
  'table=shift',
  'activation=i16',
  'activation=f16',
  'accumulator=12',
  'k=3,m=1',
]

it.each(wishes)(
  'the core takes what the plan says that it lends, and sums exactly where it says exact (%s)',
  (wish) => {
    const { config } = coreOptions(wish)
    const [lut, core] = [lutOf(config, 'test'), new LutCore(config)]
    for (const dtype of dtypes) {
      const [rows, cols] = [2, dtype.block === 1 ? 64 : Math.max(dtype.block, 64)]
      const bytes = new Uint8Array(tensorBytes(dtype, rows * cols))
      const apart = takeApart(dtype, bytes, rows, cols)
      for (const mode of ['int8', 'float']) {
        const said = lendLinear(lut, { op: 'linear', dtype: dtype.name, rows, cols, mode, bytes: 1, count: 1 })
        // A host offers integers only where there are no minima.
        const exact = apart && mode === 'int8' && !apart.minima && core.load(apart) !== undefined
        const takes = exact || (apart && core.float.load(apart) !== undefined)
        expect([dtype.name, mode, said.takes]).toEqual([dtype.name, mode, takes ?? false])
        expect([dtype.name, mode, said.why.endsWith(', exact')]).toEqual([dtype.name, mode, exact ?? false])
      }
    }
  },
)

it('floats made of an exact integer kernel are those of the core itself', () => {
  const next = random(4)
  const core = new LutCore()
  const made = floatsOver(core)
  for (const dtype of [Q4_0, Q4_K, LZ4, I2_S]) {
    const [rows, cols] = [9, 512]
    const apart = takeApart(dtype, randomTensor('w', dtype, [cols, rows], next).bytes, rows, cols)!
    const x = Float32Array.from({ length: 2 * cols }, () => normal(next))
    const [found, expected] = [made, core.float].map((kernel) => {
      const linear = kernel.load(apart)!
      const y = new Float32Array(2 * rows)
      kernel.prepare(x, 2)
      linear.multiply(y)
      return y
    })
    expect(found).toEqual(expected)
  }
})

/** Activations of 16 bits: a step of max|x| / 32767 in each linear; of 8 bits 258 times that. f16: 11 bits. */
it.each([
  ['activation=i16', 5e-4],
  ['activation=i16,k=3,n=16,m=3,reinterpretation=off', 5e-4],
  ['activation=f16', 0.02],
  ['activation=i8', 0.06],
  ['activation=i8,table=shift', 0.12],
] as const)('whole models of float linears are the ts engine within rounding (%s)', async (wish, bound) => {
  const engine = await lutCoreOver(tsBackend, wish).open({} as Device, {})
  const truth = await tsBackend.open({} as Device, {})
  if (!(engine instanceof TsEngine && truth instanceof TsEngine)) throw new Error('Expected the ts engine')
  const shape = {
    vocab: 50,
    hidden: 128,
    heads: 4,
    kvHeads: 2,
    layers: 2,
    context: 64,
    outer: F16,
    width: 64,
    tied: true,
  }
  for (const dtype of [Q4_0, LZ3_32]) {
    const model = randomModel({ ...shape, architecture: 'llama', dtype }, 4)
    const ids = Int32Array.from({ length: 21 }, (_, i) => (i * 7) % 50)
    const [found, expected] = await Promise.all(
      [engine, truth].map(async (each) => {
        const program = await each.compile(model.graph, model.tensors)
        return program.run(program.createState(), ids, 'all')
      }),
    )
    const most = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
    const apart = found.reduce((a, b, i) => Math.max(a, Math.abs(b - expected[i])), 0) / most
    expect([dtype.name, apart < bound, apart]).toEqual([dtype.name, true, apart])
    expect(apart).toBeGreaterThan(0)
  }
  expect((await engine.counters()).lookups).toBeGreaterThan(1e5)
  await engine.close()
  await truth.close()
})
