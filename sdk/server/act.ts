/**
 * POST /lutra/act: a person's words become actions, each passes the guard, and the robot does them one after the other.
 * takes  { text, stream?, dry_run? } · gives  what was understood, verdicts and reports, at the end or as they come
 * before Model.interpret, sdk/action, sdk/robot · after ./robot
 * The words wait for their turn with the model; the robot does one instruction at a time. A client that hangs up ends its own.
 */
import { type Action, createGuard, type Guard, skillSet } from '../action/index.js'
import type { Report } from '../robot/index.js'
import { iterate } from '../stream/index.js'
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
    try {
      const { actions, refused, raw, ms } = await inTurn(this.served, call, () => this.#understand(call, text))
      await tell('understood', { actions, refused, raw, ms })
      const allowed = this.#allowed(call, actions, dry, tell)
      if (!dry) return await this.#perform(call, allowed, tell)
      // Nothing is done, but every verdict is told.
      for await (const _ of allowed);
      await tell('end', { done: false, dry_run: true })
    } finally {
      if (!dry) this.#busy = false
    }
  }

  async #understand({ id: request, signal }: Call, text: string) {
    const { model, watch } = this.served
    watch.emit({ type: 'request', request, kind: 'act', prompt: text })
    const onToken = (token: { index: number; text: string }) =>
      watch.emit({ type: 'token', request, index: token.index, text: token.text })
    let reason = 'cancelled'
    let [tokens, ttftMs, tokensPerSecond] = [0, 0, 0]
    try {
      const found = await model.interpret(text, { skills: this.robot.skills, signal, onToken })
      reason = found.refused ? 'refused' : 'stop'
      ;({ tokens, ttftMs } = found)
      tokensPerSecond = tokens > 1 && found.ms > ttftMs ? ((tokens - 1) * 1000) / (found.ms - ttftMs) : 0
      return found
    } finally {
      watch.emit({ type: 'end', request, reason, tokens, ttftMs, tokensPerSecond })
    }
  }

  /** Each action is judged when the one before it is done, not earlier: what it is judged by may change meanwhile. */
  async *#allowed({ id: request }: Call, actions: readonly Action[], dry: boolean, tell: Tell): AsyncGenerator<Action> {
    const plan = (dry ? createGuard(this.#set) : this.#guard).plan()
    for (const each of actions)
      for (const { action, verdict, why } of plan.check(each)) {
        this.served.watch.emit({ type: 'verdict', request, action, verdict, why })
        await tell('verdict', { action, verdict, why })
        if (verdict !== 'refused') yield action
      }
  }

  /** An action that does not end well ends the plan; the answer then tells why, and is still an answer. */
  async #perform({ id: request, signal }: Call, actions: AsyncGenerator<Action>, tell: Tell): Promise<void> {
    try {
      for await (const { action, state, percent, ms, error } of iterate(this.robot.perform(actions), signal)) {
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
