/**
 * The guard as a step of the stream. While a person is asked, the source waits; a stop does not.
 * takes  Observable<Action> · gives Observable<Verdict>, repetitions unrolled
 * before ./actions · after ./audited, ./allowed, sdk/robot
 */
import { fromGenerator } from '../stream/from-generator.js'
import { paced } from '../stream/paced.js'
import { filter, Observable, type OperatorFunction } from '../stream/rx.js'
import type { Action } from './action.js'
import type { Verdict } from './guard/options.js'
import { STOP } from './guard/plan.js'
import type { Guard } from './guard.js'

/** Each subscription is one plan. A stop overtakes a question: that is then a no, and what waits behind it is refused. */
export function guarded(guard: Guard): OperatorFunction<Action, Verdict> {
  return (source) =>
    new Observable<Verdict>((subscriber) => {
      const plan = guard.plan()
      /** Set while a person is being asked. */
      let asking: AbortController | undefined
      const overtakes = (action: Action): boolean => {
        if (asking === undefined || (action as Action | null)?.skill !== STOP) return false
        for (const verdict of plan.check(action)) subscriber.next(verdict)
        asking.abort()
        return true
      }
      const judge = (action: Action) => {
        if (!plan.asks(action)) return plan.check(action)
        const own = new AbortController()
        asking = own
        return fromGenerator(async function* (signal) {
          try {
            yield* plan.judge(action, AbortSignal.any([signal, own.signal]))
          } finally {
            if (asking === own) asking = undefined
          }
        })
      }
      return source
        .pipe(
          filter((action) => !overtakes(action)),
          paced(judge),
        )
        .subscribe(subscriber)
    })
}
