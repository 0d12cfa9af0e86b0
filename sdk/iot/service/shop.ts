/**
 * The inside of a service: messages in, work in turn, words out, stopped whenever in doubt.
 * takes  a model, a line, settings · gives  answers on the line
 * before ./desk, ../request · after ./service
 */
import type { Subject, Subscription } from 'rxjs'
import { LutraError } from '../../../hal/error.js'
import { createGuard, skillSet } from '../../action/index.js'
import type { Connection, Message } from '../broker/connection.js'
import type { TextModel } from '../model.js'
import { type Answer, without } from '../request/answer.js'
import { idOf, type Request, type RequestKind, type RequestLimits, readRequest } from '../request/request.js'
import { type Means, work } from '../request/work.js'
import { Desk, type DeskLimits } from './desk.js'
import type { QoSByTopic, ServiceOptions } from './options.js'
import { Post } from './post.js'
import type { Status } from './status.js'

export interface ShopSettings {
  readonly prefix: string
  readonly qos: QoSByTopic
  readonly limits: RequestLimits & DeskLimits
  readonly temperature: () => number | undefined
  readonly board?: string
}

/** Longest reason of a stop that is passed on, in characters. */
const MAX_REASON = 200

export class Shop {
  readonly #desk: Desk<Answer>
  readonly #means: Means
  readonly #usual: RequestKind
  readonly #post: Post
  readonly #running = new Map<Subscription, (why: LutraError) => void>()
  readonly #ears: Subscription
  readonly #timer: NodeJS.Timeout
  #latched = false
  /** Of the last stop, until a reset. */
  #reason: string | undefined
  #acting = 0
  #tokensPerSecond: number | undefined
  #told = ''
  #closed = false

  constructor(
    readonly model: TextModel,
    readonly line: Connection,
    readonly options: ServiceOptions,
    readonly settings: ShopSettings,
    readonly pressed: Subject<string>,
  ) {
    const { robot: actor, skills = actor?.skills, batchMs } = options
    const guard = skills && createGuard(skillSet(skills), options.guard)
    this.#means = { skills, guard, actor, batchMs }
    this.#usual = options.kind ?? (skills ? 'act' : 'text')
    this.#desk = new Desk(settings.limits)
    this.#post = new Post(line, settings, options)
    this.#ears = line.messages.subscribe((message) => this.#hear(message))
    this.#ears.add(line.online.subscribe((online) => this.#online(online)))
    this.#timer = setInterval(() => this.#tell(true), 1000 * (options.statusSeconds ?? 30)).unref()
  }

  get status(): Status {
    const { robot } = this.options
    const busy = this.#desk.running > 0
    return {
      online: this.line.isOnline,
      state: this.#latched || robot?.now.latched ? 'stopped' : busy ? 'busy' : 'idle',
      model: this.model.name,
      board: this.settings.board,
      running: this.#desk.running,
      queue: this.#desk.waiting,
      temperature: this.settings.temperature(),
      tokensPerSecond: this.#tokensPerSecond,
      ...(robot && {
        robot: { name: robot.name, simulated: robot.simulated, mode: robot.now.mode, latched: robot.now.latched },
      }),
    }
  }

  /** Why it was stopped, until a reset: who listens later must hear it too. */
  get reason(): string | undefined {
    return this.#reason
  }

  async announce(): Promise<void> {
    await this.#post.status({ ...this.status, at: new Date().toISOString() })
  }

