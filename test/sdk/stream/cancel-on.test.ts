import { setTimeout as sleep } from 'node:timers/promises'
import { firstValueFrom, map, Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { cancelOn, fromGenerator, paced } from '../../../sdk/stream/index.js'
import { marbles } from './marbles.js'

describe('cancelOn', () => {
  it('ends the stream when the signal says so, and lets the source go', () => {
    marbles(({ cold, expectObservable, expectSubscriptions, flush }) => {
      const controller = new AbortController()
      const source = cold('a-b-c-d-|')
      const reason = new Error('enough')
      const told: unknown[] = []
      cold('-----x').subscribe(() => controller.abort(reason))
      source.pipe(cancelOn(controller.signal)).subscribe({ error: (error) => told.push(error) })
      expectObservable(
        source.pipe(
          cancelOn(controller.signal),
          map((value) => value),
        ),
      ).toBe('a-b-c#', undefined, expect.objectContaining({ name: 'LutraError', kind: 'cancelled' }))
      expectSubscriptions(source.subscriptions).toBe(['^----!', '^----!'])
      flush()
      expect(told).toMatchObject([{ kind: 'cancelled', cause: reason }])
    })
  })

  it('does not subscribe where it is aborted already', async () => {
    const subject = new Subject<number>()
    const cancelled = firstValueFrom(subject.pipe(cancelOn(AbortSignal.abort())))
    expect(subject.observed).toBe(false)
    await expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' })
  })

  it('ends within the value that aborts, and also while work holds the source', async () => {
    for (const when of ['inside', 'later']) {
      const controller = new AbortController()
      const log = { made: 0, aborted: false }
      const source = fromGenerator(async function* (signal) {
        signal.addEventListener('abort', () => {
          log.aborted = true
        })
        for (;;) {
          await sleep(0)
          yield log.made++
        }
      })
      const work = (n: number) => {
        if (when === 'inside' && n === 1) controller.abort()
        return n < 1 ? Promise.resolve(n) : new Promise<never>(() => {})
      }
      const seen: unknown[] = []
      const ended = new Promise<unknown>((error) => {
        source.pipe(cancelOn(controller.signal), paced(work)).subscribe({ next: (n) => seen.push(n), error })
      })
      if (when === 'later') {
        await expect.poll(() => log.made).toBe(2)
        controller.abort()
      }
      expect(await ended).toMatchObject({ kind: 'cancelled' })
      await sleep(10)
      expect(log).toEqual({ made: 2, aborted: true })
      expect(seen).toEqual([0])
    }
  })

  it('leaves no listener behind', async () => {
    const { signal } = new AbortController()
    let listeners = 0
    const { addEventListener, removeEventListener } = signal
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
      listeners++
      addEventListener.apply(signal, args)
    }
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
      listeners--
      removeEventListener.apply(signal, args)
    }
    const subject = new Subject<number>()
    const going = subject.pipe(cancelOn(signal)).subscribe()
    subject.pipe(cancelOn(signal)).subscribe()
    expect(listeners).toBe(2)
    going.unsubscribe()
    subject.complete()
    expect(listeners).toBe(0)
  })
})
