/**
 * From verdicts to what may be done: the door to a robot.
 * takes  verdicts · gives  actions, without what was refused and without a dry run's
 * before ./guarded, ./audited · after sdk/robot, sdk/iot/request
 */
import { filter, map, type OperatorFunction, pipe } from '../stream/rx.js'
import type { Action } from './action.js'
import type { Verdict } from './guard/options.js'

export function allowed(): OperatorFunction<Verdict, Action> {
  return pipe(
    filter(isAllowed),
    map(({ action }) => action),
  )
}

/** Whether its action may be executed, for whoever holds a list of verdicts. */
export function isAllowed({ verdict, dry }: Verdict): boolean {
  return verdict !== 'refused' && dry !== true
}
