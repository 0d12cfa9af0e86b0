/**
 * The last look at an action before it may move anything: allow-list, then each check of ./guard in order.
 * takes  a SkillSet and limits, then actions from anywhere · gives verdicts; repetitions are unrolled
 * before ./actions, ./guard/* · after ./guarded, sdk/robot. The guard trusts nobody, not even the grammar
 */
import { LutraError } from '../../hal/error.js'
import { argumentsCheck } from './guard/arguments.js'
import type { NewCheck } from './guard/check.js'
import { countCheck } from './guard/count.js'
import { deadlineCheck } from './guard/deadline.js'
import { fenceCheck } from './guard/fence.js'
import { type Motion, motionsOf } from './guard/motion.js'
import type { GuardOptions } from './guard/options.js'
import { GuardPlan, type Plan, type Settings } from './guard/plan.js'
import { preconditionsCheck } from './guard/preconditions.js'
import { rateCheck } from './guard/rate.js'
import { travelCheck } from './guard/travel.js'
import type { SkillSet } from './skill.js'

export interface Guard {
  /** Begins an instruction: its deadline runs from here. */
  plan(): Plan
}

export function createGuard(set: SkillSet, options: GuardOptions = {}): Guard {
  const { limits = {}, rate = { actions: 100, ms: 1000 }, skillRates = {}, require = {} } = options
  const settings: Settings = {
    allow: new Set(options.allow ?? set.skills.keys()),
    halt: (options.afterRefusal ?? 'halt') === 'halt',
    maxActions: options.maxActions ?? 100,
    dry: options.dry ?? false,
    confirm: options.confirm,
    confirmMs: options.confirmMs ?? 30_000,
    now: options.now ?? (() => performance.now()),
  }
  const { now, maxActions, confirmMs } = settings
  const { deadlineMs = Number.POSITIVE_INFINITY, maxAge = 1000 } = options
  checkNames(set, 'the allow-list', options.allow ?? [])
  checkNames(set, '"skillRates"', Object.keys(skillRates))
  checkNames(
    set,
    '"require"',
    Object.keys(require).filter((name) => name !== '*'),
  )
  const rates = Object.entries({ rate, ...skillRates })
  const numbers = { maxActions, deadlineMs, maxAge, confirmMs, ...limits }
  for (const [name, { actions, ms }] of rates)
    Object.assign(numbers, { [`${name}.actions`]: actions, [`${name}.ms`]: ms })
  for (const [name, n] of Object.entries(numbers)) {
    // NaN would switch a limit off without a word.
    if (!(n >= 0)) throw new LutraError('mismatch', `Expected ${name} to be a number from 0 but found ${n}`)
  }
  if (settings.dry && [...set.skills.values()].some(({ properties }) => Object.hasOwn(properties, 'dry')))
    throw new LutraError('unsupported', 'Expected skills without an argument "dry" for a dry run but found one')
  if (Object.keys(require).length > 0 && options.sensors === undefined)
    throw new LutraError('mismatch', 'Expected sensors beside "require" but found none; pass a Sensors')

  const moves = options.fence !== undefined || options.limits !== undefined
  const motions = moves ? motionsOf(set, options.motions) : new Map<string, Motion>()
  /** Asked in this order. What changes an action comes before what counts it. */
  const checks: NewCheck[] = [
    argumentsCheck((options.outOfRange ?? 'clamp') === 'clamp'),
    ...(options.sensors ? [preconditionsCheck({ require, sensors: options.sensors, maxAge, now })] : []),
    ...(options.fence ? [fenceCheck(options.fence, motions)] : []),
    ...(options.limits ? [travelCheck(limits, motions)] : []),
    deadlineCheck(deadlineMs, now),
    countCheck(maxActions),
    rateCheck(rate, now),
    ...Object.entries(skillRates).map(([name, each]) => rateCheck(each, now, name)),
  ]
  return {
    plan: () =>
      new GuardPlan(
        set,
        settings,
        checks.map((begin) => begin(now())),
      ),
  }
}

function checkNames({ skills }: SkillSet, where: string, names: readonly string[]): void {
  const unknown = names.find((name) => !skills.has(name))
  if (unknown !== undefined)
    throw new LutraError('mismatch', `Expected ${where} to name declared skills but found "${unknown}"`)
}
