import { describe, expect, it } from 'vitest'
import { boards } from '../../boards/index.js'
import {
  type BackendDescription,
  bytesPerToken,
  type Device,
  detectDevice,
  F32,
  type Kernel,
  LT2,
  LutraError,
  makePlan,
  type OpShape,
  opShapes,
  type Plan,
  planThreads,
  tensorBytes,
  type Wish,
  wishOf,
} from '../../hal/index.js'
import { fakeNames, fakeRoot } from '../fakes/root.js'

const ts: BackendDescription = { name: 'ts', simulated: false, needs: [], hosts: true }
const wasm: BackendDescription = { name: 'wasm', simulated: false, needs: ['wasm-simd128'] }
const native: BackendDescription = {
  name: 'native',
  simulated: false,
  needs: [],
  tiers: [
    { name: 'dotprod', needs: ['neon', 'dotprod'] },
    { name: 'neon', needs: ['neon'] },
    { name: 'scalar', needs: [] },
  ],
}
const lut: BackendDescription = {
  name: 'lut-core',
  simulated: true,
  needs: [],
  accelerates: ['linear'],
  module: 'file:///lut-core.js',
}
const all = [lut, ts, wasm, native]

const shapes: readonly OpShape[] = [
  { op: 'embed', dtype: 'F16', cols: 64, rows: 1000, bytes: 128000, count: 1 },
  { op: 'norm', dtype: 'F32', cols: 64, rows: 1, bytes: 256, count: 4 },
  { op: 'linear', dtype: 'LT2', cols: 64, rows: 256, bytes: 4100, count: 8 },
  { op: 'rope', bytes: 0, count: 4 },
]

