/**
 * Ends a stream when a signal says so, and with it whatever makes the values.
 * takes  Observable<T>, an AbortSignal · gives the same Observable<T>, or LutraError cancelled
 */
import { cancelled } from './cancelled.js'
import { createOperatorSubscriber, type MonoTypeOperatorFunction, Observable } from './rx.js'

/** Where the signal is aborted already, the source is not even subscribed. */
export function cancelOn<T>(signal: AbortSignal): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable<T>((subscriber) => {
      const onAbort = () => subscriber.error(cancelled(signal))
      if (signal.aborted) return onAbort()
      signal.addEventListener('abort', onAbort, { once: true })
      subscriber.add(() => signal.removeEventListener('abort', onAbort))
      source.subscribe(createOperatorSubscriber(subscriber, (value: T) => subscriber.next(value)))
    })
}
