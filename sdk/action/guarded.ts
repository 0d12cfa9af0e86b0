/**
 * The guard as a step of the stream.
 * takes  Observable<Action> · gives Observable<Verdict>, repetitions unrolled
 * before ./actions · after ./audited, sdk/robot
 */
import { concatMap, defer, type OperatorFunction } from '../stream/rx.js'
import type { Action } from './action.js'
import type { Guard, Verdict } from './guard.js'

/** Each subscription is one plan. */
export function guarded(guard: Guard): OperatorFunction<Action, Verdict> {
  return (source) =>
    defer(() => {
      const plan = guard.plan()
      return source.pipe(concatMap((action) => plan.check(action)))
    })
}
