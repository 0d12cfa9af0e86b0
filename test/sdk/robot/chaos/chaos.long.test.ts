/**
 * Ten thousand chaos runs on the simulated rover, some hundreds on the emulated AVR. A failing seed prints itself.
 * takes  CHAOS_RUNS, CHAOS_FROM (first seed) · gives  what happened in how many of them, and the heap over the runs
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { build, noAvr } from '../avr/build.js'
import { emulated, type MakeEnd, simulated } from './boards.js'
import { chaosRun } from './run.js'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')
const first = Number(process.env.CHAOS_FROM ?? 0)

function heap(): number {
  collect()
  return process.memoryUsage().heapUsed / 2 ** 20
}

async function many(runs: number, make: MakeEnd): Promise<void> {
  const failed: string[] = []
  const sum = { opened: 0, moved: 0, started: 0, done: 0, stops: 0 }
  const events: Record<string, number> = {}
  let early = 0
  for (let i = 0; i < runs; i++) {
    const seed = first + i
    const outcome = await chaosRun(seed, make)
    sum.opened += Number(outcome.opened)
    sum.moved += Number(outcome.moved)
    sum.started += outcome.started
    sum.done += outcome.done
    sum.stops += outcome.stops
    for (const event of outcome.events) {
      const name = event.split('@')[0]
      events[name] = (events[name] ?? 0) + 1
    }
    if (outcome.wrongs.length) failed.push(`seed ${seed}: ${outcome.wrongs.join('; ')} (${outcome.events.join(' ')})`)
    if (outcome.wrongs.length) console.error(failed.at(-1))
    // After a tenth everything that is kept for good has been made.
    if (i === Math.floor(runs / 10)) early = heap()
  }
  const late = heap()
  console.log(`${runs} runs from seed ${first}: ${JSON.stringify(sum)}, events ${JSON.stringify(events)}`)
  console.log(`heap ${early.toFixed(1)} MiB after a tenth, ${late.toFixed(1)} MiB at the end`)
  expect(failed).toEqual([])
  expect(sum.moved).toBeGreaterThan(runs / 2)
  expect(late - early).toBeLessThan(8)
}

test('ten thousand runs on the simulated rover', () => many(Number(process.env.CHAOS_RUNS ?? 10_000), simulated))

test('three hundred runs on the AVR firmware (emulated ATmega328P)', (context) => {
  if (noAvr) return context.skip(noAvr)
  return many(Math.min(300, Number(process.env.CHAOS_RUNS ?? 300)), emulated(build().program))
})
