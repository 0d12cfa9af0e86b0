/**
 * The addon's own doors, without the manners of kernels/native in front: whatever is handed over, a call answers or
 * throws, and the addon works on. sanitizers.long.test.ts runs this file with more LUTRA_DOOR_ROUNDS under sanitizers,
 * which see what no answer shows.
 */
import { fork } from 'node:child_process'
import { closeSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { F32, LT2, Q8_0 } from '../../hal/dtypes/index.js'
import type { NativeAddon, NativeGraph, NativeTensor } from '../../kernels/native/addon.js'
import { loadNative } from '../../kernels/native/load.js'
import { lower } from '../../kernels/native/lower.js'
import { type ModelShape, normal, random, randomModel } from '../kernels/random.js'
import { graphOf, randomArchitecture, sortColumns } from '../sdk/model/arch/random-model.js'

const { exports, reason, path } = loadNative()
if (reason !== undefined) console.log(`door tests skipped: ${reason}`)
const rounds = Number(process.env.LUTRA_DOOR_ROUNDS ?? 100)

type Call = (...args: unknown[]) => unknown
type Raw = Record<string, Call>
const raw = exports as unknown as Raw
const addon = exports as unknown as NativeAddon
const Trainer = exports?.Trainer as unknown as new (config: unknown) => Raw

/** Every outcome is fine but one: the end of the process. */
async function attempt(call: () => unknown): Promise<unknown> {
  try {
    const answer = call()
    const { done } = (answer ?? {}) as { done?: unknown }
    return await (done ?? answer)
  } catch (error) {
    return error
  }
}

const kindOf = async (call: () => unknown) => ((await attempt(call)) as { kind?: string } | undefined)?.kind

const dims = { vocab: 40, hidden: 96, heads: 4, kvHeads: 2, layers: 2, context: 128, outer: F32, tied: false }
const ternary = { ...dims, dtype: LT2, width: 64, architecture: 'bitnet', outer: Q8_0 } as const
const plain = { ...dims, dtype: F32, width: 40, architecture: 'llama' } as const
const lowered = (shape: ModelShape): NativeGraph => {
  const { graph, tensors } = randomModel(shape, 7)
  return lower(graph, tensors, shape.context)
}

/** Norms of heads, windows, two rotations, a gathered input. */
const particular = (): NativeGraph => {
  const keys = { 'attention.sliding_window': 3 }
  const draft = randomArchitecture({ architecture: 'gemma3', layers: 6, width: 40, headDim: 12, hidden: 48, keys })
  sortColumns(draft.tensors, [['blk.0.attn_q', 1]])
  return lower(graphOf(draft), draft.tensors, dims.context)
}

const config = {
  ...{ vocab: 11, dim: 8, hidden: 12, layers: 1, heads: 2, kvHeads: 1, eps: 1e-5, theta: 1e4, initStd: 0.2 },
  ...{ threads: 2, seed: 1, quantizeActivations: true, half: true, subNorms: true },
  trained: { embedding: true, linear: true, gain: true, head: true, scale: true, zero: true, 'low-rank': true },
  schemes: Float64Array.from({ length: 40 }, (_, i) => (i < 35 && i % 5 === 0 ? 1 : 0)), // ternary linears, the head as it is
}
/** Learned steps of four levels in groups of four, with and without low rank. */
const stepped = (rank: number) =>
  Float64Array.from({ length: 40 }, (_, i) => (i < 35 ? [3, 4, 4, rank, rank && 1 / rank][i % 5] : 0))

/** Values that fit nowhere, among them some that fit nearly everywhere. */
function strange(next: () => number): unknown {
  const detached = () => {
    const gone = new Float32Array(8)
    structuredClone(gone.buffer, { transfer: [gone.buffer] })
    return gone
  }
  const kinds: (() => unknown)[] = [
    ...[undefined, null, true, '', 'avx2', '7', Symbol('s'), 12n, Number.NaN, -0, 0, 1, 2, 3, 7].map((v) => () => v),
    ...[-1, 0.5, 1e300, -1e300, Infinity, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 53, 2 ** 24].map((v) => () => v),
    ...[() => ({}), () => [], () => () => 1, () => new Date(), () => new Map(), () => Promise.resolve(1)],
    ...[Uint8Array, Int8Array, Int32Array, Float32Array, Float64Array, BigInt64Array].flatMap((A) => [
      () => new A(0),
      () => new A(Math.floor(next() * 40)),
    ]),
    () => new ArrayBuffer(16),
    () => new DataView(new ArrayBuffer(16)),
    () => new Int32Array(new SharedArrayBuffer(64)),
    () => new Uint8Array(65).subarray(1),
    detached,
    () => Float32Array.of(Number.NaN, Infinity, -Infinity, -0),
    () => Int32Array.of(-1, 2 ** 31 - 1, -(2 ** 31)),
    () => ({ valueOf: () => 1, toString: () => 'blk.0.attn_q.weight' }),
    () => ({
      valueOf: () => {
        throw new Error('no')
      },
    }),
    () =>
      new Proxy([], {
        get: (_, key) => {
          if (key === 'length') return 3
          throw new Error('no')
        },
      }),
  ]
  return kinds[Math.floor(next() * kinds.length)]()
}

/** The arguments with one or two of them, or of what lies inside them, made strange. */
function spoil(args: readonly unknown[], next: () => number): unknown[] {
  const spoiled = [...args]
  for (let times = next() < 0.7 ? 1 : 2; times > 0; times--) {
    const at = Math.floor(next() * (spoiled.length + 1))
    const old = spoiled[at]
    const plain = typeof old === 'object' && old !== null && !ArrayBuffer.isView(old)
    if (plain && next() < 0.85) {
      const key = Object.keys(old)[Math.floor(next() * Object.keys(old).length)]
      const inner = (old as Record<string, unknown>)[key]
      const value = Array.isArray(inner) && next() < 0.7 ? spoil(inner, next) : strange(next)
      spoiled[at] = Array.isArray(old) ? old.map((v, i) => (String(i) === key ? value : v)) : { ...old, [key]: value }
    } else if (ArrayBuffer.isView(old) && next() < 0.6) {
      const from = old as Float32Array
      const cut = from.slice(0, Math.floor(next() * (from.length + 1)))
      if (cut.length > 0 && next() < 0.5) cut[Math.floor(next() * cut.length)] = next() < 0.5 ? -1 : Number.NaN
      spoiled[at] = cut
    } else spoiled[at] = strange(next)
  }
  return spoiled.slice(0, next() < 0.1 ? Math.floor(next() * spoiled.length) : undefined)
}

/** One sequence as a run's parts. */
const parts = (state: number, ids: Int32Array, wanted: number) => Uint32Array.of(state, ids.length, wanted)

describe.skipIf(exports === undefined)('the addon’s doors', () => {
  const graph = lowered(plain)
  const unusual = particular()
  const tensor = (): NativeTensor => ({ ...graph.weights[0], linear: true, lookup: false })
  const ids = Int32Array.of(1, 5, 39, 0)
  let engine: number
  let program: number
  let expected: Float32Array

  const answer = async () => {
    const state = addon.stateCreate(program)
    const { rows } = await addon.programRun(program, parts(state, ids, 1), ids).done
    addon.stateClose(state)
    return rows
  }
  beforeAll(async () => {
    // The small numbers among the strange ones shall not be the handles that the tests rely on.
    for (let i = 0; i < 10; i++) await addon.engineClose(addon.engineOpen('', 1, 'mad').id)
    engine = addon.engineOpen('', 2, 'mad').id
    program = (await addon.programCompile(engine, graph)).id
    expected = await answer()
  })
  afterAll(async () => {
    expect(await answer()).toEqual(expected)
    await addon.programClose(program)
    await addon.engineClose(engine)
  })

  it('bear strange arguments', async () => {
    const next = random(11)
    const x = new Float32Array(3 * 40).fill(0.5)
    for (let round = 0; round < rounds; round++) {
      const spare = addon.engineOpen('', 1 + (round % 3), round % 2 ? 'lut' : 'mad').id
      const other = (await addon.programCompile(spare, graph)).id
      const state = addon.stateCreate(other)
      await addon.programRun(other, parts(state, ids, 0), ids).done
      const saved = await addon.stateSave(state)
      const twin = addon.stateCreate(other)
      const calls: [string, unknown[]][] = [
        ['engineOpen', ['', 1, 'mad']],
        ['engineGrids', [[new Int8Array(2048), new Int8Array(3), 7]]],
        ['engineLinear', [spare, tensor(), x, 3, round % 2 === 0]],
        ['programCompile', [spare, graph]],
        ['programCompile', [spare, round % 2 ? graph : unusual]],
        ['programRun', [other, parts(state, ids, 2), ids]],
        ['programRun', [other, Uint32Array.of(state, 1, 1, twin, 2, 3, state, 1, 0), ids]],
        ['programRun', [other, Uint32Array.of(state, 1, 1, twin, 3, 3), ids]],
        ['runCancel', [1]],
        ['stateCreate', [other]],
        ['stateTruncate', [state, 2]],
        ['stateFork', [state]],
        ['stateSave', [state]],
        ['stateRestore', [state, saved]],
        ['measureBandwidth', [2, 1, 1]],
        ['stateClose', [state]],
        ['programClose', [other]],
        ['engineThreads', [spare, 1]],
        ['engineClose', [spare]],
      ]
      const pending: Promise<unknown>[] = []
      for (const [name, args] of calls) {
        pending.push(attempt(() => raw[name](...spoil(args, next))))
        if (next() < 0.3) await Promise.all(pending)
      }
      pending.push(attempt(() => raw.programClose(other)))
      pending.push(attempt(() => raw.engineClose(spare)))
      await Promise.all(pending)
    }
    expect(await answer()).toEqual(expected)
  })

  it('bear graphs whose numbers were changed', async () => {
    const next = random(12)
    const graphs = [graph, lowered(ternary), particular()]
    let ran = 0
    for (let round = 0; round < rounds * 5; round++) {
      const from = graphs[round % graphs.length]
      const ops = from.ops.slice()
      for (let times = 1 + Math.floor(next() * 3); times > 0; times--) {
        const at = Math.floor(next() * ops.length)
        // A word of another op at the same place is the likeliest to pass; then small and odd numbers.
        const same = ops[(at + 16 * Math.floor(next() * (ops.length / 16))) % ops.length]
        ops[at] =
          next() < 0.6 ? same : [-1, 0, 1, 2, 3, Math.floor(next() * 20), Number.NaN, 1e9][Math.floor(next() * 8)]
      }
      const widths = from.widths.slice()
      if (next() < 0.1)
        widths[Math.floor(next() * widths.length)] = [1, 40, 41, 96, Number.NaN, 0][Math.floor(next() * 6)]
      const chunk = next() < 0.2 ? 1 + Math.floor(next() * 4) : 64
      const compiled = (await attempt(() => addon.programCompile(engine, { ...from, ops, widths, chunk }))) as {
        id?: number
      }
      if (compiled.id === undefined) continue
      const state = addon.stateCreate(compiled.id)
      for (const wanted of [2, 1, 0, 3]) {
        const done = await attempt(() => addon.programRun(compiled.id as number, parts(state, ids, wanted), ids))
        if (!(done instanceof Error)) ran++
      }
      await addon.programClose(compiled.id)
    }
    expect(ran).toBeGreaterThan(0)
  })

  it('refuse attention over the logits, which the body does not have', async () => {
    const narrow = lowered({ ...plain, vocab: 20 }) // as wide as the values: 2 heads of 10
    const ops = narrow.ops.slice()
    ops[ops.findIndex((word, i) => i % 16 === 0 && word === 4) + 3] = narrow.logits
    expect(await kindOf(() => addon.programCompile(engine, { ...narrow, ops }))).toBe('mismatch')
  })

  it('bear codes, scales and activations of any bits, on every instruction set', async () => {
    const next = random(13)
    const blocks = [1, 1, 1, 32, 32, 256, 256, 128, 4]
    const sizes = [4, 2, 2, 34, 18, 54, 66, 32, 1]
    const tails = [0, 0, 0, 0, 0, 0, 0, 32, 4]
    for (const { name, missing } of addon.engineTiers()) {
      if (missing) continue
      for (const algorithm of ['mad', 'lut'])
        for (const threads of [1, 3]) {
          const { id } = addon.engineOpen(name, threads, algorithm)
          for (let round = 0; round < Math.max(60, rounds / 2); round++) {
            const dtype = round % 9
            const unit = [3, 4, 5, 6].includes(dtype) ? blocks[dtype] : 1
            const cols = unit * (1 + Math.floor(next() * (unit > 100 ? 5 : unit > 1 ? 12 : 300)))
            let rows = 1 + Math.floor(next() * 70)
            while ((cols * rows) % blocks[dtype] !== 0) rows++
            const length = ((cols * rows) / blocks[dtype]) * sizes[dtype] + tails[dtype]
            // Off the start of the buffer, so that nothing relies on alignment, and up to its very end.
            const bytes = new Uint8Array(length + 3).subarray(3)
            for (let i = 0; i < length; i++) bytes[i] = next() * 256
            const n = [0, 1, 2, 5, 66][Math.floor(next() * 5)]
            const odd = [Number.NaN, Infinity, -Infinity, 3e38, 1e-40, 0]
            const x = Float32Array.from({ length: n * cols }, () =>
              next() < 0.02 ? odd[Math.floor(next() * 6)] : normal(next),
            )
            const weight = { name: 'w', dtype, cols, rows, bytes, linear: true, lookup: false }
            const y = await addon.engineLinear(id, weight, x, n, round % 2 === 0)
            expect(y.length).toBe(n * rows)
          }
          await addon.engineClose(id)
        }
    }
  })

  it('refuse damaged states', async () => {
    const state = addon.stateCreate(program)
    await addon.programRun(program, parts(state, ids, 0), ids).done
    const saved = await addon.stateSave(state)
    for (let at = 0; at < 40; at++)
      for (const value of [0, 1, 127, 255]) {
        const bytes = saved.slice()
        bytes[at] = value
        await attempt(() => addon.stateRestore(state, bytes))
      }
    for (let cut = 0; cut < saved.length; cut += 1 + (cut >> 3))
      expect(await kindOf(() => addon.stateRestore(state, saved.subarray(0, cut)))).toBe('format')
    expect(await kindOf(() => addon.stateRestore(state, Uint8Array.of(...saved, 0)))).toBe('format')
    addon.stateClose(state)
  })

  it('know closed handles, and take only whole numbers for handles', async () => {
    const own = addon.engineOpen('', 2, 'mad').id
    const { id } = await addon.programCompile(own, graph)
    const state = addon.stateCreate(id)
    for (const wrong of [Number.NaN, -1, own + 0.5, own + 2 ** 32, 2 ** 60, '1', undefined])
      expect(await kindOf(() => raw.engineClose(wrong))).toBe('mismatch')
    const run = addon.programRun(id, parts(state, new Int32Array(100).fill(3), 2), new Int32Array(100).fill(3))
    const forking = addon.stateFork(state)
    addon.stateClose(state)
    expect(await kindOf(() => addon.programRun(id, parts(state, ids, 1), ids))).toBe('closed')
    const closing = addon.programClose(id)
    expect(await kindOf(() => addon.stateCreate(id))).toBe('closed')
    expect([...(await run.done).lengths]).toEqual([100])
    const { id: fork } = await forking
    await closing
    expect(await kindOf(() => addon.programRun(id, parts(fork, ids, 1), ids))).toBe('closed')
    expect((await addon.stateSave(fork)).length).toBeGreaterThan(32)
    const late = addon.engineLinear(own, tensor(), new Float32Array(40), 1, false)
    const end = addon.engineClose(own)
    expect(await kindOf(() => addon.engineClose(own))).toBe('closed')
    expect(await kindOf(() => addon.engineLinear(own, tensor(), new Float32Array(40), 1, false))).toBe('closed')
    expect(await kindOf(() => addon.programCompile(own, graph))).toBe('closed')
    expect(await kindOf(() => addon.stateSave(fork))).toBe('closed')
    await Promise.all([late, end])
    addon.stateClose(fork)
  })

  it('keep many runs, closes and cancels at once apart', async () => {
    const next = random(14)
    for (let round = 0; round < Math.max(3, rounds / 40); round++) {
      const engines = [1, 2, 3].map((threads) => addon.engineOpen('', threads, 'lut').id)
      const programs = await Promise.all(engines.map((id) => addon.programCompile(id, graph)))
      const states = programs.flatMap(({ id }) => [0, 1, 2].map(() => ({ id, state: addon.stateCreate(id) })))
      const pending: Promise<unknown>[] = []
      for (let i = 0; i < 120; i++) {
        const { id, state } = states[Math.floor(next() * states.length)]
        const kind = next()
        const tokens = Int32Array.from({ length: 1 + Math.floor(next() * 30) }, () => next() * 40)
        if (kind < 0.6) {
          const run = (await attempt(() => ({ run: addon.programRun(id, parts(state, tokens, 2), tokens) }))) as {
            run?: { run: number; done: Promise<unknown> }
          }
          if (run.run === undefined) continue
          const { done } = run.run
          pending.push(attempt(() => done))
          if (next() < 0.3) addon.runCancel(run.run.run)
        } else if (kind < 0.7) await attempt(() => addon.stateTruncate(state, 0))
        else if (kind < 0.8) pending.push(attempt(() => addon.stateFork(state)))
        else if (kind < 0.9) pending.push(attempt(() => addon.stateSave(state)))
        else if (kind < 0.92) await new Promise(setImmediate)
        else if (kind < 0.95)
          await attempt(() => addon.engineThreads(engines[Math.floor(next() * 3)], 1 + Math.floor(next() * 3)))
        else if (kind < 0.97) await attempt(() => addon.stateClose(state))
        else if (kind < 0.98) pending.push(attempt(() => addon.programClose(id)))
        else pending.push(attempt(() => addon.engineClose(engines[Math.floor(next() * 3)])))
      }
      for (const { id } of programs) pending.push(attempt(() => addon.programClose(id)))
      for (const id of engines) pending.push(attempt(() => addon.engineClose(id)))
      await Promise.all(pending)
    }
  })

  it('bear code that runs inside a call', async () => {
    const own = addon.engineOpen('', 1, 'mad').id
    const closing = {
      ...tensor(),
      get cols() {
        void attempt(() => addon.engineClose(own))
        return graph.weights[0].cols
      },
    }
    expect(await kindOf(() => addon.engineLinear(own, closing, new Float32Array(40), 1, false))).toBe('closed')
    const ops = graph.ops.slice()
    const taking = {
      ...graph,
      ops,
      get body() {
        structuredClone(ops.buffer, { transfer: [ops.buffer] })
        return graph.body
      },
    }
    await attempt(() => addon.programCompile(engine, taking))
  })

  it('map files of any length', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lutra-doors-'))
    const file = join(folder, 'weights')
    const { bytes, ...shape } = tensor()
    const x = new Float32Array(40).fill(1)
    const linear = (offset: unknown, at = file) =>
      kindOf(() => raw.engineLinear(engine, { ...shape, path: at, offset }, x, 1, false))
    writeFileSync(file, new Uint8Array(0))
    expect(await linear(0)).toBe('format')
    writeFileSync(file, bytes as Uint8Array)
    expect(await linear(0)).toBeUndefined()
    expect(await linear(1)).toBe('format')
    expect(await linear(2 ** 53 - 1)).toBe('format')
    for (const offset of [-1, 0.5, Number.NaN, 2 ** 60, '0']) expect(await linear(offset)).toBe('mismatch')
    expect(await linear(0, folder)).toBe('io')
    expect(await linear(0, join(folder, 'absent'))).toBe('io')
    rmSync(folder, { recursive: true })
  })

  it('open pseudo terminals, many and with arguments', () => {
    const open = raw.openPty as unknown as (...args: unknown[]) => { fd: number; path: string }
    const all = Array.from({ length: 20 }, (_, i) => open(i, Number.NaN, {}))
    expect(new Set(all.map((pty) => pty.path)).size).toBe(20)
    for (const { fd } of all) closeSync(fd)
  })

  describe('of the trainer', () => {
    const batch = () => [Int32Array.of(1, 2, 3, 4), Int32Array.of(0, 3, 4), Int32Array.of(2, 3, -1, 5)]
    const options = (layer = -1) =>
      Float64Array.of(1e-3, 0.1, 1, 0.9, 0.95, 1e-8, ...[1, 1, 1, 1, 1, 1, 1], 0.5, 1, layer)
    const rows = (count: number) => Float32Array.from({ length: 8 * count }, (_, i) => Math.sin(i))
    const blockBatch = () => [
      Int32Array.of(0, 0, 0),
      Int32Array.of(0, 2, 3),
      Int32Array.of(0, 0, 0),
      undefined,
      options(0),
    ]

    it('bear strange arguments', async () => {
      const next = random(15)
      const trainer = new Trainer(config)
      const saved = trainer.save() as Uint8Array
      for (let round = 0; round < rounds * 2; round++) {
        await attempt(() => new Trainer(spoil([config], next)[0]))
        const pending = [0, 1, 2].map((job) =>
          attempt(() => trainer.run(...spoil([job, ...batch(), undefined, options()], next))),
        )
        await Promise.all(pending)
        const student = new Trainer({ ...config, schemes: stepped(round % 3), half: false })
        await attempt(() => student.run(...spoil([round % 3, ...batch(), undefined, options(), trainer], next)))
        const block = [round % 3, ...blockBatch(), undefined, rows(3), rows(3)]
        await attempt(() => student.run(...spoil(block, next)))
        await attempt(() => student.quantized(...spoil(['blk.0.attn_q.weight', true], next)))
        await attempt(() => trainer.get(...spoil(['output_norm.weight'], next)))
        await Promise.all(pending)
        await attempt(() => trainer.set(...spoil(['output_norm.weight', new Float32Array(8)], next)))
        await attempt(() => trainer.load(...spoil([saved], next)))
        await attempt(() => trainer.load(saved))
      }
      for (let at = 0; at < 64; at++)
        for (const value of [0, 127, 255]) {
          const bytes = saved.slice()
          bytes[at] = value
          await attempt(() => trainer.load(bytes))
        }
      for (let cut = 0; cut < saved.length; cut += 1 + (cut >> 2))
        expect(() => trainer.load(saved.subarray(0, cut))).toThrow()
    })

    it('refuses sizes beyond memory', () => {
      const huge = 2 ** 31 - 2
      for (const wrong of [
        { vocab: huge, dim: huge, heads: 1 },
        { hidden: huge },
        { vocab: 2 ** 32 + 11 },
        { layers: 1.5 },
      ])
        expect(() => new Trainer({ ...config, kvHeads: 1, ...wrong })).toThrow()
    })

    it('goes on beside numbers that are none', async () => {
      for (const isa of ['', 'generic', 'avx2', 'avx512', 'avx512bf16', 'amx', 'neon'])
        for (const quantize of [true, false]) {
          const made = await attempt(
            () =>
              new Trainer({
                ...{ ...config, isa, half: quantize, quantizeActivations: quantize },
                schemes: quantize ? config.schemes : stepped(0),
              }),
          )
          if (made instanceof Error) continue
          const trainer = made as Raw
          for (const value of [Number.NaN, Infinity, 3e38, -3e38, 1e-44])
            for (const name of ['token_embd.weight', 'blk.0.attn_q.weight', 'output_norm.weight']) {
              const fill = new Float32Array((trainer.get(name) as Float32Array).length).fill(value)
              trainer.set(name, fill)
              for (const job of [0, 1, 2]) await attempt(() => trainer.run(job, ...batch(), undefined, options()))
            }
        }
    })

    it('a teacher is held while its student runs, and must be a trainer of the same vocabulary', async () => {
      const student = new Trainer(config)
      const teacher = new Trainer({ ...config, dim: 16 })
      const other = new Trainer({ ...config, vocab: 12 })
      const pending = student.run(0, ...batch(), undefined, options(), teacher)
      expect(() => teacher.get('output_norm.weight')).toThrow('running')
      await pending
      expect((teacher.get('output_norm.weight') as Float32Array).length).toBe(16)
      for (const wrong of [student, other, {}, new (class Trainer {})()])
        expect(() => student.run(0, ...batch(), undefined, options(), wrong)).toThrow(/teacher/)
      for (const layer of [1, -2, Number.NaN, 1e300])
        expect(() => student.run(0, ...batch(), undefined, options(layer))).toThrow(/layer/)
    })

    it('runs one job at a time, also from inside a call', async () => {
      const trainer = new Trainer(config)
      const inner: Promise<unknown>[] = []
      const job = {
        valueOf: () => {
          inner.push(attempt(() => trainer.run(0, ...batch(), undefined, options())))
          return 0
        },
      }
      expect(() => trainer.run(job, ...batch(), undefined, options())).toThrow('running')
      const name = {
        toString: () => {
          inner.push(attempt(() => trainer.run(0, ...batch(), undefined, options())))
          return 'output_norm.weight'
        },
      }
      await Promise.all(inner)
      expect(() => trainer.set(name, new Float32Array(8))).toThrow('running')
      await Promise.all(inner)
      expect(() => trainer.get(name)).toThrow('running')
      await Promise.all(inner)
      expect(trainer.steps()).toBe(3)
    })
  })

  it.each([true, false])(
    'survive the end of workers in the middle of their work (main thread first: %s)',
    async (first) => {
      const child = fork('test/native/workers.mjs', { serialization: 'advanced', execArgv: [] })
      child.send({ path, graph, config, rounds: Math.min(40, Math.max(10, rounds / 40)), first })
      const end = await new Promise((done) => child.once('exit', (code, signal) => done(signal ?? code)))
      expect(end).toBe(0)
    },
  )
})
