/**
 * What one can ask of a guard, and what it answers.
 * gives  GuardOptions, Verdict · after ../guard, ./plan
 */
import type { Action } from '../action.js'
import type { Confirm } from './confirm.js'
import type { Fence } from './fence.js'
import type { Motion } from './motion.js'
import type { Requirement } from './preconditions.js'
import type { Rate } from './rate.js'
import type { Sensors } from './sensors.js'
import type { TravelLimits } from './travel.js'

export interface Verdict {
  /** The action as it may be done; as it was asked for where it is refused. */
  readonly action: Action
  readonly verdict: 'allowed' | 'clamped' | 'refused'
  /** Empty where it is allowed as it is. */
  readonly why: string
  /** A person has agreed to it. */
  readonly confirmed?: true
  /** Of a dry run: its action carries `dry: true` too, an argument that no skill has, so that every robot refuses it. */
  readonly dry?: true
}

export interface GuardOptions {
  /** Skills that may be used; default all. `stop` may always be used where it is declared. */
  readonly allow?: readonly string[]
  /** What happens to numbers outside their range or step. Default clamp. */
  readonly outOfRange?: 'clamp' | 'refuse'
  /** What happens to the actions after a refused one. Default halt: a plan with a hole is another plan. */
  readonly afterRefusal?: 'halt' | 'skip'
  /** What must be true of the world before a skill may be used, by skill; `*` for every skill. Needs `sensors`. */
  readonly require?: Readonly<Record<string, Requirement | readonly Requirement[]>>
  /** What is known of the world. */
  readonly sensors?: Pick<Sensors, 'get'>
  /** Milliseconds after which a sensor's value is too old to be true. Default 1000. */
  readonly maxAge?: number
  /** The workspace; what would leave it is refused, or shortened where told so. Default none. */
  readonly fence?: Fence
  /** Most metres, degrees and seconds of one plan. Default none. */
  readonly limits?: TravelLimits
  /** How skills move the robot, over what they declare themselves; for `fence` and `limits`. */
  readonly motions?: Readonly<Record<string, Motion>>
  /** Most actions within so many milliseconds, over all plans. Default 100 in 1000. */
  readonly rate?: Rate
  /** The same for single skills. */
  readonly skillRates?: Readonly<Record<string, Rate>>
  /** Most actions of one plan once repetitions are unrolled. Default 100. */
  readonly maxActions?: number
  /** An action that comes so many milliseconds after its plan began is refused. Default none. */
  readonly deadlineMs?: number
  /** Asks a person about an action of a skill that says `confirm`. Without it such actions are refused. */
  readonly confirm?: Confirm
  /** Milliseconds that the person has; no answer is a no. Default 30000. */
  readonly confirmMs?: number
  /** Verdicts only: nothing that passes can be executed. Default false. */
  readonly dry?: boolean
  /** Milliseconds on a clock that never goes back. Default performance.now. */
  readonly now?: () => number
}
