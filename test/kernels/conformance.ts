/**
 * What every back end must do, as one suite: linears against one-line truths, whole small models against the ts engine,
 * states, cancelling, errors. A test file hands its back end over; a skip names its reason and is printed.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Backend, Engine, EngineOptions, Program } from '../../hal/backend.js'
import type { Device } from '../../hal/device.js'
import type { DType } from '../../hal/dtype.js'
import { BF16, dtypes, F16, F32, I2_S, LT2, Q4_0, Q8_0, TQ1_0, TQ2_0 } from '../../hal/dtypes/index.js'
import type { ErrorKind } from '../../hal/error.js'
import type { Tensor } from '../../hal/tensor.js'
import type { Graph } from '../../kernels/graph/graph.js'
import { tsBackend } from '../../kernels/ts/index.js'
import { naiveFloat, naiveInt8 } from './naive.js'
import { type Model, type ModelShape, normal, random, randomModel, randomTensor } from './random.js'

export interface Subject {
  readonly title: string
  readonly backend: Backend<Graph>
  readonly options?: EngineOptions
  /** True where float linears do not round their input; else blocks of 32 (integers) or 256 (ternary) may be int8. */
  readonly exactFloats?: boolean
  /** True where float linears round a whole token to int8 with one scale, and not block by block. */
  readonly roundsTokens?: boolean
  /** True where float linears may go by tables, whose step is up to twice that: four inputs fit in a byte together. */
  readonly tables?: boolean
  /** True where int8 sums of blocks with scales of their own are added one by one; else in any order, in float32. */
  readonly exactBlocks?: boolean
  readonly skips?: readonly { readonly test: string; readonly reason: string }[]
}

/** Enough for any engine to run on; engines that look closer detect for themselves. */
const device = { os: process.platform, arch: process.arch, cpus: 2, features: [], luts: [] } as unknown as Device

const rowCounts = [1, 2, 3, 31, 32, 33, 65]
/** For wide matrices. */
const fewRows = [1, 3, 33]
const ternaryShapes: readonly [DType, readonly number[]][] = [
  [TQ1_0, [256, 512, 1280]],
  [TQ2_0, [256, 512, 1280]],
  [I2_S, [32, 96, 128, 160, 384]],
  [LT2, [1, 2, 4, 36, 127, 130, 260]],
]
const floatShapes: readonly (readonly [DType, readonly number[]])[] = [
  [F32, [1, 3, 31, 32, 33, 100]],
  [F16, [1, 3, 31, 32, 33, 100]],
  [BF16, [1, 3, 31, 32, 33, 100]],
  ...dtypes
    .filter((dtype) => dtype.block > 1 && !dtype.ternary)
    .map((dtype) => [dtype, [1, 3].map((blocks) => blocks * dtype.block)] as const),
  ...ternaryShapes,
]

const small = { vocab: 50, hidden: 96, heads: 4, kvHeads: 2, layers: 2, context: 512, outer: F32 }
/** Bounds are relative to the largest logit; int8 models differ where a sum in float rounds an activation elsewhere. */
const models: readonly { readonly name: string; readonly shape: ModelShape; readonly bound: number }[] = [
  { name: 'llama F32', shape: { ...small, architecture: 'llama', dtype: F32, width: 64, tied: false }, bound: 1e-4 },
  {
    name: 'llama F16, tied, biases, one KV head',
    shape: { ...small, architecture: 'llama', dtype: F16, width: 72, kvHeads: 1, tied: true, bias: F32, outer: F16 },
    bound: 1e-4,
  },
  { name: 'llama Q8_0', shape: { ...small, architecture: 'llama', dtype: Q8_0, width: 64, tied: false }, bound: 0.03 },
  { name: 'llama Q4_0', shape: { ...small, architecture: 'llama', dtype: Q4_0, width: 64, tied: true }, bound: 0.03 },
  { name: 'bitnet LT2', shape: { ...small, architecture: 'bitnet', dtype: LT2, width: 40, tied: true }, bound: 0.03 },
  {
    name: 'bitnet-b1.58 I2_S',
    shape: { ...small, architecture: 'bitnet-b1.58', dtype: I2_S, width: 128, hidden: 384, tied: true, outer: F16 },
    bound: 0.03,
  },
]

