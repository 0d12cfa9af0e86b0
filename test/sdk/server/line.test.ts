/** The line in which requests wait: places, fairness, limits, leaving. */
import { describe, expect, it } from 'vitest'
import { Fault } from '../../../sdk/server/fault.js'
import { Line } from '../../../sdk/server/line.js'
import { random } from '../../kernels/random.js'

const never = new AbortController().signal

/** Enters and tells its name when its turn comes. */
function enter(line: Line, name: string, turns: string[], signal: AbortSignal = never) {
  let leave: (() => void) | undefined
  const entered = line.enter(name, signal).then((left) => {
    turns.push(name)
    leave = left
  })
  return { entered, leave: () => leave?.() }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('the line', () => {
  it('goes round over clients, however many requests each has', async () => {
    const line = new Line({ places: 1, most: 100, patience: 60_000 })
    const turns: string[] = []
    const all = ['a', 'a', 'a', 'a', 'b', 'b', 'c'].map((name) => enter(line, name, turns))
    while (line.running > 0) {
      await settled()
      expect(line.running).toBe(1)
      // Whose turn it is leaves; for the others that does nothing.
      for (const { leave } of all) leave()
    }
    expect(turns).toEqual(['a', 'a', 'b', 'c', 'a', 'b', 'a'])
    expect(line.waiting).toBe(0)
  })

  it('gives a free place to who holds the fewest', async () => {
    const line = new Line({ places: 3, most: 100, patience: 60_000 })
    const turns: string[] = []
    const greedy = Array.from({ length: 6 }, () => enter(line, 'greedy', turns))
    const modest = enter(line, 'modest', turns)
    await settled()
    expect(turns).toEqual(['greedy', 'greedy', 'greedy'])
    greedy[0].leave()
    await settled()
    expect(turns.at(-1)).toBe('modest')
    modest.leave()
  })

  it('refuses beyond its length, first those who have most in it', async () => {
    const line = new Line({ places: 1, most: 3, patience: 60_000 })
    const turns: string[] = []
    const [, ...waiting] = Array.from({ length: 4 }, () => enter(line, 'greedy', turns))
    await expect(line.enter('greedy', never)).rejects.toMatchObject({ status: 429, details: { retryAfter: 1 } })
    enter(line, 'modest', turns)
    await expect(waiting[2].entered).rejects.toMatchObject({ status: 429 })
    expect(line.waiting).toBe(3)
    expect(turns).toEqual(['greedy'])
  })

  it('is left by those who go, who wait too long, and by all when it closes', async () => {
    const line = new Line({ places: 1, most: 10, patience: 30 })
    const turns: string[] = []
    const first = enter(line, 'a', turns)
    await first.entered
    const stop = new AbortController()
    const gone = enter(line, 'b', turns, stop.signal)
    const late = enter(line, 'c', turns)
    stop.abort()
    await expect(gone.entered).rejects.toMatchObject({ kind: 'cancelled' })
    await expect(late.entered).rejects.toMatchObject({ status: 503 })
    const last = enter(line, 'd', turns)
    line.close()
    await expect(last.entered).rejects.toMatchObject({ status: 503, details: { code: 'closing' } })
    await expect(line.enter('e', never)).rejects.toBeInstanceOf(Fault)
    expect(line.waiting).toBe(0)
    first.leave()
    expect(line.running).toBe(0)
  })

  it('never exceeds its places nor loses one, whatever happens in it', async () => {
    const next = random(11)
    const line = new Line({ places: 3, most: 8, patience: 60_000 })
    const inside = new Set<() => void>()
    const stops: AbortController[] = []
    const work: Promise<void>[] = []
    let most = 0
    for (let i = 0; i < 3000; i++) {
      const dice = next()
      if (dice < 0.5) {
        const stop = new AbortController()
        stops.push(stop)
        const one = line.enter(`client ${Math.floor(next() * 5)}`, stop.signal).then((leave) => {
          inside.add(leave)
          most = Math.max(most, inside.size)
        })
        work.push(one.catch(() => {}))
      } else if (dice < 0.8) {
        const [leave] = inside
        if (leave) {
          inside.delete(leave)
          leave()
          leave() // again changes nothing
        }
      } else if (dice < 0.95) stops[Math.floor(next() * stops.length)]?.abort()
      else await settled()
      expect(line.running).toBeLessThanOrEqual(3)
      expect(line.waiting).toBeLessThanOrEqual(8)
    }
    while (line.running + line.waiting > 0) {
      await settled()
      for (const leave of inside) leave()
      inside.clear()
    }
    await Promise.all(work)
    expect(most).toBe(3)
  })
})
