/**
 * Backpressure through ordinary operators: whoever receives a value may ask its source to wait before making the next.
 * takes  emissions of ./from-generator · gives promises to wait for
 * before ./paced, ./iterate, ./tee hold · after ./from-generator waits. Works where values arrive in the same call, as through map
 */
import type { Subscriber } from 'rxjs'

let holds: Promise<void>[] | undefined

/**
 * Emits a value and collects what its receivers hold it for; undefined when nobody does. The promise never rejects. With
 * several receivers, as behind ./shared, the slowest counts.
 */
export function emit<T>(subscriber: Subscriber<T>, value: T): Promise<unknown> | undefined {
  const outer = holds
  const own: Promise<void>[] = []
  holds = own
  try {
    subscriber.next(value)
  } finally {
    holds = outer
  }
  if (own.length === 0) return undefined
  return own.length === 1 ? own[0] : Promise.all(own)
}

/** Called while a value is being received: its source makes no other before this promise is settled, either way. */
export function hold(until: Promise<unknown>): void {
  holds?.push(until.then(nothing, nothing))
}

function nothing(): void {}
