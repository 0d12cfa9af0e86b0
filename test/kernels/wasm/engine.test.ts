/** What is the wasm engine's own: threads that change nothing, formats that only their user knows, states of ts, memory. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Engine, Program } from '../../../hal/backend.js'
import type { Device } from '../../../hal/device.js'
import { F32, LT2, Q4_0, Q6_K, tensorBytes } from '../../../hal/dtypes/index.js'
import type { Tensor } from '../../../hal/tensor.js'
import type { Graph } from '../../../kernels/graph/graph.js'
import { defineType, express } from '../../../kernels/ladder/type/index.js'
import { tsBackend } from '../../../kernels/ts/index.js'
import { wasmBackend } from '../../../kernels/wasm/index.js'
import { distance } from '../conformance.js'
import { type Model, type ModelShape, random, randomModel, randomTensor } from '../random.js'

/** Everything in ./engine.long.test.ts. */
const full = process.env.LUTRA_LONG_TESTS !== undefined
const device = { os: process.platform, arch: process.arch, cpus: 2, features: [], luts: [] } as unknown as Device
const folder = mkdtempSync(join(tmpdir(), 'lutra-wasm-'))
afterAll(() => rmSync(folder, { recursive: true }))

const open = async (threads: number) =>
  (await wasmBackend.open(device, { threads, isa: 'wasm-simd128' })) as Engine<Graph>
const ids = (count: number) => Int32Array.from({ length: count }, (_, i) => (i * 7 + 3) % 300)
const shape: ModelShape = {
  ...{ architecture: 'llama' as const, dtype: Q4_0, outer: F32, vocab: 300, width: 256, hidden: 512 },
  ...{ heads: 4, kvHeads: 2, layers: 2, context: 256, tied: false },
}

async function using<T>(engine: Engine<Graph>, model: Model, work: (program: Program) => Promise<T>): Promise<T> {
  const program = await engine.compile(model.graph, model.tensors)
  try {
    return await work(program)
  } finally {
    await program.close()
    await engine.close()
  }
}

describe('threads', () => {
  const texts = async (program: Program) => {
    const state = program.createState()
    const all = [await program.run(state, ids(70), 'all')]
    for (let t = 0; t < 30; t++) all.push(await program.run(state, ids(1), 'last'))
    return all
  }

  it('give the same numbers, however many there are', async () => {
    for (const dtype of [Q4_0, LT2]) {
      const model = randomModel({ ...shape, dtype }, 1)
      const alone = await using(await open(1), model, texts)
      // Uneven parts of what there is, and more threads than this machine may have.
      for (const threads of full || dtype === Q4_0 ? [2, 4] : [3])
        expect(await using(await open(threads), model, texts)).toEqual(alone)
    }
  })

  it('may be taken away and given back between tokens', async () => {
    const model = randomModel(shape, 2)
    const alone = await using(await open(1), model, texts)
    const engine = await open(3)
    expect(() => engine.setThreads?.(4)).toThrow(expect.objectContaining({ kind: 'limit' }))
    expect(() => engine.setThreads?.(0)).toThrow(expect.objectContaining({ kind: 'limit' }))
    await using(engine, model, async (program) => {
      const state = program.createState()
      const all = [await program.run(state, ids(70), 'all')]
      for (let t = 0; t < 30; t++) {
        engine.setThreads?.(1 + (t % 3))
        all.push(await program.run(state, ids(1), 'last'))
      }
      expect(all).toEqual(alone)
    })
  })
})

it('runs a format that only its user knows as ts does', async () => {
  // Five bits, a shared power of two for every 16: nobody's format.
  const mine = defineType({
    name: 'MINE5',
    bits: 5,
    decode: express.minifloat({ exponent: 2, fraction: 2 }),
    group: 16,
    scale: 'e8m0',
  })
  const model = randomModel({ ...shape, dtype: F32 }, 3)
  const next = random(4)
  const tensors = new Map(model.tensors)
  for (const [name, tensor] of tensors) {
    if (!name.includes('ffn_') || name.includes('norm')) continue
    const bytes = Uint8Array.from({ length: tensorBytes(mine, tensor.shape[0] * tensor.shape[1]) }, () => next() * 256)
    // Ten bytes of codes, then the exponent.
    for (let at = 10; at < bytes.length; at += 11) bytes[at] = 122 + next() * 3
    tensors.set(name, { name, dtype: mine, shape: tensor.shape, bytes })
  }
  const logits = (program: Program) => program.run(program.createState(), ids(9), 'all')
  const expected = await using((await tsBackend.open(device, {})) as Engine<Graph>, { ...model, tensors }, logits)
  const found = await using(await open(2), { ...model, tensors }, logits)
  expect(distance(found, expected)).toBeLessThan(0.03)
  expect(expected.some((value) => value !== 0)).toBe(true)
})

