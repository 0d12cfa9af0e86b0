/**
 * An Observable as an async iterable, for `for await`; leaving the loop unsubscribes, and the source waits for the loop.
 * takes  Observable<T>, an AbortSignal · gives AsyncGenerator<T>
 * before ./from-generator
 */
import type { Observable, Subscription } from 'rxjs'
import { cancelled } from './cancelled.js'
import { hold } from './gate.js'
import { Queue } from './queue.js'

/**
 * Subscribes at the first step. An abort ends it with LutraError cancelled. `return()` unsubscribes at once, also while a
 * step waits for a source that may never speak again; that step ends too.
 */
export function iterate<T>(source: Observable<T>, signal?: AbortSignal): AsyncGenerator<T, void, undefined> {
  const ready = new Queue<T>()
  let taken: (() => void)[] = []
  let wake: (() => void) | undefined
  let failure: { error: unknown } | undefined
  let ended = false
  let subscription: Subscription | undefined
  const stir = () => {
    wake?.()
    wake = undefined
  }
  const end = () => {
    ended = true
    ready.clear()
    subscription?.unsubscribe()
    stir()
  }
  const onAbort = () => {
    failure = { error: cancelled(signal as AbortSignal) }
    end()
  }
  async function* values(): AsyncGenerator<T, void, undefined> {
    if (signal?.aborted) throw cancelled(signal)
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
        while (ready.length > 0) yield ready.take()
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
  const loop = values()
  const leave = loop.return.bind(loop)
  // A generator on its own would take the return only after the step it waits in.
  return Object.assign(loop, {
    return: (value: undefined) => {
      end()
      return leave(value)
    },
  })
}
