/**
 * The last look at an action before it may move anything: allow-list, schema, ranges, finite numbers, rate, deadline.
 * takes  a SkillSet and limits, then actions from anywhere · gives verdicts; repetitions are unrolled
 * before ./actions · after sdk/robot. The guard trusts nobody, not even the grammar
 */
import { LutraError } from '../../hal/error.js'
import { isSchemaObject } from '../grammar/schema.js'
import type { Action } from './action.js'
import type { ReadySkill, SkillSet } from './skill.js'
import { type Checked, checkObject } from './value-check.js'

export interface Verdict {
  /** The action as it may be done; as it was asked for where it is refused. */
  readonly action: Action
  readonly verdict: 'allowed' | 'clamped' | 'refused'
  /** Empty where it is allowed as it is. */
  readonly why: string
}

export interface GuardOptions {
  /** Skills that may be used; default all. `stop` may always be used where it is declared. */
  readonly allow?: readonly string[]
  /** What happens to numbers outside their range or step. Default clamp. */
  readonly outOfRange?: 'clamp' | 'refuse'
  /** What happens to the actions after a refused one. Default halt: a plan with a hole is another plan. */
  readonly afterRefusal?: 'halt' | 'skip'
  /** Most actions within so many milliseconds, over all plans. Default 100 in 1000. */
  readonly rate?: { readonly actions: number; readonly ms: number }
  /** Most actions of one plan once repetitions are unrolled. Default 100. */
  readonly maxActions?: number
  /** An action that comes so many milliseconds after its plan began is refused. Default none. */
  readonly deadlineMs?: number
  /** Milliseconds on a clock that never goes back. Default performance.now. */
  readonly now?: () => number
}

/** The verdicts of one instruction, in order. */
export interface Plan {
  check(action: unknown): Verdict[]
}

export interface Guard {
  /** Begins an instruction: its deadline runs from here. */
  plan(): Plan
}

/** This skill is never kept waiting and never refused. */
const STOP = 'stop'

export function createGuard(set: SkillSet, options: GuardOptions = {}): Guard {
  const unknown = options.allow?.find((name) => !set.skills.has(name))
  if (unknown !== undefined)
    throw new LutraError('mismatch', `Expected the allow-list to name declared skills but found "${unknown}"`)
  const settings = {
    allow: new Set(options.allow ?? set.skills.keys()),
    clamp: (options.outOfRange ?? 'clamp') === 'clamp',
    halt: (options.afterRefusal ?? 'halt') === 'halt',
    rate: options.rate ?? { actions: 100, ms: 1000 },
    maxActions: options.maxActions ?? 100,
    deadlineMs: options.deadlineMs ?? Number.POSITIVE_INFINITY,
    now: options.now ?? (() => performance.now()),
  }
  for (const [name, n] of [
    ['rate.actions', settings.rate.actions],
    ['rate.ms', settings.rate.ms],
    ['maxActions', settings.maxActions],
    ['deadlineMs', settings.deadlineMs],
  ] as const) {
    // NaN would switch a limit off without a word.
    if (!(n >= 0)) throw new LutraError('mismatch', `Expected ${name} to be a number from 0 but found ${n}`)
  }
  const recent: number[] = []
  return { plan: () => new GuardPlan(set, settings, recent) }
}

type Settings = Required<Pick<GuardOptions, 'rate' | 'maxActions' | 'deadlineMs' | 'now'>> & {
  readonly allow: ReadonlySet<string>
  readonly clamp: boolean
  readonly halt: boolean
}

class GuardPlan implements Plan {
  readonly #begun: number
  #count = 0
  #refused = false
  /** Why nothing may follow, once something has ended the plan. */
  #ended: string | undefined

  constructor(
    readonly set: SkillSet,
    readonly settings: Settings,
    /** Times of the latest actions of all plans. */
    readonly recent: number[],
  ) {
    this.#begun = settings.now()
  }

  check(action: unknown): Verdict[] {
    try {
      return this.#check(action, false)
    } catch (error) {
      // Getters, cycles and the like: whatever cannot even be read is not done.
      return this.#refuse({ skill: '' }, `it cannot be checked: ${String(error)}`)
    }
  }