it('goes on from what the ts engine saved, and the other way round', async () => {
  const model = randomModel({ ...shape, dtype: F32 }, 5)
  const ts = (await tsBackend.open(device, {})) as Engine<Graph>
  await using(await open(1), model, async (wasmProgram) => {
    await using(ts, model, async (tsProgram) => {
      for (const [from, to] of [
        [wasmProgram, tsProgram],
        [tsProgram, wasmProgram],
      ]) {
        const [state, twin] = [from.createState(), to.createState()]
        await from.run(state, ids(40), 'none')
        await twin.restore(await state.save())
        expect(twin.length).toBe(40)
        const [a, b] = [await from.run(state, ids(1), 'last'), await to.run(twin, ids(1), 'last')]
        expect(distance(a, b)).toBeLessThan(1e-4)
      }
    })
  })
})

it('reads weights from a file by itself', async () => {
  const model = randomModel({ ...shape, dtype: Q6_K, outer: Q4_0, tied: true }, 6)
  const inFile = new Map<string, Tensor>()
  for (const [name, tensor] of model.tensors) {
    const path = join(folder, name)
    writeFileSync(path, Buffer.concat([Buffer.alloc(32), tensor.bytes]))
    // Bytes that nobody should ask for.
    const bytes = new Uint8Array(0)
    inFile.set(name, { ...tensor, bytes, file: { path, offset: 32 } })
  }
  const logits = (program: Program) => program.run(program.createState(), ids(9), 'all')
  const expected = await using(await open(1), model, logits)
  expect(await using(await open(2), { ...model, tensors: inFile }, logits)).toEqual(expected)
  const gone = new Map(inFile)
  const head = gone.get('output_norm.weight') as Tensor
  gone.set('output_norm.weight', { ...head, file: { path: join(folder, 'none'), offset: 0 } })
  const engine = await open(2)
  await expect(engine.compile(model.graph, gone)).rejects.toMatchObject({ kind: 'io' })
  const short = new Map(inFile)
  const down = short.get('blk.1.ffn_down.weight') as Tensor
  short.set('blk.1.ffn_down.weight', { ...down, file: { path: join(folder, down.name), offset: 64 } })
  await expect(engine.compile(model.graph, short)).rejects.toMatchObject({ kind: 'io' })
  await engine.close()
})

it('holds no more than its footprint says', async () => {
  for (const dtype of [F32, Q4_0, Q6_K, LT2]) {
    const model = randomModel({ ...shape, dtype }, 7)
    const told = await wasmBackend.footprint?.(model.graph, model.tensors, {})
    const resident = await using(await open(1), model, async (program) => program.residentBytes)
    const bound = (told?.weights ?? 0) + (told?.buffers ?? 0)
    expect(resident).toBeLessThanOrEqual(bound)
    expect(resident).toBeGreaterThan(bound / 3)
  }
})

describe('kernels that are chosen by measuring', () => {
  const before = process.env.LUTRA_CACHE
  afterAll(() => {
    if (before === undefined) delete process.env.LUTRA_CACHE
    else process.env.LUTRA_CACHE = before
  })

  it('are kept, and measured again where what is kept is spoilt', async () => {
    const cache = join(folder, 'cache')
    process.env.LUTRA_CACHE = cache
    const next = random(8)
    const model = randomModel({ ...shape, layers: 1, dtype: Q6_K, width: 512, hidden: 1024 }, 8)
    const logits = (program: Program) => program.run(program.createState(), ids(5), 'last')
    const expected = await using(await open(1), model, logits)
    const [file] = readdirSync(cache)
    const kept = JSON.parse(readFileSync(join(cache, file), 'utf8')) as Record<
      string,
      { trials: { measured: number }[] }
    >
    expect(Object.keys(kept)).toContainEqual(expect.stringContaining('Q6_K'))
    for (const { trials } of Object.values(kept)) expect(trials.every(({ measured }) => measured > 0)).toBe(true)
    const spoils = ['{', '{"a":null}', ...(full ? ['[]', 'null', next().toString()] : [])]
    for (const spoilt of spoils) {
      writeFileSync(join(cache, file), spoilt)
      expect(await using(await open(1), model, logits)).toEqual(expected)
      expect(Object.keys(JSON.parse(readFileSync(join(cache, file), 'utf8')))).toEqual(Object.keys(kept))
    }
  })
})

it('measures a linear, and refuses after it was closed', async () => {
  const engine = await open(2)
  const weight = randomTensor('w', Q4_0, [512, 256], random(9))
  const seconds = await engine.measure?.(weight, 2, 20)
  expect(seconds).toBeGreaterThan(0)
  await engine.close()
  await expect(engine.measure?.(weight, 2, 20)).rejects.toMatchObject({ kind: 'closed' })
})

it('knows its tiers', async () => {
  await expect(wasmBackend.open(device, { isa: 'avx2' })).rejects.toMatchObject({ kind: 'unsupported' })
})
