/**
 * A broker in memory, named `simulated`: stands where no real one runs, for examples and tests.
 * takes  a clock and what goes wrong: delays, a line that is cut, a restart · gives  connect() → Connection
 * It keeps the parts of MQTT 5 that this room uses: retained messages, last wills, expiry, QoS 0 and 1, shared
 * subscriptions, and one order for all of what it passes on. No $SYS topics, no sessions over a reconnect, no rules.
 */
import { BehaviorSubject, Subject } from 'rxjs'
import { LutraError } from '../../../hal/error.js'
import { type Clock, systemClock } from '../clock.js'
import type { Connection, Message, PublishOptions, Will } from './connection.js'

export interface MemoryBrokerOptions {
  readonly clock?: Clock
  /** Milliseconds that a message takes one way. Order on a line is kept. Default 0. */
  readonly delay?: () => number
  /** Serves $share. Default true. */
  readonly shared?: boolean
}

export interface MemoryLine extends Connection {
  /** The line breaks; the broker publishes the will after `notice` ms. It is back after `back` ms, or never. */
  cut(options?: { readonly notice?: number; readonly back?: number }): void
}

interface Kept {
  readonly message: Message
  readonly until: number
}

export class MemoryBroker {
  readonly clock: Clock
  readonly delay: () => number
  readonly shared: boolean
  readonly lines = new Set<Line>()
  readonly #retained = new Map<string, Kept>()
  #turn = 0

  constructor({ clock = systemClock, delay = () => 0, shared = true }: MemoryBrokerOptions = {}) {
    this.clock = clock
    this.delay = delay
    this.shared = shared
  }

  async connect(will?: Will): Promise<MemoryLine> {
    const line = new Line(this, will)
    this.lines.add(line)
    return line
  }

  /** Breaks all lines; what was retained is kept, or lost as by a broker without persistence. */
  restart({ back = 1000, keep = true }: { readonly back?: number; readonly keep?: boolean } = {}): void {
    if (!keep) this.#retained.clear()
    // A broker that dies publishes no wills.
    for (const line of this.lines) line.cut({ notice: Number.POSITIVE_INFINITY, back })
  }

