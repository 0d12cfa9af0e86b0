import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { firstValueFrom, map, of, Subject, take, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { fromGenerator, iterate, paced, shared } from '../../../sdk/stream/index.js'

/** Counts what it made, notices abort and end. */
function counter(limit = Number.POSITIVE_INFINITY) {
  const log = { made: 0, runs: 0, aborted: false, left: false }
  const source = fromGenerator(async function* (signal) {
    log.runs++
    signal.addEventListener('abort', () => {
      log.aborted = true
    })
    try {
      while (log.made < limit) {
        await sleep(0)
        yield log.made++
      }
    } finally {
      log.left = true
    }
  })
  return { source, log }
}

describe('fromGenerator', () => {
  it('is cold: each subscription is a run', async () => {
    const { source, log } = counter(3)
    expect(log.runs).toBe(0)
    expect(await firstValueFrom(source.pipe(toArray()))).toEqual([0, 1, 2])
    log.made = 0
    expect(await firstValueFrom(source.pipe(toArray()))).toEqual([0, 1, 2])
    expect(log.runs).toBe(2)
  })

  it('aborts on unsubscription, makes nothing more, and runs finally', async () => {
    const { source, log } = counter()
    const seen = await firstValueFrom(source.pipe(take(3), toArray()))
    expect(seen).toEqual([0, 1, 2])
    expect(log.aborted).toBe(true)
    await sleep(20)
    expect(log.made).toBe(3)
    expect(log.left).toBe(true)
  })

  it('passes on what the generator or its factory throws', async () => {
    const inside = fromGenerator(async function* () {
      yield 1
      throw new Error('inside')
    })
    const outside = fromGenerator((): AsyncIterable<number> => {
      throw new Error('outside')
    })
    await expect(firstValueFrom(inside.pipe(toArray()))).rejects.toThrow('inside')
    await expect(firstValueFrom(outside)).rejects.toThrow('outside')
  })

  it('drops the error of a run that nobody listens to any more', async () => {
    const source = fromGenerator(async function* (signal) {
      yield 1
      await sleep(5)
      if (signal.aborted) throw new Error('interrupted')
      yield 2
    })
    const seen: unknown[] = []
    const subscription = source.subscribe({ next: (v) => seen.push(v), error: (e) => seen.push(e) })
    await sleep(1)
    subscription.unsubscribe()
    await sleep(15)
    expect(seen).toEqual([1])
  })
})

describe('paced', () => {
  it('keeps the source from making the next value while work goes on', async () => {
    const { source, log } = counter(4)
    const made: number[] = []
    const out = source.pipe(
      map((n) => n * 10),
      paced(async (n) => {
        await sleep(4)
        made.push(log.made)
        return n
      }),
    )
    expect(await firstValueFrom(out.pipe(toArray()))).toEqual([0, 10, 20, 30])
    expect(made).toEqual([1, 2, 3, 4])
  })

  it('lets so many be ready ahead', async () => {
    const { source, log } = counter(6)
    const made: number[] = []
    const work = async (n: number) => {
      await sleep(15)
      made.push(log.made)
      return n
    }
    expect(await firstValueFrom(source.pipe(paced(work, { ahead: 2 }), toArray()))).toEqual([0, 1, 2, 3, 4, 5])
    expect(Math.max(...made.map((m, i) => m - i))).toBe(3)
  })

  it('is concatMap for any other source, passes errors on, and stops the work when unsubscribed', async () => {
    const subject = new Subject<number>()
    const seen: unknown[] = []
    let stopped = 0
    const work = fromGenerator<number>(async function* (signal) {
      signal.addEventListener('abort', () => stopped++)
      yield 1
      await sleep(1000, undefined, { signal }).catch(() => {})
    })
    const second = subject.pipe(paced(() => work)).subscribe((v) => seen.push(v))
    subject.next(1)
    subject.next(2)
    await sleep(5)
    second.unsubscribe()
    expect(seen).toEqual([1])
    expect(stopped).toBe(1)
    const failing = counter(3).source.pipe(paced(() => Promise.reject(new Error('work'))))
    await expect(firstValueFrom(failing)).rejects.toThrow('work')
  })

  it('keeps the source waiting for what comes behind it, too', async () => {
    const { source, log } = counter(4)
    const made: number[] = []
    const slow = async (n: number) => {
      await sleep(4)
      made.push(log.made)
      return n
    }
    const out = source.pipe(
      paced(async (n) => n),
      paced(slow),
    )
    expect(await firstValueFrom(out.pipe(toArray()))).toEqual([0, 1, 2, 3])
    expect(made).toEqual([1, 2, 3, 4])
  })

  it('stops the running work when unsubscribed, also where work before it ended in the same call', async () => {
    const subject = new Subject<number>()
    let stopped = 0
    const endless = fromGenerator<number>(async function* (signal) {
      signal.addEventListener('abort', () => stopped++)
      await sleep(1000, undefined, { signal }).catch(() => {})
    })
    const work = (n: number) => [sleep(2, n), of(n), endless][n]
    const running = subject.pipe(paced(work)).subscribe()
    for (const n of [0, 1, 2]) subject.next(n)
    await sleep(15)
    running.unsubscribe()
    expect(stopped).toBe(1)
  })
})

describe('iterate', () => {
  it('gives the values, and lets the source wait for the loop', async () => {
    const { source, log } = counter(4)
    const seen: number[][] = []
    for await (const n of iterate(source)) {
      await sleep(4)
      seen.push([n, log.made])
    }
    expect(seen).toEqual([[0, 1], [1, 2], [2, 3], [3, 4]]) // biome-ignore format: a table
  })

  it('unsubscribes when the loop is left', async () => {
    const { source, log } = counter()
    for await (const n of iterate(source)) if (n === 2) break
    await sleep(10)
    expect(log).toMatchObject({ made: 3, aborted: true, left: true })
  })

  it('lets go of a silent source at once when it is returned from in the middle of a step', async () => {
    const silent = new Subject<number>()
    const loop = iterate(silent)
    const step = loop.next()
    expect(silent.observed).toBe(true)
    const left = loop.return()
    expect(silent.observed).toBe(false)
    expect(await step).toMatchObject({ done: true })
    expect(await left).toMatchObject({ done: true })
  })

  it('ends with cancelled when aborted, before, between and while waiting', async () => {
    const controller = new AbortController()
    const { source, log } = counter()
    const run = async () => {
      for await (const n of iterate(source, controller.signal)) if (n === 1) controller.abort(new Error('enough'))
    }
    await expect(run()).rejects.toMatchObject({ kind: 'cancelled', cause: { message: 'enough' } })
    await sleep(5)
    expect(log.aborted).toBe(true)
    await expect(run()).rejects.toMatchObject({ kind: 'cancelled' })
    const waiting = new AbortController()
    const next = iterate(new Subject<number>(), waiting.signal).next()
    waiting.abort()
    await expect(next).rejects.toMatchObject({ kind: 'cancelled' })
  })

  it('throws what the source throws, after what came before', async () => {
    const source = fromGenerator(async function* () {
      yield 1
      throw new Error('broken')
    })
    const seen: number[] = []
    const run = async () => {
      for await (const n of iterate(source)) seen.push(n)
    }
    await expect(run()).rejects.toThrow('broken')
    expect(seen).toEqual([1])
  })
})

describe('long streams', () => {
  it('are worked through in turn without deep calls, also where much waits and work ends at once', async () => {
    const subject = new Subject<number>()
    const seen: number[] = []
    const all = new Promise<void>((complete) => {
      subject.pipe(paced((n) => (n === 0 ? sleep(5, n) : of(n)))).subscribe({ next: (n) => seen.push(n), complete })
    })
    for (let n = 0; n < 50_000; n++) subject.next(n)
    subject.complete()
    await all
    expect(seen).toHaveLength(50_000)
    expect(seen.at(-1)).toBe(49_999)
  }, 20_000)

  it('wait in a loop for as long as they are', async () => {
    const subject = new Subject<number>()
    const loop = iterate(subject)
    const first = loop.next()
    for (let n = 0; n < 300_000; n++) subject.next(n)
    subject.complete()
    let count = (await first).done ? 0 : 1
    for await (const _ of loop) count++
    expect(count).toBe(300_000)
  }, 20_000)

  it('leave nothing behind while they pass a slow consumer', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const most = 20_000
    const source = fromGenerator(async function* () {
      for (let n = 0; ; n++) yield n
    })
    const passed = source.pipe(
      shared(),
      map((n) => n),
      paced(async (n) => n),
      paced(async (n) => n),
      take(most),
    )
    const used: number[] = []
    await passed.forEach((n) => {
      if (n !== most / 4 && n !== most - 1) return
      collect()
      used.push(process.memoryUsage().heapUsed)
    })
    // A single object kept for each of 15,000 values would be more.
    expect(used[1] - used[0]).toBeLessThan(500_000)
  }, 20_000)
})
