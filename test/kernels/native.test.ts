import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { CacheFormat, Engine, Program } from '../../hal/backend.js'
import type { Device } from '../../hal/device.js'
import { LutraError } from '../../hal/error.js'
import type { Graph } from '../../kernels/graph/graph.js'
import { algorithms, nativeBackend, nativeTiers } from '../../kernels/native/index.js'
import { loadNative } from '../../kernels/native/load.js'
import { buildGraph } from '../../sdk/model/arch/index.js'
import { openGguf } from '../../sdk/model/gguf.js'

const golden = '../shared/data/golden'
const absent = loadNative().reason ?? (existsSync(golden) ? undefined : `${golden} is not there`)
if (absent !== undefined) console.log(`native engine tests skipped: ${absent}`)

interface Golden {
  readonly file: string
  readonly ids: number[]
  readonly oracle_last: number[]
  readonly oracle_argmax: number[]
  readonly reference_runtime_max_rel: number
}
const cases: Golden[] = absent
  ? []
  : ['golden.json', 'golden-bitnet.json']
      .flatMap((name) => JSON.parse(readFileSync(`${golden}/${name}`, 'utf8')) as Golden[])
      .filter(({ file }) => existsSync(`${golden}/${file}`))
const device = { cpus: 2 } as Device
const tiers = nativeTiers().filter(({ name, missing }) => {
  if (missing !== '') console.log(`native engine tests skipped for ${name}: this CPU lacks ${missing}`)
  return missing === ''
})
const kinds = algorithms.filter((name) => name !== 'fast')
const engines = tiers.flatMap(({ name }, tier) =>
  kinds.map((algorithm, kind) => ({ isa: name, algorithm, of: tier + kind })),
)
/**
 * All files with all engines in ./native.long.test.ts. Else every file once on each tier, by algorithms in turn, so that each
 * algorithm meets each file on some tier (where there are as many tiers).
 */
const full = process.env.LUTRA_LONG_TESTS !== undefined
const casesOf = (of: number) => (full ? cases : cases.filter((_, i) => (i + of) % kinds.length === 0))

it('declares the tiers that the addon has', () => {
  const declared = nativeBackend.tiers?.filter(({ arch }) => arch === undefined || arch === process.arch)
  const here = nativeTiers().map(({ name }) => name)
  if (here.length) expect(declared?.map(({ name }) => name)).toEqual(here)
})

async function openEngine(options: object): Promise<Engine<Graph>> {
  const engine = await nativeBackend.open(device, options)
  if ('absent' in engine) throw new Error(engine.absent)
  return engine
}

async function withProgram<T>(file: string, options: object, use: (program: Program) => Promise<T>): Promise<T> {
  const engine = await openEngine(options)
  const model = await openGguf(`${golden}/${file}`)
  const program = await engine.compile(buildGraph(model), model.tensors)
  try {
    return await use(program)
  } finally {
    await program.close()
    await engine.close()
  }
}

/** Largest difference, relative to the largest expected. */
function distance(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let most = 0
  let scale = 0
  for (let i = 0; i < expected.length; i++) {
    most = Math.max(most, Math.abs(found[i] - expected[i]))
    scale = Math.max(scale, Math.abs(expected[i]))
  }
  return most / scale
}

const argmax = (row: Float32Array) => row.reduce((best, v, i) => (v > row[best] ? i : best), 0)

/** How far the runner-up is below the best, relative to the largest. */
function lead(row: Float32Array): number {
  const best = argmax(row)
  let second = Number.NEGATIVE_INFINITY
  let scale = 0
  row.forEach((v, i) => {
    if (i !== best) second = Math.max(second, v)
    scale = Math.max(scale, Math.abs(v))
  })
  return (row[best] - second) / scale
}

