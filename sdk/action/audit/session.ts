/**
 * One instruction in the audit log: its prompt, and an operator a step that writes down what passes there.
 * takes  an Audit, the prompt · gives  tokens(), actions(), verdicts(), reports(); each line carries `of`, the prompt's number
 * before ./audit, ./audited · after sdk/robot. What moves something is on the disk before it goes on
 */

import { hold } from '../../stream/gate.js'
import { createOperatorSubscriber, type MonoTypeOperatorFunction, Observable } from '../../stream/rx.js'
import type { Token } from '../../stream/token.js'
import type { Action } from '../action.js'
import type { Verdict } from '../guard/options.js'
import type { Audit } from './audit.js'
import { audited } from './audited.js'

/** Tokens of one line, and how long the first of them may wait for others, in ms. */
const tokensPerLine = 64
const patience = 250

export interface AuditBegin {
  /** A text, ids or messages, as the model was asked. */
  readonly prompt: unknown
  /** Anything else worth knowing: the model, who asked. */
  readonly [field: string]: unknown
}

/** What a report must have to be written down; a robot's Report has it. */
interface Told {
  readonly action: Action
  readonly state: string
}

export class AuditSession {
  /** The number of the prompt's line. */
  readonly id: number
  #tokens: Token[] = []
  #late: NodeJS.Timeout | undefined

  constructor(
    readonly audit: Audit,
    begin: AuditBegin,
  ) {
    this.id = audit.enter({ ...begin, kind: 'prompt' }).n
  }

  /** Tokens pass at once; their line follows when 64 have gathered, after a quarter of a second, or at the end. */
  tokens(): MonoTypeOperatorFunction<Token> {
    return this.#passing((token, fail) => {
      const written = this.token(token)
      if (written) hold(written.catch(fail))
    })
  }

  /** One token, for who has no stream of them; a promise where this one made a line complete. */
  token(token: Token): Promise<void> | undefined {
    this.#tokens.push(token)
    if (this.#tokens.length >= tokensPerLine) return this.flush()
    this.#late ??= setTimeout(() => this.flush(), patience).unref()
    return undefined
  }

  /** Each action as the model wrote it. The verdict on it waits for the disk, and comes after this line. */
  actions(): MonoTypeOperatorFunction<Action> {
    return this.#passing((action, fail) => this.#enter('action', { action }, fail))
  }

  /** Each verdict, on the disk before it goes on; a stop waits for nothing. */
  verdicts(): MonoTypeOperatorFunction<Verdict> {
    return (source) => source.pipe(this.#flushing(), audited(this.audit, { of: this.id }))
  }

  /** Each report of a robot but `moving`, of which there are many; `{ moving: true }` writes those, too. */
  reports<R extends Told>({ moving = false } = {}): MonoTypeOperatorFunction<R> {
    return this.#passing((report, fail) => {
      if (moving || report.state !== 'moving') this.#enter('report', report, fail)
    })
  }

  /** Writes the tokens that wait for their line. */
  flush(): Promise<void> | undefined {
    clearTimeout(this.#late)
    this.#late = undefined
    const tokens = this.#tokens
    if (tokens.length === 0) return undefined
    this.#tokens = []
    const { written } = this.audit.enter({
      kind: 'tokens',
      of: this.id,
      from: tokens[0].index,
      text: tokens.map(({ text }) => text).join(''),
      ids: tokens.map(({ id }) => id),
      ms: tokens[tokens.length - 1].ms,
    })
    return written
  }

  /** Entries of a session stand behind the tokens that led to them. */
  #enter(kind: string, fields: object, fail: (error: unknown) => void): void {
    this.flush()
    this.audit.enter({ ...fields, kind, of: this.id }).written.catch(fail)
  }

  #flushing<T>(): MonoTypeOperatorFunction<T> {
    return this.#passing(() => void this.flush())
  }

  /** Notes each value and lets it pass; a log that can no longer be written ends the stream. */
  #passing<T>(note: (value: T, fail: (error: unknown) => void) => void): MonoTypeOperatorFunction<T> {
    return (source) =>
      new Observable<T>((subscriber) => {
        const fail = (error: unknown) => subscriber.error(error)
        const pass = (value: T) => {
          note(value, fail)
          subscriber.next(value)
        }
        const complete = () => {
          // Before the end is told: whoever hears of it may close the log.
          this.flush()
          subscriber.complete()
        }
        subscriber.add(() => this.flush())
        source.subscribe(createOperatorSubscriber(subscriber, pass, complete))
      })
  }
}
