/**
 * Where the server tells what it does; ./hub is one, and a user may bring another.
 * takes  events without their time · after ./event
 */
import type { WatchEvent } from './event.js'

type Untimed<E> = E extends unknown ? Omit<E, 'at'> : never

/** An event as it is emitted; `at` (milliseconds since 1970) is the hub's to add. */
export type Happening = Untimed<WatchEvent>

export interface Watch {
  /** MUST NOT throw, block or keep what it cannot bound. */
  emit(event: Happening): void
}

/** Tells each of them; none is fine. */
export function allOf(all: readonly (Watch | undefined)[]): Watch {
  return {
    emit: (event) => {
      for (const each of all) each?.emit(event)
    },
  }
}