  #check(action: unknown, inside: boolean): Verdict[] {
    const skill = this.#skillOf(action)
    if (typeof skill === 'string') return this.#refuse(action, skill)
    if (skill.name === STOP) {
      this.#ended = 'a stop ends the plan'
      return [{ action: { skill: STOP }, verdict: 'allowed', why: '' }]
    }
    if (this.#ended !== undefined) return this.#refuse(action, this.#ended)
    if (this.#refused && this.settings.halt) return this.#refuse(action, 'an action before it was refused')
    if (skill.alone && (inside || this.#count > 0)) return this.#refuse(action, `"${skill.name}" stands alone`)
    const { skill: _name, ...rest } = action as Action
    const checked = this.#argumentsOf(skill, rest)
    if (checked.refusal !== undefined) return this.#refuse(action, checked.refusal)
    const done: Action = { ...(checked.value as object), skill: skill.name }
    const why = checked.changes.join(', ')
    if (skill.repeats)
      return inside ? this.#refuse(action, 'a repetition inside a repetition') : this.#unroll(done, why)
    const late = this.#limit()
    if (late !== undefined) return this.#refuse(action, late)
    if (skill.alone) this.#ended = `"${skill.name}" stands alone`
    return [{ action: done, verdict: why === '' ? 'allowed' : 'clamped', why }]
  }

  /** The declared skill, or why it cannot be used. */
  #skillOf(action: unknown): ReadySkill | string {
    if (!isSchemaObject(action) || !Object.hasOwn(action, 'skill') || typeof action.skill !== 'string')
      return 'it is no action'
    const skill = this.set.skills.get(action.skill)
    if (skill === undefined) return `there is no skill "${action.skill.slice(0, 64)}"`
    return skill.name === STOP || this.settings.allow.has(skill.name)
      ? skill
      : `the skill "${skill.name}" is not allowed`
  }

  #argumentsOf(skill: ReadySkill, rest: Readonly<Record<string, unknown>>): Checked {
    const checked = checkObject(
      { properties: skill.properties, required: skill.required },
      rest,
      skill.name,
      this.settings.clamp,
    )
    if (checked.refusal !== undefined || skill.standard === undefined) return checked
    const result = skill.standard['~standard'].validate(checked.value)
    if (result instanceof Promise) {
      result.catch(() => {})
      return { refusal: `${skill.name} has a schema that answers later; use one that answers at once`, changes: [] }
    }
    if (result.issues !== undefined)
      return { refusal: `${skill.name}: ${result.issues.map((issue) => issue.message).join('; ')}`, changes: [] }
    if (!isSchemaObject(result.value))
      return { refusal: `${skill.name} has a schema that gives no object`, changes: [] }
    return { value: result.value, changes: checked.changes }
  }

  #unroll(repeat: Action, why: string): Verdict[] {
    const times = typeof repeat.times === 'number' ? repeat.times : 1
    const actions = Array.isArray(repeat.actions) ? (repeat.actions as unknown[]) : []
    if (!Number.isInteger(times) || times < 1 || actions.length === 0)
      return this.#refuse(repeat, 'a repetition of nothing')
    if (this.#count + times * actions.length > this.settings.maxActions) {
      return this.#refuse(repeat, `more than ${this.settings.maxActions} actions in one plan`)
    }
    const out: Verdict[] = []
    for (let n = 0; n < times; n++) for (const action of actions) out.push(...this.#check(action, true))
    if (why === '') return out
    // Fewer rounds than asked for is a change to each of them.
    return out.map((v) => (v.verdict === 'allowed' && v.action.skill !== STOP ? { ...v, verdict: 'clamped', why } : v))
  }

  /** Counts one more action, or says which limit it breaks. */
  #limit(): string | undefined {
    const { rate, maxActions, deadlineMs, now } = this.settings
    const at = now()
    if (at - this.#begun > deadlineMs) return `later than ${deadlineMs} ms after the instruction`
    if (this.#count >= maxActions) return `more than ${maxActions} actions in one plan`
    while (this.recent.length > 0 && at - this.recent[0] >= rate.ms) this.recent.shift()
    if (this.recent.length >= rate.actions) return `more than ${rate.actions} actions in ${rate.ms} ms`
    this.recent.push(at)
    this.#count++
    return undefined
  }

  #refuse(action: unknown, why: string): Verdict[] {
    this.#refused = true
    const shown =
      isSchemaObject(action) && typeof action.skill === 'string' ? (action as Action) : { skill: '', found: action }
    return [{ action: shown, verdict: 'refused', why }]
  }
}