/** Truths are the same for every subject, and dearer than what is measured by them: each is made once. */
const truths = new Map<string, unknown>()
function once<T>(key: string, make: () => T): T {
  if (!truths.has(key)) truths.set(key, make())
  return truths.get(key) as T
}

const int8Cases = (dtype: DType, columns: readonly number[]) =>
  once(`int8 ${dtype.name}`, () => {
    const next = random(1)
    return shapes(dtype, columns).flatMap(({ cols, rows }) =>
      [undefined, 0x00, 0xaa, 0xff].flatMap((fill) =>
        (fill === undefined ? [1, 5] : [4]).map((n) => {
          const weight = randomTensor('w', dtype, [cols, rows], next, 1, fill)
          const x = activations(cols, n, next)
          return { weight, x, n, fill, expected: naiveInt8(weight, x, n), size: naiveFloat(weight, x, n, cols).size }
        }),
      ),
    )
  })

const floatCases = (dtype: DType, columns: readonly number[], block: number) =>
  once(`float ${dtype.name} ${block}`, () => {
    const next = random(2)
    return shapes(dtype, columns).flatMap(({ cols, rows }) =>
      [1, 3].map((n) => {
        const weight = randomTensor('w', dtype, [cols, rows], next)
        const x = Float32Array.from({ length: n * cols }, () => normal(next))
        return { weight, x, n, truth: naiveFloat(weight, x, n, block) }
      }),
    )
  })

/** A small model's logits by the ts engine. */
const logitsOf = (name: string, model: Model, ids: Int32Array): Promise<Float32Array> =>
  once(name, async () => {
    const engine = (await tsBackend.open(device, {})) as Engine<Graph>
    const program = await engine.compile(model.graph, model.tensors)
    const logits = await program.run(program.createState(), ids, 'all')
    await program.close()
    await engine.close()
    return logits
  })

