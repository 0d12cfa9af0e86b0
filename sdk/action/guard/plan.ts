/**
 * The verdicts of one instruction: its actions one by one, repetitions unrolled, past every check.
 * takes  a SkillSet, settings, the plan's checks in order · gives  a Plan
 * before ./check, ./confirm · after ../guard
 */
import { isSchemaObject } from '../../grammar/schema.js'
import type { Action } from '../action.js'
import type { ReadySkill, SkillSet } from '../skill.js'
import type { Check } from './check.js'
import { ask, type Confirm } from './confirm.js'
import type { GuardOptions, Verdict } from './options.js'

/** The verdicts of one instruction, in order. */
export interface Plan {
  /** At once. What needs a person's agreement is refused here. */
  check(action: unknown): Verdict[]
  /** Whether a person would have to be asked about it, or about an action that it repeats. */
  asks(action: unknown): boolean
  /** Waits for a person where one must agree; aborting the signal is a no. A stop meanwhile, by `check`, ends the plan. */
  judge(action: unknown, signal?: AbortSignal): AsyncGenerator<Verdict, void>
}

/** This skill is never kept waiting and never refused. */
export const STOP = 'stop'

export type Settings = Required<Pick<GuardOptions, 'maxActions' | 'confirmMs' | 'now'>> & {
  readonly allow: ReadonlySet<string>
  readonly halt: boolean
  readonly dry: boolean
  readonly confirm: Confirm | undefined
}

/** An action that a person must agree to; answered with true, or with why not. */
interface Question {
  readonly ask: Action
}

/** Why not, where it is not true; nothing where nothing was asked. */
type Answer = true | string | undefined
type Judging = Generator<Verdict | Question, Answer, Answer>

export class GuardPlan implements Plan {
  #count = 0
  #refused = false
  readonly #confirms: boolean
  /** Why nothing may follow, once something has ended the plan. */
  #ended: string | undefined

  constructor(
    readonly set: SkillSet,
    readonly settings: Settings,
    readonly checks: readonly Check[],
  ) {
    this.#confirms = !settings.dry && [...set.skills.values()].some(({ confirm }) => confirm)
  }

  asks(action: unknown): boolean {
    if (!this.#confirms) return false
    try {
      const { skill, actions } = action as { skill?: unknown; actions?: unknown }
      const inner = Array.isArray(actions) ? actions : []
      return [skill, ...inner.map((each) => each?.skill)].some((name) => this.set.skills.get(name)?.confirm === true)
    } catch {
      // Whatever cannot be read is refused without a question.
      return false
    }
  }

  check(action: unknown): Verdict[] {
    const verdicts: Verdict[] = []
    const judging = this.#judge(action)
    for (let step = judging.next(); !step.done; ) {
      if (!('ask' in step.value)) verdicts.push(step.value)
      step = judging.next('a person must agree to it; use guarded(), or judge()')
    }
    return verdicts
  }

  async *judge(action: unknown, signal?: AbortSignal): AsyncGenerator<Verdict, void> {
    const { confirm, confirmMs } = this.settings
    const judging = this.#judge(action)
    for (let step = judging.next(); !step.done; ) {
      let answer: Answer
      if ('ask' in step.value) answer = await ask(step.value.ask, { confirm, confirmMs, signal })
      else yield step.value
      step = judging.next(answer)
    }
  }

  *#judge(action: unknown): Judging {
    try {
      // A copy: what is judged is what will be done, whatever becomes of the original. Proxies and functions throw here.
      return yield* this.#one(isStop(action) ? { skill: STOP } : structuredClone(action), false)
    } catch (error) {
      // Getters, cycles and the like: whatever cannot even be read is not done.
      return yield this.#refuse({ skill: '' }, `it cannot be checked: ${messageOf(error)}`)
    }
  }

