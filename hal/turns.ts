/**
 * Long computations in slices: each yield of a generator is a place where it may pause.
 * takes  a generator that yields at least every millisecond or so · gives  its result, at once or in turns with others
 */
import { LutraError } from './error.js'
import { pause } from './pause.js'

/** A computation that may pause; what it yields says nothing. */
export type Steps<T> = Generator<undefined, T, undefined>

/** Milliseconds before the event loop gets its turn: timers and sockets wait no longer, and turns cost little. */
const stretch = 4

export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** Aborting the signal ends it at the next turn with LutraError cancelled. */
export async function inTurns<T>(steps: Steps<T>, signal?: AbortSignal): Promise<T> {
  for (let until = performance.now() + stretch; ; ) {
    const step = steps.next()
    if (step.done) return step.value
    if (performance.now() < until) continue
    await pause()
    if (signal?.aborted) throw new LutraError('cancelled', 'Expected to finish the work but it was cancelled')
    until = performance.now() + stretch
  }
}