  /** What arrives here is in order from here on. */
  route(message: Message): void {
    if (message.retain) {
      const seconds = message.expirySeconds ?? Number.POSITIVE_INFINITY
      if (message.payload.length === 0) this.#retained.delete(message.topic)
      else this.#retained.set(message.topic, { message, until: this.clock.now() + seconds * 1000 })
    }
    const groups = new Map<string, { line: Line; bare: string }[]>()
    for (const line of this.lines) {
      let plain = false
      for (const filter of line.filters) {
        const share = /^\$share\/([^/]+)\/(.+)$/.exec(filter)
        if (!share) plain ||= matches(filter, message.topic)
        else if (line.up && matches(share[2], message.topic))
          groups.set(filter, [...(groups.get(filter) ?? []), { line, bare: share[2] }])
      }
      // Overlapping filters of one line bring it once.
      if (plain) line.deliver({ ...message, retain: false })
    }
    for (const members of groups.values())
      members[this.#turn++ % members.length].line.deliver({ ...message, retain: false })
  }

  retainedFor(filter: string): Message[] {
    if (filter.startsWith('$share/')) return []
    for (const [topic, { until }] of this.#retained) if (until <= this.clock.now()) this.#retained.delete(topic)
    return [...this.#retained.values()]
      .filter(({ message }) => matches(filter, message.topic))
      .map(({ message }) => message)
  }
}

interface Outgoing {
  readonly message: Message
  readonly done: () => void
  readonly failed: (error: unknown) => void
  sent: boolean
}

class Line implements MemoryLine {
  readonly name = 'simulated broker'
  readonly simulated = true
  readonly online = new BehaviorSubject(true)
  readonly messages = new Subject<Message>()
  readonly filters = new Set<string>()
  up = true
  /** QoS 1 that the broker has not confirmed: sent again after a reconnect, for better or worse. */
  readonly #unconfirmed: Outgoing[] = []
  /** When the last message on this line arrives, each way. */
  #upTo = 0
  #downTo = 0
  /** Counts connections: what was under way on an older one is lost. */
  #session = 0
  #closed = false

  constructor(
    readonly broker: MemoryBroker,
    readonly will: Will | undefined,
  ) {}

  get shared(): boolean {
    return this.broker.shared
  }

  get isOnline(): boolean {
    return this.online.value
  }

  publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): Promise<void> {
    if (this.#closed) return Promise.reject(new LutraError('closed', 'Expected an open line but it was closed'))
    const { qos = 1, retain = false, ...properties } = options
    const message = { topic, payload: Buffer.from(payload), retain, dup: false, ...properties }
    if (qos === 0) {
      if (this.up) this.#send(message, () => {})
      return Promise.resolve()
    }
    return new Promise((done, failed) => {
      const outgoing = { message, done, failed, sent: false }
      this.#unconfirmed.push(outgoing)
      if (this.up) this.#sendSafely(outgoing)
    })
  }

  async subscribe(filter: string, { old = true }: { readonly old?: boolean } = {}): Promise<void> {
    if (filter.startsWith('$share/') && !this.shared)
      throw new LutraError('unsupported', 'Expected shared subscriptions but this broker has none')
    this.filters.add(filter)
    if (old && this.up)
      for (const message of this.broker.retainedFor(filter)) this.deliver({ ...message, retain: true })
  }

  async unsubscribe(filter: string): Promise<void> {
    this.filters.delete(filter)
  }

  deliver(message: Message): void {
    if (!this.up) return
    const session = this.#session
    this.#downTo = Math.max(this.#downTo, this.broker.clock.now() + this.broker.delay())
    this.broker.clock.after(this.#downTo - this.broker.clock.now(), () => {
      if (session === this.#session && this.up) this.messages.next(message)
    })
  }

  cut({
    notice = 0,
    back = Number.POSITIVE_INFINITY,
  }: {
    readonly notice?: number
    readonly back?: number
  } = {}): void {
    if (!this.up || this.#closed) return
    this.up = false
    this.#session++
    const { clock } = this.broker
    const session = this.#session
    const { will } = this
    const say = () => {
      if (will && this.#session === session)
        this.broker.route({ ...will, payload: Buffer.from(will.payload), retain: true, dup: false })
    }
    if (Number.isFinite(notice)) clock.after(Math.min(notice, back), say)
    this.online.next(false)
    if (Number.isFinite(back)) clock.after(back, () => this.#return())
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.up = false
    this.broker.lines.delete(this)
    for (const { failed } of this.#unconfirmed.splice(0)) failed(new LutraError('closed', 'The line was closed'))
    this.online.next(false)
    this.online.complete()
    this.messages.complete()
  }

  #return(): void {
    if (this.up || this.#closed) return
    this.up = true
    this.#session++
    this.#upTo = 0
    this.#downTo = 0
    for (const filter of this.filters)
      for (const message of this.broker.retainedFor(filter)) this.deliver({ ...message, retain: true })
    for (const outgoing of this.#unconfirmed) this.#sendSafely(outgoing)
    this.online.next(true)
  }

  #sendSafely(outgoing: Outgoing): void {
    const session = this.#session
    const message = { ...outgoing.message, dup: outgoing.sent }
    outgoing.sent = true
    this.#send(message, () => {
      this.broker.clock.after(this.broker.delay(), () => {
        if (session !== this.#session || !this.#unconfirmed.includes(outgoing)) return
        this.#unconfirmed.splice(this.#unconfirmed.indexOf(outgoing), 1)
        outgoing.done()
      })
    })
  }

  /** On its way; what has left may arrive although the line breaks behind it. */
  #send(message: Message, arrived: () => void): void {
    const { clock } = this.broker
    this.#upTo = Math.max(this.#upTo, clock.now() + this.broker.delay())
    clock.after(this.#upTo - clock.now(), () => {
      this.broker.route(message)
      arrived()
    })
  }
}

/** A topic filter with + and #. */
export function matches(filter: string, topic: string): boolean {
  const [wanted, found] = [filter.split('/'), topic.split('/')]
  for (const [i, level] of wanted.entries()) {
    if (level === '#') return true
    if (i >= found.length || (level !== '+' && level !== found[i])) return false
  }
  return wanted.length === found.length
}