  *#one(action: unknown, inside: boolean): Judging {
    const skill = this.#skillOf(action)
    if (typeof skill === 'string') return yield this.#refuse(action, skill)
    if (skill.name === STOP) {
      this.#ended = 'a stop ends the plan'
      return yield { action: { skill: STOP }, verdict: 'allowed', why: '' }
    }
    let looked = this.#look(action as Action, skill, inside)
    if (typeof looked === 'string') return yield this.#refuse(action, looked)
    if (skill.repeats) return yield* this.#unroll(looked, inside)
    const asks = skill.confirm && !this.settings.dry
    if (asks) {
      const answer = yield { ask: looked.action }
      if (answer !== true) return yield this.#refuse(action, answer ?? 'nobody has agreed to it')
      // Time has gone by: what was so then need not be so now.
      looked = this.#look(action as Action, skill, inside)
      if (typeof looked === 'string') return yield this.#refuse(action, looked)
    }
    for (const check of this.checks) check.pass?.(looked.action, skill)
    this.#count++
    if (skill.alone) this.#ended = `"${skill.name}" stands alone`
    return yield { ...this.#verdict(looked), ...(asks && { confirmed: true }) }
  }

  #verdict({ action, changes }: Looked): Verdict {
    const why = changes.join(', ')
    const verdict = why === '' ? 'allowed' : 'clamped'
    return this.settings.dry ? { action: { ...action, dry: true }, verdict, why, dry: true } : { action, verdict, why }
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

  /** The action as it may be done, or why not. Changes nothing. */
  #look(asked: Action, skill: ReadySkill, inside: boolean): Looked | string {
    if (this.#ended !== undefined) return this.#ended
    if (this.#refused && this.settings.halt) return 'an action before it was refused'
    if (skill.alone && (inside || this.#count > 0)) return `"${skill.name}" stands alone`
    let action = asked
    const changes: string[] = []
    // A repetition is only looked at here: what it repeats is counted.
    for (const check of skill.repeats ? this.checks.slice(0, 1) : this.checks) {
      const finding = check.look(action, skill)
      if (finding === undefined) continue
      if ('refusal' in finding) return finding.refusal
      action = finding.action
      changes.push(...finding.changes)
    }
    return { action, changes }
  }

  *#unroll({ action: repeat, changes }: Looked, inside: boolean): Judging {
    if (inside) return yield this.#refuse(repeat, 'a repetition inside a repetition')
    const times = typeof repeat.times === 'number' ? repeat.times : 1
    const actions = Array.isArray(repeat.actions) ? (repeat.actions as unknown[]) : []
    if (!Number.isInteger(times) || times < 1 || actions.length === 0)
      return yield this.#refuse(repeat, 'a repetition of nothing')
    const { maxActions } = this.settings
    if (this.#count + times * actions.length > maxActions)
      return yield this.#refuse(repeat, `more than ${maxActions} actions in one plan`)
    // Fewer rounds than asked for is a change to each of them.
    const changed = (v: Verdict): Verdict =>
      changes.length > 0 && v.verdict === 'allowed' && v.action.skill !== STOP
        ? { ...v, verdict: 'clamped', why: changes.join(', ') }
        : v
    for (let n = 0; n < times; n++) {
      for (const action of actions) {
        const judging = this.#one(action, true)
        for (let step = judging.next(); !step.done; )
          step = judging.next(yield 'ask' in step.value ? step.value : changed(step.value))
      }
    }
    return undefined
  }

  #refuse(action: unknown, why: string): Verdict {
    this.#refused = true
    const shown =
      isSchemaObject(action) && typeof action.skill === 'string' ? (action as Action) : { skill: '', found: action }
    return { action: shown, verdict: 'refused', why, ...(this.settings.dry && { dry: true }) }
  }
}

interface Looked {
  readonly action: Action
  readonly changes: readonly string[]
}

function isStop(action: unknown): boolean {
  return isSchemaObject(action) && Object.hasOwn(action, 'skill') && action.skill === STOP
}

/** Whatever was thrown; even its message may throw. */
function messageOf(error: unknown): string {
  try {
    return String(error)
  } catch {
    return 'an error that cannot be read'
  }
}
