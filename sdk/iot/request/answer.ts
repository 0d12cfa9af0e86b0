/** What is said about a request while it is worked on, and at its end. Plain JSON, as it goes over the network. */
import { LutraError } from '../../../hal/error.js'
import type { Action, Verdict } from '../../action/index.js'
import type { Report } from '../../robot/report.js'

export interface Fault {
  readonly kind: string
  readonly message: string
}

export type News =
  | { readonly type: 'tokens'; readonly n: number; readonly text: string }
  | ({ readonly type: 'verdict' } & Verdict)
  | ({ readonly type: 'report' } & Told)

/** A Report without what has no place in a message. */
export interface Told extends Pick<Report, 'action' | 'state' | 'percent' | 'ms' | 'round'> {
  readonly error?: Fault
}

export interface Answer {
  /**
   * `refused`: nothing was done, `error` says why, or all of its actions were refused. `failed`: begun and not ended well.
   * `cancelled`: ended by a stop, or by whoever asked.
   */
  readonly state: 'done' | 'refused' | 'failed' | 'cancelled'
  /** The model's own text. */
  readonly text: string
  readonly tokens: number
  readonly ttftMs: number
  readonly tokensPerSecond: number
  readonly ms: number
  /** Of an instruction: what the guard let through, and whether a robot was there to do it. */
  readonly actions?: readonly Action[]
  readonly executed?: boolean
  readonly error?: Fault
}

export function faultOf(error: unknown): Fault {
  if (error instanceof LutraError) return { kind: error.kind, message: error.message }
  return { kind: 'io', message: error instanceof Error ? error.message : String(error) }
}

/** An answer where no token was made. */
export function without(state: Answer['state'], error: unknown): Answer {
  return { state, text: '', tokens: 0, ttftMs: 0, tokensPerSecond: 0, ms: 0, error: faultOf(error) }
}

export function told({ action, state, percent, ms, round, error }: Report): Told {
  return { action, state, percent, ms, ...(round && { round }), ...(error && { error: faultOf(error) }) }
}
