import { setTimeout as sleep } from 'node:timers/promises'
import { firstValueFrom, lastValueFrom, map, Subject, take, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { fromGenerator, iterate, paced, shared } from '../../../sdk/stream/index.js'
import { marbles } from './marbles.js'

describe('shared', () => {
  it('runs its source once for all, and late ones get what comes after them', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('a-b-c-d-|')
      const one = source.pipe(shared())
      expectObservable(one).toBe('a-b-c-d-|')
      expectObservable(one, '---^').toBe('----c-d-|')
      // Whoever comes after the end hears of the end, and starts nothing.
      expectObservable(one, '----------^').toBe('----------|')
      expectSubscriptions(source.subscriptions).toBe('^-------!')
    })
  })

  it('replays so many to late ones, also after the end', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('a-b-c------d-|')
      const two = source.pipe(shared({ replay: 2 }))
      expectObservable(two).toBe('a-b-c------d-|')
      expectObservable(two, '------^').toBe('------(bc)-d-|')
      expectObservable(two, '---------------^').toBe('---------------(cd|)')
      expectSubscriptions(source.subscriptions).toBe('^------------!')
    })
  })

  it('stops the source with the last unsubscription, and runs it anew for who comes then', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('a-b-c-d-|')
      const one = source.pipe(shared())
      expectObservable(one, '^--!').toBe('a-b')
      expectObservable(one, '-^---!').toBe('--b-c')
      expectObservable(one, '-------^-!').toBe('-------a')
      expectSubscriptions(source.subscriptions).toBe(['^----!', '-------^-!'])
    })
  })

  it('tells everyone of an error, late ones too', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('a-#')
      const one = source.pipe(shared())
      expectObservable(one).toBe('a-#')
      expectObservable(one, '----^').toBe('----#')
      expectSubscriptions(source.subscriptions).toBe('^-!')
    })
  })

  it('lets the slowest hold the source, and only while it is there', async () => {
    let made = 0
    let runs = 0
    const source = fromGenerator(async function* () {
      runs++
      while (made < 10) {
        await sleep(0)
        yield made++
      }
    }).pipe(shared())
    const ahead: number[] = []
    const slow = source.pipe(
      map((n) => n),
      paced(async (n) => {
        await sleep(8)
        ahead.push(made - n - 1)
      }),
      take(4),
    )
    const fast = lastValueFrom(source.pipe(toArray()))
    await lastValueFrom(slow)
    // The quicker one sees all, and never more than one that the slower has not.
    expect(ahead).toEqual([0, 0, 0, 0])
    expect(made).toBeLessThan(6)
    expect(await fast).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(runs).toBe(1)
  })

  it('goes on for the others when one leaves while the source is held for it', async () => {
    const source = fromGenerator(async function* () {
      for (let n = 0; n < 3; n++) yield n
    }).pipe(shared())
    const never = source.pipe(paced(() => new Promise(() => {}))).subscribe()
    const all = lastValueFrom(source.pipe(toArray()))
    await sleep(10)
    never.unsubscribe()
    expect(await all).toEqual([0, 1, 2])
  })

  it('holds for loops as well', async () => {
    let made = 0
    const source = fromGenerator(async function* () {
      for (; made < 5; ) yield made++
    }).pipe(shared())
    const seen: number[] = []
    const loop = (async () => {
      for await (const n of iterate(source)) {
        await sleep(5)
        seen.push(made - n - 1)
      }
    })()
    await Promise.all([loop, lastValueFrom(source)])
    expect(seen).toEqual([0, 0, 0, 0, 0])
  })

  it('bears subscribers that come and go within a value', async () => {
    const subject = new Subject<number>()
    const one = subject.pipe(shared())
    const seen: unknown[] = []
    const first = one.subscribe((n) => {
      seen.push(['first', n])
      if (n === 1) one.subscribe((m) => seen.push(['late', m]))
      if (n === 2) first.unsubscribe()
    })
    for (const n of [1, 2, 3]) subject.next(n)
    expect(seen).toEqual([['first', 1], ['first', 2], ['late', 2], ['late', 3]]) // biome-ignore format: a table
    expect(await firstValueFrom(one.pipe(take(0)), { defaultValue: 'none' })).toBe('none')
  })
})
