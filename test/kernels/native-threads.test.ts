/** Threads taken away and given back while a model runs: the same numbers, bit by bit, whatever happens in between. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Engine, Program } from '../../hal/backend.js'
import type { Device } from '../../hal/device.js'
import type { Graph } from '../../kernels/graph/graph.js'
import { nativeBackend } from '../../kernels/native/index.js'
import { loadNative } from '../../kernels/native/load.js'
import { buildGraph } from '../../sdk/model/arch/index.js'
import { openGguf } from '../../sdk/model/gguf.js'
import { pilotPath } from '../../sdk/pilot/path.js'

const { reason } = loadNative()
if (reason !== undefined) console.log(`native thread tests skipped: ${reason}`)

/** More than this machine may have: threads that have no core are the hardest to take away. */
const most = 4

async function withEngine(options: object, use: (engine: Engine<Graph>, program: Program) => Promise<void>) {
  const engine = await nativeBackend.open({ cpus: most } as Device, options)
  if ('absent' in engine) throw new Error(engine.absent)
  const file = await openGguf(pilotPath())
  const program = await engine.compile(buildGraph(file), file.tensors, { context: 64 })
  try {
    await use(engine, program)
  } finally {
    await program.close()
    await engine.close()
  }
}

/** A prompt in one pass, then steps; `between` happens before each pass. All logits, as bytes. */
async function generate(program: Program, between: (pass: number) => void = () => {}): Promise<Buffer> {
  const state = program.createState()
  const rows: Float32Array[] = []
  const prompt = Int32Array.from({ length: 32 }, (_, i) => (i * 7 + 1) % program.vocab)
  between(0)
  rows.push(await program.run(state, prompt, 'all'))
  for (let i = 0; i < 16; i++) {
    between(i + 1)
    rows.push(await program.run(state, Int32Array.of((i * 11 + 3) % program.vocab), 'last'))
  }
  state.close()
  return Buffer.concat(rows.map((row) => Buffer.from(row.buffer, row.byteOffset, row.byteLength)))
}

/** A small generator of numbers that seem random, the same every time. */
function dice(seed: number): (sides: number) => number {
  let x = seed
  return (sides) => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0
    return x % sides
  }
}

function nanoseconds(task: string): string {
  return readFileSync(`/proc/self/task/${task}/schedstat`, 'utf8').split(' ')[0]
}

describe.skipIf(reason !== undefined)('setThreads', () => {
  it.each(['mad', 'lut'])('between passes and during them, %s', { timeout: 60_000 }, async (algorithm) => {
    let alone: Buffer = Buffer.alloc(0)
    await withEngine({ threads: 1, algorithm }, async (_, program) => {
      alone = await generate(program)
    })
    await withEngine({ threads: most, algorithm }, async (engine, program) => {
      expect((await generate(program)).equals(alone)).toBe(true)
      for (let threads = 1; threads <= most; threads++) {
        engine.setThreads?.(threads)
        expect((await generate(program)).equals(alone)).toBe(true)
      }
      const roll = dice(7)
      const set = () => engine.setThreads?.(1 + roll(most))
      expect((await generate(program, set)).equals(alone)).toBe(true)
      // While passes run, from the thread of JavaScript, as fast as it can.
      let on = true
      const meddle = (async () => {
        let turns = 0
        for (; on; turns++) {
          set()
          await sleep(0)
        }
        return turns
      })()
      for (let i = 0; i < 2; i++) expect((await generate(program)).equals(alone)).toBe(true)
      on = false
      expect(await meddle).toBeGreaterThan(3)
    })
  })

  it('lets the others sleep: no step wakes them', { timeout: 60_000 }, async (context) => {
    if (!existsSync('/proc/thread-self/schedstat'))
      return context.skip('this system does not tell how long a thread ran')
    const before = new Set(readdirSync('/proc/self/task'))
    await withEngine({ threads: 3 }, async (engine, program) => {
      const own = readdirSync('/proc/self/task').filter((id) => !before.has(id))
      expect(own.length).toBeGreaterThanOrEqual(3)
      /** Which of them ran at all meanwhile. */
      const ran = async (threads: number) => {
        engine.setThreads?.(threads)
        await generate(program) // whoever is not wanted any more finds out here
        const times = own.map(nanoseconds)
        await generate(program)
        return own.filter((id, i) => nanoseconds(id) !== times[i]).length
      }
      expect(await ran(1)).toBe(1)
      expect(await ran(3)).toBe(3)
      expect(await ran(2)).toBe(2)
    })
  })

  it('refuses what the engine was not opened with, and a closed engine', async () => {
    await withEngine({ threads: 2 }, async (engine) => {
      for (const wrong of [0, 3, -1, 1.5, Number.NaN])
        expect(() => engine.setThreads?.(wrong), String(wrong)).toThrow(expect.objectContaining({ name: 'LutraError' }))
      expect(() => engine.setThreads?.(3)).toThrow(expect.objectContaining({ kind: 'limit' }))
    })
    const engine = await nativeBackend.open({ cpus: 1 } as Device, { threads: 1 })
    if ('absent' in engine) throw new Error(engine.absent)
    await engine.close()
    expect(() => engine.setThreads?.(1)).toThrow(expect.objectContaining({ kind: 'closed' }))
  })

  it('closes with threads at rest', async () => {
    for (let round = 0; round < 8; round++)
      await withEngine({ threads: 4 }, async (engine, program) => {
        engine.setThreads?.(1 + (round % 4))
        if (round % 2) await program.run(program.createState(), Int32Array.of(1), 'none')
      })
  })
})
