/** Several users of one program: together where they wait together, each as if alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Program } from '../../../hal/backend.js'
import { F32 } from '../../../hal/dtypes/index.js'
import { TsEngine } from '../../../kernels/ts/engine.js'
import { SharedProgram } from '../../../sdk/decoder/index.js'
import { randomModel } from '../../kernels/random.js'
import { EchoProgram } from './echo-program.js'

const echo = () => new EchoProgram(10, 32, (ids) => (ids.at(-1)! + 1) % 10, 2)
const argmax = (row: Float32Array) => row.indexOf(Math.max(...row))
const one = (...ids: number[]) => Int32Array.from(ids)

/** Counts up `steps` times from `from`, one token a run. */
async function count(program: Program, from: number, steps: number, signal?: AbortSignal): Promise<number[]> {
  const state = program.createState()
  const ids = [from]
  try {
    while (ids.length <= steps) ids.push(argmax(await program.run(state, one(ids.at(-1)!), 'last', signal)))
    return ids
  } finally {
    state.close()
  }
}

describe('a shared program', () => {
  it('takes those that run at the same time through one pass', async () => {
    const inner = echo()
    const program = new SharedProgram(inner)
    const found = await Promise.all([0, 3, 5, 8].map((from) => count(program, from, 10)))
    expect(found.map((ids) => ids[10])).toEqual([0, 3, 5, 8])
    expect(inner.batches).toEqual(Array(10).fill(4))
    expect(inner.open).toBe(0)
  })

  it('lets late ones in, and goes on when some have ended', async () => {
    const inner = echo()
    const program = new SharedProgram(inner)
    const first = count(program, 0, 9)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect((await count(program, 4, 3)).at(-1)).toBe(7)
    expect((await first).at(-1)).toBe(9)
    expect(inner.batches.filter((size) => size === 2)).toHaveLength(3)
    expect(inner.batches.at(-1)).toBe(1)
  })

  it('does not let a long prompt of one hold up the others for longer than a pass', async () => {
    const inner = new EchoProgram(10, 1000, () => 1)
    const program = new SharedProgram(inner)
    const prompts = [1, 2, 3].map(() => program.run(program.createState(), new Int32Array(100), 'none'))
    await Promise.all([...prompts, count(program, 0, 2)])
    expect(inner.batches).toEqual([1, 1, 2, 1])
  })

  it('cancels one without the others', async () => {
    const inner = echo()
    const program = new SharedProgram(inner)
    const stop = new AbortController()
    const state = program.createState()
    await program.run(state, one(1, 2), 'none')
    const gone = program.run(state, one(3), 'last', stop.signal)
    const others = [5, 6].map((from) => count(program, from, 6))
    while (inner.batches.length < 2) await new Promise(setImmediate) // under way
    stop.abort()
    await expect(gone).rejects.toMatchObject({ kind: 'cancelled' })
    expect(state.length).toBe(2)
    expect((await Promise.all(others)).map((ids) => ids.at(-1))).toEqual([1, 2])
    expect(argmax(await program.run(state, one(7), 'last'))).toBe(8)
    await expect(program.run(state, one(7), 'last', AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' })
  })

  it('takes one that waits out of the queue at once', async () => {
    const program = new SharedProgram(echo())
    const stop = new AbortController()
    const running = program.run(program.createState(), one(1), 'last')
    await new Promise(setImmediate)
    const waiting = program.run(program.createState(), one(1), 'last', stop.signal)
    const order: string[] = []
    await Promise.resolve()
    stop.abort()
    await Promise.all([waiting.catch(({ kind }) => order.push(kind)), running.then(() => order.push('run'))])
    expect(order).toEqual(['cancelled', 'run'])
  })

  it('gives a failure to whom it belongs', async () => {
    const program = new SharedProgram(echo())
    const full = program.createState()
    await program.run(full, new Int32Array(32), 'none')
    const [failed, counted] = await Promise.allSettled([program.run(full, one(1), 'last'), count(program, 2, 5)])
    expect(failed).toMatchObject({ status: 'rejected', reason: { kind: 'limit' } })
    expect(counted).toMatchObject({ status: 'fulfilled', value: [2, 3, 4, 5, 6, 7] })
    await expect(program.run(echo().createState(), one(1), 'last')).rejects.toMatchObject({ kind: 'mismatch' })
  })

  describe('over the ts engine', () => {
    let engine: TsEngine
    let inner: Program
    beforeAll(async () => {
      engine = await TsEngine.open({})
      const shape = {
        architecture: 'llama',
        dtype: F32,
        outer: F32,
        vocab: 40,
        width: 32,
        hidden: 48,
        heads: 4,
      } as const
      const model = randomModel({ ...shape, kvHeads: 2, layers: 2, context: 64, tied: true }, 3)
      inner = await engine.compile(model.graph, model.tensors)
    })
    afterAll(() => engine?.close())

    it('keeps what is asked of a state in order', async () => {
      const program = new SharedProgram(inner)
      const state = program.createState()
      const before = program.run(state, one(1, 2, 3), 'none')
      const forking = state.fork()
      const saving = state.save()
      const after = program.run(state, one(4), 'last')
      expect(() => state.truncate(0)).toThrow(expect.objectContaining({ kind: 'mismatch' }))
      await before
      const [fork, saved, expected] = [await forking, await saving, await after]
      expect([fork.length, state.length]).toEqual([3, 4])
      expect(await program.run(fork, one(4), 'last')).toEqual(expected)
      const restored = program.createState()
      await restored.restore(saved)
      expect(await program.run(restored, one(4), 'last')).toEqual(expected)
      const both = [restored, fork].map((state) => ({ state, ids: one(5), wanted: 'last' as const }))
      const [a, b] = await program.runBatch(both)
      expect(a).toEqual(b)
      state.close()
      await expect(program.run(state, one(1), 'last')).rejects.toMatchObject({ kind: 'closed' })
    })

    it('gives many users the same as one alone, with cancels among them', async () => {
      const program = new SharedProgram(inner)
      const alone = await Promise.all([1, 2, 3, 4, 5, 6].map((id) => count(inner, id, 20)))
      const runs = [1, 2, 3, 4, 5, 6].map((id) => {
        const stop = new AbortController()
        if (id % 3 === 0) setTimeout(() => stop.abort(), id)
        return count(program, id, 20, stop.signal).catch(({ kind }) => kind)
      })
      for (const [i, found] of (await Promise.all(runs)).entries())
        if (found !== 'cancelled') expect(found).toEqual(alone[i])
        else expect((i + 1) % 3).toBe(0)
    })
  })
})