const board = (name: string) => boards.find((each) => each.name === name)!
const machines = new Map(fakeNames.map((name) => [name, detectDevice(fakeRoot(name, () => {}))]))
const machine = (name: string): Device => {
  const device = machines.get(name)!
  return { ...device, features: [...device.features, 'wasm-simd128'] }
}
const plan = (
  name: string,
  wish: Wish = {},
  backends = all,
  more: Partial<Parameters<typeof makePlan>[0]> = {},
): Plan => makePlan({ device: machine(name), board: board(name) ?? board('generic'), backends, shapes, wish, ...more })
const failure = (run: () => unknown): LutraError => {
  try {
    run()
  } catch (error) {
    if (error instanceof LutraError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('the order', () => {
  it('is native, wasm, ts, with a reason each', () => {
    const { engine, isa, simulated, candidates, forced } = plan('raspberry-pi-5')
    expect({ engine, isa, simulated, forced }).toEqual({
      engine: 'native',
      isa: 'dotprod',
      simulated: false,
      forced: false,
    })
    expect(candidates.map(({ name, chosen, eligible, why }) => [name, chosen, eligible, why])).toEqual([
      ['native', true, true, 'the fastest kind that this device can run'],
      ['wasm', false, true, 'comes after native'],
      ['ts', false, true, 'comes after native'],
      ['lut-core', false, false, 'computes only linear, and only if asked for by name'],
    ])
  })

  it('passes over what the device lacks', () => {
    const device = { ...machine('raspberry-pi-5'), features: ['neon'] }
    const needy = { ...native, needs: ['i8mm'] }
    const { engine, candidates } = makePlan({ device, board: board('generic'), backends: [needy, wasm, ts], shapes })
    expect(engine).toBe('ts')
    expect(candidates.map((candidate) => candidate.why)).toEqual([
      'needs i8mm, which this device lacks',
      'needs wasm-simd128, which this device lacks',
      'first in order that can run here',
    ])
  })

  it('passes over an engine that cannot multiply a dtype of the model', () => {
    const partial = { ...native, kernels: [{ op: 'linear', dtypes: ['F32'], algorithm: 'mad' }] }
    const { engine, candidates } = plan('raspberry-pi-5', {}, [partial, ts])
    expect(engine).toBe('ts')
    expect(candidates[0].why).toBe('has no kernel for linear in LT2')
  })
})

describe('what is simulated', () => {
  const whole: BackendDescription = { name: 'lut-whole', simulated: true, needs: [] }

  it.each([...fakeNames])('is never chosen by itself on %s', (name) => {
    for (const backends of [all, [lut, whole, ts]]) {
      const made = plan(name, {}, backends)
      expect(made.simulated).toBe(false)
      expect(made.accelerator).toBeUndefined()
      expect(made.candidates.filter((each) => each.simulated && (each.chosen || each.eligible))).toEqual([])
    }
  })

  it('is not chosen even where nothing else is left', () => {
    expect(failure(() => plan('rock-5b', {}, [lut, whole])).message).toMatch(
      /lut-whole: simulated: only if asked for by name/,
    )
  })

  it('is lent to a host, and says so, when asked for by name', () => {
    const made = plan('rock-5b', { backend: 'lut-core' })
    expect(made).toMatchObject({ engine: 'ts', simulated: true, accelerator: { name: 'lut-core', module: lut.module } })
    expect(made.ops.map(({ op, engine }) => [op, engine])).toEqual([
      ['embed', 'ts'],
      ['norm', 'ts'],
      ['linear', 'lut-core'],
      ['rope', 'ts'],
    ])
    expect(made.candidates.filter((each) => each.chosen).map((each) => each.name)).toEqual(['ts', 'lut-core'])
  })

  it('is lent when the board asks for it, unless the user wishes otherwise', () => {
    const simulated = { board: board('simulated-lut') }
    const made = plan('rock-5b', {}, all, simulated)
    expect(made).toMatchObject({ simulated: true, accelerator: { name: 'lut-core' } })
    expect(made.candidates.find((each) => each.name === 'lut-core')?.why).toBe('board simulated-lut asks for it')
    expect(plan('rock-5b', { backend: 'wasm' }, all, simulated)).toMatchObject({ engine: 'wasm', simulated: false })
  })

  it('needs a host that takes it', () => {
    expect(failure(() => plan('rock-5b', { backend: 'lut-core' }, [lut, wasm])).message).toMatch(
      /does not take an accelerator/,
    )
    const simulatedHost = { ...whole, hosts: true }
    expect(failure(() => plan('rock-5b', { backend: 'lut-core' }, [lut, simulatedHost])).kind).toBe('unsupported')
  })

  it('may be a whole engine, by name', () => {
    expect(plan('rock-5b', { backend: 'lut-whole' }, [whole, ts])).toMatchObject({
      engine: 'lut-whole',
      simulated: true,
      forced: true,
    })
  })
})

describe('wishes', () => {
  it('force a back end, or fail saying what there is', () => {
    expect(plan('raspberry-pi-5', { backend: 'ts' })).toMatchObject({ engine: 'ts', forced: true })
    expect(plan('raspberry-pi-5', { backend: 'ts' }).candidates.filter((each) => each.eligible)).toHaveLength(1)
    expect(failure(() => plan('raspberry-pi-5', { backend: 'cuda' }))).toMatchObject({
      kind: 'unsupported',
      message: 'Expected a back end among native, wasm, ts, lut-core but found "cuda"; correct LUTRA_BACKEND',
    })
  })

  it('force a tier, and fail where it is unknown or cannot run', () => {
    expect(plan('raspberry-pi-5', { isa: 'neon' })).toMatchObject({ engine: 'native', isa: 'neon' })
    const alone = (name: string, isa: string) => failure(() => plan(name, { isa, backend: 'native' })).message
    expect(alone('raspberry-pi-4b', 'dotprod')).toMatch(/tier dotprod needs dotprod, which this device lacks/)
    expect(alone('raspberry-pi-5', 'avx2')).toMatch(/has no tier avx2, only dotprod, neon, scalar/)
  })

  it('force a thread count', () => {
    expect(plan('rock-5b', { threads: 7 })).toMatchObject({ threads: 7, threadsWhy: 'asked for' })
  })

  it('come from the environment, where an empty variable is none', () => {
    expect(wishOf({ LUTRA_BACKEND: 'ts', LUTRA_ISA: '', LUTRA_THREADS: '3', LUTRA_BOARD: 'rock-5b' })).toEqual({
      backend: 'ts',
      isa: undefined,
      threads: 3,
      board: 'rock-5b',
    })
    for (const text of ['0', '-1', '1.5', 'many', '1e9'])
      expect(failure(() => wishOf({ LUTRA_THREADS: text })).kind).toBe('mismatch')
  })
})

describe('threads', () => {
  it.each([
    ['raspberry-pi-5', 4, '4 cores (Cortex-A76)'],
    ['rock-5b', 4, '4 big cores (Cortex-A76)'],
    ['jetson-orin-nano', 6, '6 cores (Cortex-A78AE)'],
    ['surface-laptop-7', 12, '12 cores (Oryon)'],
    ['apple-m1', 4, '4 big cores (Performance)'],
    ['x64-container', 1, 'CPUs left by affinity and quota: 1'],
  ])('%s: %i', (name, count, why) => {
    expect(planThreads(machine(name))).toEqual({ count, why })
  })
})

describe('threads under affinity', () => {
  const rock = machine('rock-5b') // CPUs 0 to 3 are little, 4 to 7 big
  it.each([
    [[0, 1, 2, 3], 4, '4 cores (Cortex-A55), of those that affinity leaves'],
    [[0, 1, 2, 7], 1, '1 big cores (Cortex-A76), of those that affinity leaves'],
    [[4, 5], 2, '2 cores (Cortex-A76), of those that affinity leaves'],
  ])('counts the cores that are left of %j', (allowed, count, why) => {
    expect(planThreads({ ...rock, allowed, cpus: allowed.length })).toEqual({ count, why })
  })

  it('refuses counts that are none', () => {
    for (const threads of [0, -1, 1.5, Number.NaN, 1e9])
      expect(failure(() => planThreads(rock, threads)).kind).toBe('mismatch')
  })
})

describe('kernels', () => {
  const rivals: readonly Kernel[] = [
    { op: 'linear', algorithm: 'mad', tier: 'dotprod', instructionsPerWeight: 0.5 },
    { op: 'linear', algorithm: 'lut', tier: 'dotprod', instructionsPerWeight: 0.1 },
    { op: 'linear', algorithm: 'mad', tier: 'neon', instructionsPerWeight: 0.01 },
  ]
  const engine = { ...native, kernels: rivals }
  const linear = (made: Plan) => made.ops.find(({ op }) => op === 'linear')!
  const run = (kernel: string, seconds: number) => ({ kernel, rows: 256, cols: 64, threads: 4, seconds })

  it("are the engine's own choice where it does not say", () => {
    expect(linear(plan('raspberry-pi-5'))).toMatchObject({
      engine: 'native',
      kernel: 'linear lt2 native',
      why: 'its own choice',
    })
  })

  it('race by measurement, within the tier that runs', () => {
    const measurements = [run('linear lt2 mad dotprod', 2e-6), run('linear lt2 lut dotprod', 3e-6)]
    const chosen = linear(plan('raspberry-pi-5', {}, [engine], { measurements }))
    expect(chosen.kernel).toBe('linear lt2 mad dotprod')
    expect(chosen.why).toBe('measured 2.00 µs against linear lt2 lut dotprod 3.00 µs')
  })

  it('are ranked by the cost model until all rivals are measured', () => {
    const measurements = [run('linear lt2 mad dotprod', 1e-9)]
    const chosen = linear(plan('raspberry-pi-5', {}, [engine], { measurements }))
    expect(chosen.kernel).toBe('linear lt2 lut dotprod')
    expect(chosen.why).toMatch(/^computed /)
    const elsewhere = ['mad', 'lut'].map((algorithm) => ({
      ...run(`linear lt2 ${algorithm} dotprod`, 1e-9),
      threads: 1,
    }))
    expect(linear(plan('raspberry-pi-5', {}, [engine], { measurements: elsewhere })).why).toMatch(/^computed /)
  })

  it('tie where the memory decides, and then the first named stays', () => {
    const device = { ...machine('raspberry-pi-5'), bandwidth: [{ threads: 4, bytesPerSecond: 1e6 }] }
    const chosen = linear(plan('raspberry-pi-5', {}, [engine], { device }))
    expect(chosen.kernel).toBe('linear lt2 mad dotprod')
  })

  it('can be asked for by name, and the plan tells the engine', () => {
    const chosen = plan('raspberry-pi-5', { algorithm: 'mad' }, [engine])
    expect(chosen.algorithm).toBe('mad')
    expect(linear(chosen)).toMatchObject({ kernel: 'linear lt2 mad dotprod', why: 'asked for by name' })
    expect(plan('raspberry-pi-5', {}, [engine]).algorithm).toBe('lut')
    expect(plan('raspberry-pi-5').algorithm).toBeUndefined()
  })

  it('without any figures stay in the order of the engine', () => {
    const blind = { ...native, kernels: rivals.map(({ op, algorithm }) => ({ op, algorithm })) }
    expect(linear(plan('raspberry-pi-5', {}, [blind])).why).toMatch(/first of 3; not measured/)
  })
})

describe('the ceiling', () => {
  const bytes = 128 + 4 * 256 + 8 * 4100

  it('is bandwidth over bytes, says what the bandwidth is, and that it is computed', () => {
    expect(bytesPerToken(shapes)).toBe(bytes)
    expect(plan('raspberry-pi-5').ceiling).toEqual({
      computed: true,
      tokensPerSecond: 17.1e9 / bytes,
      bytesPerToken: bytes,
      bandwidth: 17.1e9,
      bandwidthIs: 'declared peak',
    })
    const bandwidth = [1, 2, 8].map((threads) => ({ threads, bytesPerSecond: threads * 1e9 }))
    const measured = plan('raspberry-pi-5', {}, all, { device: { ...machine('raspberry-pi-5'), bandwidth } })
    expect(measured.ceiling).toMatchObject({ bandwidth: 2e9, bandwidthIs: 'measured' })
  })

  it('is absent where nothing is known', () => {
    expect(plan('x64-container').ceiling).toBeUndefined()
  })
})

it('is pure: the same in, the same out, and the input unchanged', () => {
  const input = { device: machine('rock-5b'), board: board('rock-5b'), backends: all, shapes }
  const before = JSON.stringify(input)
  expect(makePlan(input)).toEqual(makePlan(structuredClone(input)))
  expect(JSON.stringify(input)).toBe(before)
})

it('shapes count equal ops once', () => {
  const weights = new Map(
    [
      { name: 'a', dtype: LT2, shape: [8, 4] },
      { name: 'b', dtype: LT2, shape: [8, 4] },
      { name: 'n', dtype: F32, shape: [8] },
    ].map((t) => [
      t.name,
      {
        ...t,
        bytes: new Uint8Array(
          tensorBytes(
            t.dtype,
            t.shape.reduce((x, y) => x * y),
          ),
        ),
      },
    ]),
  )
  const body = [
    { op: 'norm', weight: 'n' },
    { op: 'linear', weight: 'a' },
    { op: 'linear', weight: 'b' },
    { op: 'rope' },
  ]
  expect(opShapes({ body, head: [{ op: 'norm', weight: 'n' }] }, weights)).toEqual([
    { op: 'norm', dtype: 'F32', cols: 8, rows: 1, bytes: 32, count: 2 },
    { op: 'linear', dtype: 'LT2', cols: 8, rows: 4, bytes: 12, count: 2 },
    { op: 'rope', dtype: undefined, cols: undefined, rows: undefined, bytes: 0, count: 1 },
  ])
})
