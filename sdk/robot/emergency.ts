/**
 * Inputs that stop a robot: buttons, topics, keys. Fail safe: one that fails or ends stops it too, for good.
 * takes  Observables, what to do at each emission · gives  why one is gone, and the way to let them go
 * before ./runtime · after ./button
 */
import { Observable, Subscription } from 'rxjs'
import { LutraError } from '../../hal/error.js'

/** Any emission is a stop; a string, or an Error, tells the reason. */
export type Emergency = Observable<unknown> | Iterable<Observable<unknown>>

export interface Inputs {
  /** Why the robot may not be reset: an input does not watch any more. */
  readonly gone: LutraError | undefined
  leave(): void
}

export function heed(inputs: Emergency, press: (reason: unknown) => void): Inputs {
  const listening = new Subscription()
  let gone: LutraError | undefined
  const end = (how: string, cause?: unknown) => {
    const message = `Expected every emergency input to watch but one ${how}; repair it and open the robot anew`
    gone ??= new LutraError('unsafe', message, { cause })
    press(gone)
  }
  for (const input of inputs instanceof Observable ? [inputs] : inputs)
    listening.add(
      input.subscribe({
        next: (value) => press(typeof value === 'string' || value instanceof Error ? value : 'an emergency input'),
        error: (cause) => end(`failed (${cause instanceof Error ? cause.message : String(cause)})`, cause),
        complete: () => end('has ended'),
      }),
    )
  return {
    get gone() {
      return gone
    },
    leave: () => listening.unsubscribe(),
  }
}