export async function conform(subject: Subject): Promise<void> {
  const { backend, options = {} } = subject
  const probe = await backend.open(device, options)
  const absent = 'absent' in probe ? probe.absent : undefined
  if (absent === undefined) await (probe as Engine<Graph>).close()
  else console.log(`${subject.title}: skipped: ${absent}`)

  describe.skipIf(absent !== undefined)(`conformance of ${subject.title}`, () => {
    let engine: Engine<Graph>
    beforeAll(async () => {
      engine = (await backend.open(device, options)) as Engine<Graph>
    })
    afterAll(() => engine.close())

    const check = (test: string, body: () => Promise<void>): void => {
      const skip = subject.skips?.find((each) => each.test === test)
      if (!skip) return void it(test, body)
      console.log(`${subject.title}: "${test}" skipped: ${skip.reason}`)
      it(test, (context) => context.skip(skip.reason))
    }
    const withProgram = async (model: Model, body: (program: Program) => Promise<void>): Promise<void> => {
      const program = await engine.compile(model.graph, model.tensors)
      try {
        await body(program)
      } finally {
        await program.close()
      }
    }

    it('says what it is', () => {
      expect(engine.name).toBe(backend.name)
      expect(engine.simulated).toBe(backend.simulated)
      expect(engine.threads).toBeGreaterThan(0)
    })

    for (const [dtype, columns] of ternaryShapes) {
      const exact = dtype.tailBytes > 0 || subject.exactBlocks
      check(
        `int8 linear of ${dtype.name} is ${exact ? 'exactly equal' : 'equal but for the order of blocks'}`,
        async () => {
          const wrong: string[] = []
          for (const { weight, x, n, fill, expected, size } of int8Cases(dtype, columns)) {
            const y = await engine.linear(weight, x, n, 'int8')
            const [cols, rows] = weight.shape
            expect(y.length).toBe(n * rows)
            y.forEach((value, i) => {
              if (value === expected[i] || (!exact && Math.abs(value - expected[i]) <= 2e-6 * size[i])) return
              const what = `${cols} x ${rows}, ${n} tokens, codes ${fill ?? 'random'}`
              wrong.push(`${what}, output ${i}: ${value} for ${expected[i]}`)
            })
          }
          expect(wrong).toEqual([])
        },
      )
    }

    for (const [dtype, columns] of floatShapes)
      check(`float linear of ${dtype.name} is within its bound`, async () => {
        const block = subject.roundsTokens ? Number.POSITIVE_INFINITY : dtype.ternary ? 256 : 32
        const rounds = dtype.block > 1 && !subject.exactFloats
        const steps = subject.tables ? 2.002 : 1.001
        const wrong: string[] = []
        for (const { weight, x, n, truth } of floatCases(dtype, columns, block)) {
          const y = await engine.linear(weight, x, n, 'float')
          const { y: exact, size, reach } = truth
          const [cols, rows] = weight.shape
          expect(y.length).toBe(n * rows)
          y.forEach((value, i) => {
            // Rounding to max / 127 moves an input by half a step at most; sums in float32 by some ulps.
            const bound = 2e-6 * size[i] + (rounds ? (steps * reach[i]) / 254 : 0) + 1e-30
            if (Math.abs(value - exact[i]) <= bound) return
            wrong.push(`${cols} x ${rows}, ${n} tokens, output ${i}: ${value} for ${exact[i]}`)
          })
        }
        expect(wrong).toEqual([])
      })

    check('int8 linear of float weights rounds the input only', async () => {
      const next = random(3)
      for (const dtype of [F32, F16, Q8_0]) {
        const weight = randomTensor('w', dtype, [96, 33], next)
        const x = Float32Array.from({ length: 2 * 96 }, () => normal(next))
        const y = await engine.linear(weight, x, 2, 'int8')
        const { y: exact, size, reach } = naiveFloat(weight, x, 2, 96)
        y.forEach((value, i) => {
          expect(Math.abs(value - exact[i])).toBeLessThanOrEqual(1e-5 * size[i] + (1.001 * reach[i]) / 254)
        })
        expect(y.some((value, i) => Math.abs(value - exact[i]) > 1e-5 * size[i])).toBe(true)
      }
    })

    for (const { name, shape, bound: usual } of models) {
      // A token of two blocks or more has a larger step than its blocks would have.
      const bound = subject.roundsTokens ? 2 * usual : usual
      check(`${name}: logits as the ts engine's`, async () => {
        const model = randomModel(shape, 4)
        const ids = someIds(shape.vocab, 70)
        const expected = await logitsOf(name, model, ids)
        await withProgram(model, async (program) => {
          const logits = await program.run(program.createState(), ids, 'all')
          expect(distance(logits, expected)).toBeLessThan(bound)
        })
      })

      check(`${name}: prefill equals token by token`, async () => {
        await withProgram(randomModel(shape, 5), async (program) => {
          const ids = someIds(shape.vocab, 37)
          const whole = await program.run(program.createState(), ids, 'all')
          const state = program.createState()
          const { vocab } = program
          for (let t = 0; t < ids.length; t++) {
            const last = await program.run(state, ids.subarray(t, t + 1), 'last')
            expect(state.length).toBe(t + 1)
            expect(distance(last, whole.subarray(t * vocab, (t + 1) * vocab))).toBeLessThan(bound)
          }
        })
      })
    }

    const plain = () => randomModel(models[0].shape, 6)
    const near = (a: Float32Array, b: Float32Array) => expect(distance(a, b)).toBeLessThan(1e-5)

    check('gives last, all or no logits', async () => {
      await withProgram(plain(), async (program) => {
        const ids = someIds(50, 20)
        const [a, b, c] = [program.createState(), program.createState(), program.createState()]
        const all = await program.run(a, ids, 'all')
        expect(all.length).toBe(20 * 50)
        near(await program.run(b, ids, 'last'), all.subarray(19 * 50))
        expect(await program.run(c, ids, 'none')).toHaveLength(0)
        expect([a.length, b.length, c.length]).toEqual([20, 20, 20])
      })
    })

    check('truncates, forks, saves and restores', async () => {
      await withProgram(plain(), async (program) => {
        const ids = someIds(50, 30)
        const after = async (...parts: Int32Array[]) => {
          const state = program.createState()
          for (const part of parts.slice(0, -1)) await program.run(state, part, 'none')
          const logits = await program.run(state, parts.at(-1) as Int32Array, 'last')
          state.close()
          return logits
        }
        const [begin, one, other] = [ids.subarray(0, 20), ids.subarray(20, 25), ids.subarray(25, 30)]
        const [wantOne, wantOther] = [await after(begin, one), await after(begin, other)]
        expect(distance(wantOne, wantOther)).toBeGreaterThan(0.01)

        const state = program.createState()
        await program.run(state, begin, 'none')
        const saved = await state.save()
        const twin = await state.fork()
        near(await program.run(state, one, 'last'), wantOne)
        expect([state.length, twin.length]).toEqual([25, 20])
        near(await program.run(twin, other, 'last'), wantOther)
        state.truncate(20)
        expect(state.length).toBe(20)
        near(await program.run(state, other, 'last'), wantOther)
        expect(() => state.truncate(26)).toThrow(expect.objectContaining({ kind: 'mismatch' }))

        const restored = program.createState()
        await program.run(restored, other, 'none')
        await restored.restore(saved)
        expect(restored.length).toBe(20)
        near(await program.run(restored, one, 'last'), wantOne)
      })
    })

    check('refuses saved bytes that are not of this model', async () => {
      await withProgram(plain(), async (program) => {
        const state = program.createState()
        await program.run(state, someIds(50, 9), 'none')
        const saved = await state.save()
        for (const bytes of [new Uint8Array(0), new Uint8Array(1000), saved.subarray(0, saved.length - 1)]) {
          await expect(state.restore(bytes)).rejects.toMatchObject({ name: 'LutraError' })
          expect(state.length).toBe(9)
        }
        await withProgram(randomModel({ ...models[0].shape, layers: 1 }, 6), async (another) => {
          await expect(another.createState().restore(saved)).rejects.toMatchObject({ name: 'LutraError' })
        })
      })
    })

    check('cancels, and the state keeps its length', async () => {
      await withProgram(plain(), async (program) => {
        const state = program.createState()
        await program.run(state, someIds(50, 10), 'none')
        const control = new AbortController()
        const run = program.run(state, someIds(50, 500), 'all', control.signal)
        control.abort()
        await rejects(run, 'cancelled')
        expect(state.length).toBe(10)
        await rejects(program.run(state, someIds(50, 5), 'none', AbortSignal.abort()), 'cancelled')
        expect(state.length).toBe(10)
        const clean = program.createState()
        await program.run(clean, someIds(50, 10), 'none')
        const next = Int32Array.of(7)
        near(await program.run(state, next, 'last'), await program.run(clean, next, 'last'))
      })
    })

    check('runs several sequences at once as each alone', async () => {
      for (const { name, shape } of models) {
        await withProgram(randomModel(shape, 7), async (program) => {
          const next = random(8)
          // Enough tokens for several chunks, cut in places that fit none.
          const runs = [1, 1, 70, 3, 1, 17, 2, 20].map((count, i) => ({
            begin: someIds(shape.vocab, 1 + i * 5),
            ids: Int32Array.from({ length: count }, () => next() * shape.vocab),
            wanted: (['last', 'last', 'last', 'all', 'none', 'hidden', 'last', 'all'] as const)[i],
          }))
          const begun = async () => {
            const states = runs.map(() => program.createState())
            for (const [i, state] of states.entries()) await program.run(state, runs[i].begin, 'none')
            return states
          }
          const [alone, together] = [await begun(), await begun()]
          const expected: Float32Array[] = []
          for (const [i, { ids, wanted }] of runs.entries()) expected.push(await program.run(alone[i], ids, wanted))
          const batch = runs.map(({ ids, wanted }, i) => ({ state: together[i], ids, wanted }))
          const found = await program.runBatch(batch)
          const same = (a: Float32Array[], b: Float32Array[]) =>
            a.forEach((row, i) => {
              expect(row.length, `${name}, sequence ${i}`).toBe(b[i].length)
              expect(
                row.findIndex((value, at) => value !== b[i][at]),
                `${name}, sequence ${i}`,
              ).toBe(-1)
            })
          same(found, expected)
          expect(together.map(({ length }) => length)).toEqual(alone.map(({ length }) => length))
          // And they go on from there.
          const step = Int32Array.of(7)
          const after = await program.runBatch(together.map((state) => ({ state, ids: step, wanted: 'last' })))
          const wanted: Float32Array[] = []
          for (const state of alone) wanted.push(await program.run(state, step, 'last'))
          same(after, wanted)
          expect(await program.runBatch([])).toEqual([])
        })
      }
    })

    check('a batch that fails or is cancelled changes no state', async () => {
      await withProgram(plain(), async (program) => {
        const [a, b] = [program.createState(), program.createState()]
        await program.run(a, someIds(50, 10), 'none')
        await program.run(b, someIds(50, 500), 'none')
        const part = (state: typeof a, count: number) => ({ state, ids: someIds(50, count), wanted: 'last' as const })
        const lengths = () => [a.length, b.length]
        await rejects(program.runBatch([part(a, 5), part(b, 13)]), 'limit')
        await rejects(program.runBatch([part(a, 5), part(b, 1), part(a, 1)]), 'mismatch')
        await rejects(program.runBatch([part(a, 5), part(b, 0)]), 'mismatch')
        const foreign = { ...part(b, 1), ids: Int32Array.of(50) }
        await rejects(program.runBatch([part(a, 5), foreign]), 'mismatch')
        const control = new AbortController()
        const run = program.runBatch([part(b, 10), part(a, 500)], control.signal)
        control.abort()
        await rejects(run, 'cancelled')
        expect(lengths()).toEqual([10, 500])
        await program.runBatch([part(a, 5), part(b, 12)])
        expect(lengths()).toEqual([15, 512])
      })
    })

    check('does not truncate under a run', async () => {
      await withProgram(plain(), async (program) => {
        const state = program.createState()
        await program.run(state, someIds(50, 10), 'none')
        const run = program.run(state, someIds(50, 50), 'last')
        expect(() => state.truncate(4)).toThrow(expect.objectContaining({ kind: 'mismatch' }))
        await Promise.resolve() // its turn has come
        expect(() => state.truncate(4)).toThrow(expect.objectContaining({ kind: 'mismatch' }))
        await run
        state.truncate(4)
        expect(state.length).toBe(4)
      })
    })

    check('hidden rows are what the head turns into logits', async () => {
      const model = plain()
      await withProgram(model, async (program) => {
        const ids = someIds(50, 70)
        const [hidden, logits] = [
          await program.run(program.createState(), ids, 'hidden'),
          await program.run(program.createState(), ids, 'all'),
        ]
        const weight = model.tensors.get('output.weight') as Tensor
        expect(hidden.length).toBe(ids.length * 64)
        near(logits, naiveFloat(weight, hidden, ids.length, 32).y as never)
      })
    })

    check('does not hold up the event loop, and keeps calls in order', async () => {
      await withProgram(plain(), async (program) => {
        let turned = false
        setImmediate(() => {
          turned = true
        })
        const ids = someIds(50, 200)
        const state = program.createState()
        const both = await Promise.all([
          program.run(state, ids.subarray(0, 100), 'last'),
          program.run(state, ids.subarray(100), 'last'),
        ])
        // A quick engine may answer within one turn of the loop; one that blocks would never let it turn.
        const more = program.createState()
        for (let i = 0; i < 100 && !turned; i++) await program.run(more, ids.subarray(i, i + 1), 'last')
        expect(turned).toBe(true)
        expect(state.length).toBe(200)
        near(both[1], await program.run(program.createState(), ids, 'last'))
      })
    })

    check('refuses what cannot be', async () => {
      const model = plain()
      await withProgram(model, async (program) => {
        const state = program.createState()
        for (const id of [50, -1, 2 ** 31 - 1])
          await rejects(program.run(state, Int32Array.of(3, id), 'last'), 'mismatch')
        await rejects(program.run(state, new Int32Array(0), 'last'), 'mismatch')
        await rejects(program.run(state, new Int32Array(513), 'last'), 'limit')
        await program.run(state, new Int32Array(512), 'none')
        await rejects(program.run(state, Int32Array.of(1), 'last'), 'limit')
        expect(state.length).toBe(512)
        await withProgram(model, async (another) => {
          await rejects(another.run(state, Int32Array.of(1), 'last'), 'mismatch')
        })
        const closed = program.createState()
        closed.close()
        closed.close()
        await rejects(program.run(closed, Int32Array.of(1), 'last'), 'closed')
      })
      const short = await engine.compile(model.graph, model.tensors, { context: 4 })
      expect(short.context).toBe(4)
      await rejects(short.run(short.createState(), new Int32Array(5), 'last'), 'limit')
      const orphan = short.createState()
      await short.close()
      await short.close()
      await rejects(short.run(orphan, Int32Array.of(1), 'last'), 'closed')

      const without = new Map(model.tensors)
      without.delete('blk.1.ffn_up.weight')
      await rejects(engine.compile(model.graph, without), 'mismatch')
      const narrow = new Map(model.tensors)
      narrow.set('blk.1.ffn_up.weight', randomTensor('blk.1.ffn_up.weight', F32, [64, 95], random(1)))
      await rejects(engine.compile(model.graph, narrow), 'mismatch')
      const weight = randomTensor('w', F32, [8, 4], random(1))
      await rejects(engine.linear(weight, new Float32Array(7), 1, 'float'), 'mismatch')
      await rejects(
        engine.linear({ ...weight, bytes: weight.bytes.subarray(1) }, new Float32Array(8), 1, 'float'),
        'mismatch',
      )
    })

    check('closing a program ends what runs and what waits', async () => {
      const { graph, tensors } = plain()
      const program = await engine.compile(graph, tensors)
      const runs = [1, 2, 3].map(() => program.run(program.createState(), new Int32Array(512), 'all'))
      const ended = Promise.all(runs.map((run) => rejects(run, 'closed')))
      await Promise.resolve() // the first one's turn has come
      await program.close()
      await ended
    })

    check('is closed for good', async () => {
      const another = (await backend.open(device, options)) as Engine<Graph>
      await another.close()
      await another.close()
      const weight = randomTensor('w', F32, [8, 4], random(1))
      await rejects(another.linear(weight, new Float32Array(8), 1, 'float'), 'closed')
    })
  })
}

