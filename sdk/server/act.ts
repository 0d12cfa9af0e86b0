/**
 * POST /lutra/act: a person's words become actions, each passes the guard, and the robot does them one after the other.
 * takes  { text, stream?, dry_run? } · gives  what was understood, verdicts and reports, at the end or as they come
 * before Model.interpret, sdk/action, sdk/robot · after ./robot
 * The words wait for their turn with the model; the robot does one instruction at a time. A client that hangs up ends its
 * own. With an audit log no action is done before its verdict is on the disk.
 */
import type { Observable, Subscription } from 'rxjs'
import {
  type Action,
  type AuditSession,
  allowed,
  createGuard,
  type Guard,
  skillSet,
  type Verdict,
} from '../action/index.js'
import type { Report } from '../robot/index.js'
import { fromGenerator, iterate, type Token } from '../stream/index.js'
import { sendJson } from './answer.js'
import { Fault, faultOf } from './fault.js'
import { Fields } from './openai/fields.js'
import type { Served, ServedRobot } from './options.js'
import type { Call } from './route.js'
import { streaming } from './sse.js'
import { inTurn } from './turn.js'

/** Characters of the longest instruction. */
const longestText = 2000

/** One thing that became known, as an event's name and data. */
type Tell = (event: 'understood' | 'verdict' | 'report' | 'end', data: object) => Promise<void>

export class Act {
  readonly #set: ReturnType<typeof skillSet>
  /** Its limits hold over all instructions. */
  readonly #guard: Guard
  #busy = false

  constructor(
    readonly served: Served,
    readonly robot: ServedRobot,
  ) {
    this.#set = skillSet(robot.skills)
    this.#guard = createGuard(this.#set)
  }

  async handle(call: Call): Promise<void> {
    const fields = new Fields(await call.json())
    const text = fields.needs('text', fields.text('text'))
    if (text.length > longestText) throw fields.wrong('text', `at most ${longestText} characters`)
    const dry = fields.flag('dry_run') ?? false
    if (fields.flag('stream') ?? false) {
      return streaming(call.response, this.served.settings.stall, (events) =>
        this.#act(call, text, dry, (event, data) => events.json(data, event)),
      )
    }
    const [verdicts, reports]: [object[], object[]] = [[], []]
    let document: object = {}
    await this.#act(call, text, dry, async (event, data) => {
      if (event === 'verdict') verdicts.push(data)
      else if (event !== 'report') document = { ...document, ...data }
      // Of each action how it began and how it ended.
      else if ((data as Report).state !== 'moving') reports.push(data)
    })
    sendJson(call.response, { ...document, verdicts, reports })
  }

  async #act(call: Call, text: string, dry: boolean, tell: Tell): Promise<void> {
    if (!dry && this.#busy)
      throw new Fault(409, 'Expected an idle robot but it does what it was told before; wait for its end or stop it', {
        code: 'robot_busy',
      })
    if (!dry) this.#busy = true
    const stops = new Stops(this.robot)
    try {
      const { audit } = this.served.settings
      const model = this.served.model.name
      const log = audit?.session({ prompt: text, model, request: call.id, ...(dry && { dry }) })
      const { actions, refused, raw, ms } = await inTurn(this.served, call, () => this.#understand(call, text, log))
      await tell('understood', { actions, refused, raw, ms })
      const judged = fromGenerator(() => this.#judged(call, actions, dry, tell))
      const verdicts = log ? judged.pipe(log.verdicts()) : judged
      if (!dry) {
        if (stops.undone)
          throw new Fault(409, 'Expected no stop before the words were understood but there was one; say it again', {
            code: 'robot_stopped',
          })
        return await this.#perform(call, verdicts, tell, log)
      }
      // Nothing is done, but every verdict is told.
      for await (const _ of iterate(verdicts, call.signal));
      await tell('end', { done: false, dry_run: true })
    } finally {
      stops.close()
      if (!dry) this.#busy = false
    }
  }

  async #understand({ id: request, signal }: Call, text: string, log: AuditSession | undefined) {
    const { model, watch, settings } = this.served
    watch.emit({ type: 'request', request, kind: 'act', prompt: text })
    const onToken = (token: Token) => {
      void log?.token(token)
      watch.emit({ type: 'token', request, index: token.index, text: token.text })
    }
    const began = performance.now()
    let reason = 'cancelled'
    let [tokens, ttftMs, tokensPerSecond] = [0, 0, 0]
    try {
      const found = await model.interpret(text, { skills: this.robot.skills, signal, onToken })
      reason = found.refused ? 'refused' : 'stop'
      ;({ tokens, ttftMs } = found)
      tokensPerSecond = tokens > 1 && found.ms > ttftMs ? ((tokens - 1) * 1000) / (found.ms - ttftMs) : 0
      return found
    } finally {
      log?.flush()?.catch(() => {}) // whoever acts hears of it with the first verdict
      if (log)
        settings.audit?.enter({ kind: 'end', of: log.id, reason, tokens, ms: Math.round(performance.now() - began) })
      watch.emit({ type: 'end', request, reason, tokens, ttftMs, tokensPerSecond })
    }
  }

  /** Each action is judged when the one before it is done, not earlier: what it is judged by may change meanwhile. */
  async *#judged({ id: request }: Call, actions: readonly Action[], dry: boolean, tell: Tell): AsyncGenerator<Verdict> {
    const plan = (dry ? createGuard(this.#set, { dry }) : this.#guard).plan()
    for (const each of actions)
      for (const judged of plan.check(each)) {
        const { action, verdict, why } = judged
        this.served.watch.emit({ type: 'verdict', request, action, verdict, why })
        await tell('verdict', { action, verdict, why })
        yield judged
      }
  }

  /** An action that does not end well ends the plan; the answer then tells why, and is still an answer. */
  async #perform(
    { id: request, signal }: Call,
    verdicts: Observable<Verdict>,
    tell: Tell,
    log: AuditSession | undefined,
  ): Promise<void> {
    const done = this.robot.perform(iterate(verdicts.pipe(allowed()), signal))
    try {
      for await (const { action, state, percent, ms, error } of iterate(
        log ? done.pipe(log.reports()) : done,
        signal,
      )) {
        const report = { action, state, percent, ms, ...(error ? { error: error.message } : {}) }
        this.served.watch.emit({ type: 'report', request, ...report })
        await tell('report', report)
      }
      await tell('end', { done: true })
    } catch (error) {
      if (signal.aborted) throw error
      await tell('end', { done: false, ...faultOf(error).body })
    }
  }
}

/** Whether a stop came, and was taken back, since this was made: what was said before it is not meant any more. */
class Stops {
  #seen = false
  #latched = false
  readonly #ear: Subscription

  constructor({ state }: ServedRobot) {
    this.#ear = state.subscribe(({ latched }) => {
      this.#latched = latched
      this.#seen ||= latched
    })
  }

  /** A stop that still holds is the robot's to tell of. */
  get undone(): boolean {
    return this.#seen && !this.#latched
  }

  close(): void {
    this.#ear.unsubscribe()
  }
}
