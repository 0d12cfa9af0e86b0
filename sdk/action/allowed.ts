/**
 * From verdicts to what may be done: the door to a robot.
 * takes  Observable<Verdict> · gives  Observable<Action>, without what was refused and without a dry run's
 * before ./guarded, ./audited · after sdk/robot
 */
import { filter, map, type OperatorFunction, pipe } from '../stream/rx.js'
import type { Action } from './action.js'
import type { Verdict } from './guard/options.js'

export function allowed(): OperatorFunction<Verdict, Action> {
  return pipe(
    filter(({ verdict, dry }: Verdict) => verdict !== 'refused' && dry !== true),
    map(({ action }) => action),
  )
}