describe.skipIf(absent !== undefined)('native engine', () => {
  describe.each(engines)('$isa $algorithm', ({ of, ...options }) => {
    it.each(casesOf(of))('agrees with the oracle: $file', async (expected) => {
      // Tables of bit planes round activations up to half as coarsely again: where four neighbours are large.
      const coarser = options.algorithm !== 'mad' && /Q4_[01]\./.test(expected.file) ? 1.5 : 1
      const bound = expected.file.includes('F32')
        ? 1e-5
        : expected.file.includes('I2_S')
          ? 1e-3
          : expected.reference_runtime_max_rel * coarser
      await withProgram(expected.file, { ...options, threads: 2 }, async (program) => {
        const ids = Int32Array.from(expected.ids)
        const state = program.createState()
        const all = await program.run(state, ids, 'all')
        const last = all.subarray((ids.length - 1) * program.vocab)
        const rel = distance(last, expected.oracle_last)
        if (process.env.LUTRA_SHOW) console.log(options, expected.file, rel, expected.reference_runtime_max_rel)
        expect(rel).toBeLessThanOrEqual(bound)
        ids.forEach((_, t) => {
          const row = all.slice(t * program.vocab, (t + 1) * program.vocab)
          if (lead(row) > 2 * bound) expect(argmax(row)).toBe(expected.oracle_argmax[t])
        })
        // Token by token, through the cache: the same sums in the same order.
        const one = program.createState()
        let step = new Float32Array(0)
        for (const id of ids) step = (await program.run(one, Int32Array.of(id), 'last')) as Float32Array<ArrayBuffer>
        expect(distance(step, last)).toBeLessThanOrEqual(1e-6)
        expect(one.length).toBe(ids.length)
      })
    })
  })

  it('gives the same bits on every instruction set and algorithm in int8 mode', async () => {
    const model = await openGguf(`${golden}/golden-bitnet-gqa-I2_S.gguf`)
    const tensor = model.tensors.get('blk.0.ffn_down.weight')
    if (!tensor) throw new Error('no ffn_down')
    const n = 3
    const x = Float32Array.from({ length: n * tensor.shape[0] }, (_, i) =>
      Math.fround(Math.sin(i * 0.7) * (1 + (i % 17))),
    )
    const results: Float32Array[] = []
    for (const { isa, algorithm } of engines) {
      const engine = await openEngine({ isa, algorithm, threads: 2 })
      results.push(await engine.linear(tensor, x, n, 'int8'))
      await engine.close()
    }
    for (const result of results) expect(result).toEqual(results[0])
  })

  it('keeps states apart, forks, truncates, saves and restores them', async () => {
    await withProgram('golden256-F32.gguf', {}, async (program) => {
      const a = program.createState()
      await program.run(a, Int32Array.of(1, 403, 407), 'none')
      const b = await a.fork()
      const saved = await a.save()
      const one = await program.run(a, Int32Array.of(261), 'last')
      const other = await program.run(b, Int32Array.of(262), 'last')
      expect(distance(other, one)).toBeGreaterThan(0.01)
      a.truncate(3)
      expect(await program.run(a, Int32Array.of(261), 'last')).toEqual(one)
      const c = program.createState()
      await c.restore(saved)
      expect(c.length).toBe(3)
      expect(await program.run(c, Int32Array.of(261), 'last')).toEqual(one)
      await expect(c.restore(saved.subarray(0, 100))).rejects.toMatchObject({ kind: 'format' })
      await expect(c.restore(new Uint8Array(5))).rejects.toMatchObject({ kind: 'format' })
      c.close()
      await expect(program.run(c, Int32Array.of(1), 'last')).rejects.toMatchObject({ kind: 'closed' })
      expect(() => c.truncate(0)).toThrow(LutraError)
    })
  })

  it('refuses what it cannot do, and stays usable', async () => {
    await withProgram('golden256-F32.gguf', {}, async (program) => {
      const state = program.createState()
      await expect(program.run(state, Int32Array.of(512), 'last')).rejects.toMatchObject({ kind: 'mismatch' })
      await expect(program.run(state, Int32Array.of(-1), 'last')).rejects.toMatchObject({ kind: 'mismatch' })
      await expect(program.run(state, new Int32Array(513).fill(1), 'none')).rejects.toMatchObject({ kind: 'limit' })
      expect(state.length).toBe(0)
      await withProgram('golden256-Q8_0.gguf', {}, async (stranger) => {
        await expect(stranger.run(state, Int32Array.of(1), 'last')).rejects.toMatchObject({ kind: 'mismatch' })
      })
      expect(await program.run(state, Int32Array.of(1), 'last')).toHaveLength(512)
    })
    await expect(openEngine({ isa: 'mmx' })).rejects.toMatchObject({ kind: 'unsupported' })
    await expect(openEngine({ threads: 0 })).rejects.toMatchObject({ kind: 'limit' })
  })

  it('cancels between ops and keeps the old length', async () => {
    await withProgram('golden256-F32.gguf', { isa: 'scalar', threads: 1 }, async (program) => {
      const state = program.createState()
      await program.run(state, Int32Array.of(1, 2), 'none')
      const stop = new AbortController()
      const run = program.run(state, new Int32Array(500).fill(7), 'all', stop.signal)
      const queued = program.run(state, Int32Array.of(3), 'last')
      expect(() => state.truncate(0)).toThrow(LutraError)
      setTimeout(() => stop.abort(), 5)
      await expect(run).rejects.toMatchObject({ kind: 'cancelled' })
      await queued
      expect(state.length).toBe(3)
      await expect(program.run(state, Int32Array.of(3), 'last', AbortSignal.abort())).rejects.toMatchObject({
        kind: 'cancelled',
      })
    })
  })

  it('refuses graphs that do not fit their tensors', async () => {
    const engine = await openEngine({})
    const model = await openGguf(`${golden}/golden256-F32.gguf`)
    const graph = buildGraph(model)
    const spoil: ((g: { -readonly [K in keyof Graph]: Graph[K] }) => void)[] = [
      (g) => (g.buffers = { ...g.buffers, q: 255 }),
      (g) => (g.buffers = { ...g.buffers, logits: 511 }),
      (g) => (g.vocab = 4096),
      (g) => (g.layers = 1),
      (g) => (g.headDim = 0),
      (g) => (g.head = []),
      (g) => (g.context = 2 ** 40),
      (g) => (g.body = [{ op: 'embed', weight: 'nobody', out: 'x' }]),
      (g) => (g.body = [...g.body, { op: 'add', a: 'logits', b: 'logits', out: 'logits' }]),
      (g) => (g.head = [...g.body, ...g.head]),
    ]
    for (const change of spoil) {
      const bad = { ...graph }
      change(bad)
      await expect(engine.compile(bad, model.tensors), change.toString()).rejects.toMatchObject({ kind: 'mismatch' })
    }
    const gone = new Map(model.tensors)
    const tensor = gone.get('output.weight')
    if (!tensor) throw new Error('no output')
    gone.set('output.weight', {
      ...tensor,
      name: 'output.weight',
      dtype: tensor.dtype,
      shape: tensor.shape,
      bytes: new Uint8Array(0),
      file: { path: '/nowhere', offset: 0 },
    })
    await expect(engine.compile(graph, gone)).rejects.toMatchObject({ kind: 'io' })
    gone.set('output.weight', {
      name: 'output.weight',
      dtype: tensor.dtype,
      shape: tensor.shape,
      bytes: new Uint8Array(0),
      file: { path: model.path, offset: model.bytes - 100 },
    })
    await expect(engine.compile(graph, gone)).rejects.toMatchObject({ kind: 'format' })
    await engine.close()
    await expect(engine.compile(graph, model.tensors)).rejects.toMatchObject({ kind: 'closed' })
  })
})

