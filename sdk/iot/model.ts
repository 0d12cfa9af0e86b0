/**
 * What this room needs of a model and of a robot: less than they are, so that others fit as well.
 * gives  types only; sdk/open's Model is a TextModel, sdk/robot's Robot an Actor
 */
import type { Observable } from 'rxjs'
import type { Action, Skills } from '../action/index.js'
import type { Report, RobotState } from '../robot/report.js'
import type { Token } from '../stream/token.js'

/** What a request from outside may ask for; everything else is the operator's. */
export interface AskOptions {
  readonly maxTokens?: number
  readonly temperature?: number
  readonly topK?: number
  readonly topP?: number
  readonly minP?: number
  readonly seed?: number
  readonly stop?: readonly string[]
  readonly chat?: boolean
  /** JSON Schema that the output is held to. */
  readonly schema?: unknown
}

export interface TextModel {
  readonly name: string
  tokens(prompt: string, options?: AskOptions): Observable<Token>
  interpret(
    text: string,
    options?: { readonly skills?: Skills; readonly signal?: AbortSignal; readonly onToken?: (token: Token) => void },
  ): Promise<{ readonly actions: readonly Action[]; readonly raw: string }>
}

export interface Actor {
  readonly name: string
  readonly simulated: boolean
  readonly skills: Skills
  readonly now: Pick<RobotState, 'mode' | 'latched'>
  perform(actions: Iterable<Action>): Observable<Report>
  stop(reason?: unknown): Promise<unknown>
  reset(): Promise<void>
}