  /** Robot first, then everything else. */
  async stop(reason: string): Promise<void> {
    const stopped = this.options.robot?.stop(reason)
    this.#latched = this.#means.skills !== undefined
    this.#reason = reason
    this.pressed.next(reason)
    const why = new LutraError('cancelled', `Expected to finish but there was a stop: ${reason}`)
    this.#desk.clear(why)
    for (const end of [...this.#running.values()]) end(why)
    this.#tell()
    await stopped?.catch(() => {})
    this.#tell()
  }

  async reset(): Promise<void> {
    await this.options.robot?.reset()
    this.#latched = false
    this.#reason = undefined
    this.#tell()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    this.#ears.unsubscribe()
    const why = new LutraError('closed', 'Expected to finish but the service was closed')
    this.#desk.clear(why)
    for (const end of [...this.#running.values()]) end(why)
    await this.#post.offline()
  }

  #hear(message: Message): void {
    const { prefix } = this.settings
    if (message.topic === `${prefix}/stop`) void this.stop(reasonOf(message.payload))
    else if (message.topic === `${prefix}/prompt`) this.#prompt(message)
    else if (message.topic === `${prefix}/reset` && this.options.allowReset && !message.retain)
      this.reset().catch((error) => this.#post.complain('reset', error))
  }

  #online(online: boolean): void {
    if (online) this.announce().catch(() => {})
    // Who drives over the line cannot press the stop on it any more.
    else if (this.#acting > 0 && this.#needsLine) void this.stop('the line to the broker was lost')
  }

  get #needsLine(): boolean {
    return this.options.stopOnDisconnect ?? true
  }

  #prompt(message: Message): void {
    const arrived = performance.now()
    const request = this.#read(message)
    if (request === undefined) return
    const to = { id: request.id, message }
    // Without an id only the broker's own mark tells a second delivery from a second wish.
    const key = `${message.responseTopic ?? ''} ${request.named ? request.id : request.prompt}`
    const before = request.named || message.dup ? this.#desk.seen(key) : undefined
    if (before !== undefined) {
      if (before.answer !== undefined) this.#post.answer(to, before.answer)
      return
    }
    this.#desk.remember(key)
    const end = (answer: Answer) => {
      this.#desk.remember(key, answer)
      this.#post.answer(to, answer)
    }
    const client = message.responseTopic ?? request.client
    const { expirySeconds = Number.POSITIVE_INFINITY } = message
    const begin = () => {
      const leave = (answer: Answer) => {
        end(answer)
        this.#desk.leave(client)
        this.#tell()
      }
      if (performance.now() - arrived > expirySeconds * 1000) leave(without('refused', expired()))
      else if (request.kind === 'act' && this.#latched) leave(without('refused', latched()))
      else if (request.kind === 'act' && this.#needsLine && !this.line.isOnline) leave(without('cancelled', unheard()))
      else this.#work(request, message, leave)
    }
    try {
      this.#desk.admit({ client, begin, refuse: (why) => end(without('cancelled', why)) })
    } catch (error) {
      // There was no room: it may be asked again, and what was done is not forgotten for it.
      this.#desk.forget(key)
      this.#post.answer(to, without('refused', error))
    }
    this.#tell()
  }

  /** The request in it; where there is none, whoever sent it is told why. */
  #read(message: Message): Request | undefined {
    if (!this.#post.mayReply(message)) {
      this.#post.complain('prompt', new LutraError('unsafe', 'Expected a response topic outside of our own topics'))
      return undefined
    }
    try {
      if (message.retain)
        throw new LutraError('unsafe', 'Expected a prompt that is not retained: it would be found again and again')
      return readRequest(message, this.#usual, this.settings.limits)
    } catch (error) {
      this.#post.answer({ id: idOf(message), message }, without('refused', error))
      return undefined
    }
  }

  #work(request: Request, message: Message, end: (answer: Answer) => void): void {
    const acts = Number(request.kind === 'act')
    this.#acting += acts
    let over = false
    const finish = (answer: Answer) => {
      if (over) return
      over = true
      this.#running.delete(running)
      this.#acting -= acts
      if (answer.tokensPerSecond > 0) this.#tokensPerSecond = answer.tokensPerSecond
      running.unsubscribe()
      end(answer)
    }
    const running: Subscription = work(this.model, request, this.#means).subscribe((news) => {
      if (news.type === 'answer') {
        const { type: _, ...answer } = news
        finish(answer)
      } else this.#post.news({ id: request.id, message }, news)
    })
    this.#running.set(running, (why) => finish(without('cancelled', why)))
  }

  #tell(always = false): void {
    if (this.#closed) return
    const { temperature: _, ...rest } = this.status
    const now = JSON.stringify(rest)
    if (now === this.#told && !always) return
    this.#told = now
    this.announce().catch(() => {})
  }
}

function expired(): LutraError {
  return new LutraError('limit', 'Expected to begin before the message expired but its turn came too late')
}

function unheard(): LutraError {
  return new LutraError('io', 'Expected a line to the broker to hear a stop on but it is down; ask again')
}

function latched(): LutraError {
  return new LutraError('unsafe', 'Expected no emergency stop but one is latched; reset it')
}

function reasonOf(payload: Uint8Array): string {
  const text = Buffer.from(payload.subarray(0, MAX_REASON))
    .toString()
    .replace(/[^\p{L}\p{N}\p{P}\p{Zs}]/gu, ' ')
    .trim()
  return text === '' ? 'stop topic' : `stop topic: ${text}`
}
