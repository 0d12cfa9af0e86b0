/**
 * An Observable as an async iterable, for `for await`; leaving the loop unsubscribes, and the source waits for the loop.
 * takes  Observable<T>, an AbortSignal · gives AsyncIterableIterator<T>
 * before ./from-generator
 */
import type { Observable, Subscription } from 'rxjs'
import { LutraError } from '../../hal/error.js'
import { hold } from './gate.js'

/** Subscribes at the first step. An abort ends it with LutraError cancelled. */
export async function* iterate<T>(source: Observable<T>, signal?: AbortSignal): AsyncGenerator<T, void, undefined> {
  if (signal?.aborted) throw cancelled(signal)
  const ready: T[] = []
  let taken: (() => void)[] = []
  let wake: (() => void) | undefined
  let failure: { error: unknown } | undefined
  let ended = false
  let subscription: Subscription | undefined
  const stir = () => {
    wake?.()
    wake = undefined
  }
  const onAbort = () => {
    failure = { error: cancelled(signal as AbortSignal) }
    ready.length = 0
    subscription?.unsubscribe()
    stir()
  }
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    subscription = source.subscribe({
      next: (value) => {
        ready.push(value)
        hold(new Promise<void>((resolve) => taken.push(resolve)))
        stir()
      },
      error: (error) => {
        failure = { error }
        stir()
      },
      complete: () => {
        ended = true
        stir()
      },
    })
    for (;;) {
      while (ready.length > 0) {
        yield ready.shift() as T
      }
      if (failure !== undefined) throw failure.error
      if (ended) return
      for (const resolve of taken) resolve()
      taken = []
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    subscription?.unsubscribe()
    for (const resolve of taken) resolve()
  }
}

function cancelled(signal: AbortSignal): LutraError {
  return new LutraError('cancelled', 'Expected the stream to run to its end but it was aborted', {
    cause: signal.reason,
  })
}
