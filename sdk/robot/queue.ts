/**
 * The queue before a robot: holds a source that can wait, bounds one that cannot, and lets a stop pass.
 * takes  Observable<Action>, the most that may wait · gives  the actions as an async list, subscribed at its first step
 * before ./runtime · after sdk/stream iterate
 */
import { type Observable, tap } from 'rxjs'
import { LutraError } from '../../hal/error.js'
import type { Action } from '../action/action.js'
import { iterate } from '../stream/iterate.js'

export interface QueueOptions {
  readonly most: number
  /** Told of a stop that came while others wait or run. */
  readonly stop: () => unknown
  /** Told at once, not behind what waits: the source's error, or that it is too fast. */
  readonly fail: (error: unknown) => void
}

export interface Queue {
  readonly actions: AsyncIterable<Action>
  /** Lets the source go. */
  leave(): void
}

export function queue(source: Observable<Action>, { most, stop, fail }: QueueOptions): Queue {
  let waiting = 0
  const arrive = (action: Action) => {
    // Only a source that does not wait for us can bring one now; behind what it queued, a stop would come too late.
    if (waiting > 0 && action?.skill === 'stop') stop()
    if (++waiting > most)
      fail(new LutraError('limit', `Expected at most ${most} waiting actions; slow down or use perform()`))
  }
  const loop = iterate(source.pipe(tap({ next: arrive, error: fail })))
  const actions = async function* () {
    for await (const action of loop) {
      yield action
      waiting--
    }
  }
  return { actions: actions(), leave: () => void loop.return() }
}