async function rejects(promise: Promise<unknown>, kind: ErrorKind): Promise<void> {
  await expect(promise).rejects.toMatchObject({ name: 'LutraError', kind })
}

/** Shapes whose weights are whole blocks. */
function shapes(dtype: DType, columns: readonly number[]): { cols: number; rows: number }[] {
  const all = columns.flatMap((cols) => (cols > 256 ? fewRows : rowCounts).map((rows) => ({ cols, rows })))
  return all.filter(({ cols, rows }) => (rows * cols) % dtype.block === 0)
}

function someIds(vocab: number, count: number): Int32Array {
  const next = random(count)
  return Int32Array.from({ length: count }, () => next() * vocab)
}

/** Tokens that are random, nothing but zeros, all at the maximum, alternating, and too small for the scale's floor. */
function activations(cols: number, n: number, next: () => number): Float32Array {
  const kinds: readonly ((c: number) => number)[] = [
    () => normal(next) * 3,
    () => 0,
    () => 1000,
    (c) => (c % 2 ? -0.25 : 0.25),
    () => normal(next) * 1e-7,
  ]
  return Float32Array.from({ length: n * cols }, (_, i) => kinds[Math.floor(i / cols) % kinds.length](i % cols))
}

/** Largest difference, relative to the largest expected. */
export function distance(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY
  let [most, scale] = [0, 0]
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(found[i] - expected[i])
    if (!(difference <= most)) most = difference // NaN stays
    scale = Math.max(scale, Math.abs(expected[i]))
  }
  return most / scale
}
