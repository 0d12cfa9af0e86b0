/**
 * Rules without a model: a threshold is crossed, an action is asked for, the guard has the last word.
 * takes  Observable<Reading> · gives Observable<RuleVerdict>
 * before sdk/action guard · after sdk/robot, a service
 */
import { Observable, type OperatorFunction } from 'rxjs'
import { LutraError } from '../../../hal/error.js'
import { type Action, createGuard, type GuardOptions, type Skills, skillSet, type Verdict } from '../../action/index.js'
import { type Clock, systemClock } from '../clock.js'
import type { Reading } from './windows.js'

export interface Rule {
  readonly name: string
  readonly sensor: string
  /** Fires above, below, or either. */
  readonly above?: number
  readonly below?: number
  /** How far back inside it must come before it can fire again. Default 0. */
  readonly hysteresis?: number
  /** Seconds that it must last. Default 0. */
  readonly forSeconds?: number
  /** Least seconds between two firings. Default 60. */
  readonly cooldownSeconds?: number
  readonly actions: readonly Action[]
}

export interface RuleVerdict extends Verdict {
  readonly rule: string
  readonly value: number
}

export interface RulesOptions {
  readonly skills: Skills
  readonly guard?: GuardOptions
  readonly clock?: Clock
}

interface State {
  readonly rule: Rule
  /** Since when it has been outside. */
  since: number | undefined
  /** Fired, and not back inside since. */
  fired: boolean
  last: number
}

/** Actions that the skills do not know are an error here, LutraError mismatch, before anything is read. */
export function rules(all: readonly Rule[], options: RulesOptions): OperatorFunction<Reading, RuleVerdict> {
  const { clock = systemClock } = options
  const set = skillSet(options.skills)
  for (const { name, actions, above, below } of all) {
    const unknown = actions.find(({ skill }) => !set.skills.has(skill))
    if (unknown !== undefined)
      throw new LutraError('mismatch', `Expected rule "${name}" to use declared skills but found "${unknown.skill}"`)
    if (above === undefined && below === undefined)
      throw new LutraError('mismatch', `Expected rule "${name}" to have "above" or "below" but found neither`)
  }
  return (source) =>
    new Observable<RuleVerdict>((subscriber) => {
      const guard = createGuard(set, options.guard)
      const states = all.map(
        (rule): State => ({ rule, since: undefined, fired: false, last: Number.NEGATIVE_INFINITY }),
      )
      return source.subscribe({
        next: ({ sensor, value, at = clock.now() }) => {
          // A word is no measurement, whatever it says.
          if (typeof value !== 'number' || !Number.isFinite(value)) return
          for (const state of states) {
            if (state.rule.sensor !== sensor || !fires(state, value, at)) continue
            const plan = guard.plan()
            for (const action of state.rule.actions)
              for (const verdict of plan.check(action)) subscriber.next({ ...verdict, rule: state.rule.name, value })
          }
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      })
    })
}

function fires(state: State, value: number, at: number): boolean {
  const { above = Number.POSITIVE_INFINITY, below = Number.NEGATIVE_INFINITY, hysteresis = 0 } = state.rule
  const { forSeconds = 0, cooldownSeconds = 60 } = state.rule
  const outside = value > above || value < below
  if (!outside) {
    state.since = undefined
    if (value <= above - hysteresis && value >= below + hysteresis) state.fired = false
    return false
  }
  state.since ??= at
  if (state.fired || at - state.since < forSeconds * 1000 || at - state.last < cooldownSeconds * 1000) return false
  state.fired = true
  state.last = at
  return true
}
