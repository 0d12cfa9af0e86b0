/**
 * An async generator as a cold Observable: each subscription is a run of its own, unsubscribing aborts it.
 * takes  a factory that gets an AbortSignal · gives Observable<T>; makes a value only when the one before was taken
 * before sdk/decoder's loop · after every operator here
 */
import { emit } from './gate.js'
import { Observable } from './rx.js'

/**
 * The factory is called at subscription. On unsubscription its signal aborts; the generator is returned from as soon as
 * it yields again, so it should watch the signal where it waits. What it throws is the stream's error.
 */
export function fromGenerator<T>(factory: (signal: AbortSignal) => AsyncIterable<T>): Observable<T> {
  return new Observable<T>((subscriber) => {
    const controller = new AbortController()
    // One place for whatever waits now. A promise for the whole run would gather a reaction with each value.
    let wake = () => {}
    controller.signal.addEventListener('abort', () => wake(), { once: true })
    const run = async () => {
      for await (const value of factory(controller.signal)) {
        if (subscriber.closed) return
        const held = emit(subscriber, value)
        // Leaving the loop lets the generator run its finally blocks.
        if (subscriber.closed) return
        if (held === undefined) continue
        await new Promise<void>((resolve) => {
          wake = resolve
          held.then(() => resolve())
        })
        if (subscriber.closed) return
      }
      subscriber.complete()
    }
    // After an unsubscription the error of the interrupted run is nobody's: rxjs drops it.
    run().catch((error: unknown) => subscriber.error(error))
    return () => controller.abort()
  })
}