describe.skipIf(absent !== undefined)('cache formats', () => {
  const model = `${golden}/golden256-F32.gguf`
  const logits = async (cache: CacheFormat, whole: boolean) => {
    const engine = await openEngine({ threads: 2 })
    const file = await openGguf(model)
    const program = await engine.compile(buildGraph(file), file.tensors, { cache })
    const state = program.createState()
    const ids = Int32Array.from(cases.find(({ file }) => file.includes('F32'))?.ids ?? [])
    let last = new Float32Array(0)
    if (whole) last = (await program.run(state, ids, 'last')) as Float32Array<ArrayBuffer>
    else for (const id of ids) last = (await program.run(state, Int32Array.of(id), 'last')) as Float32Array<ArrayBuffer>
    const saved = await state.save()
    await program.close()
    await engine.close()
    return { last, saved }
  }

  it.each([
    // Rounding of keys and values, 2^-11 and 2^-8 of the largest in a row, through some layers of float32 weights.
    ['f16', 2e-3, 0.55],
    ['q8', 2e-2, 0.35],
  ] as const)('%s is near float32, in one pass and token by token, in less memory', async (cache, bound, share) => {
    const exact = await logits('f32', true)
    const near = await logits(cache, true)
    expect(distance(near.last, [...exact.last])).toBeLessThan(bound)
    expect(distance(near.last, [...exact.last])).toBeGreaterThan(0)
    expect(distance((await logits(cache, false)).last, near.last)).toBeLessThanOrEqual(1e-6)
    expect(near.saved.length).toBeLessThan(exact.saved.length * share)
  })

  it('restores only what was kept alike', async () => {
    const { saved } = await logits('f16', true)
    const engine = await openEngine({ threads: 1 })
    const file = await openGguf(model)
    const program = await engine.compile(buildGraph(file), file.tensors, { cache: 'q8' })
    await expect(program.createState().restore(saved)).rejects.toMatchObject({ kind: 'mismatch' })
    await program.close()
    await engine.close()
  })

  it('refuses a format that is none', async () => {
    const engine = await openEngine({ threads: 1 })
    const file = await openGguf(model)
    const wrong = { cache: 'f8' as CacheFormat }
    await expect(engine.compile(buildGraph(file), file.tensors, wrong)).rejects.toMatchObject({ kind: 'mismatch' })
    await engine.close()
  })
})
