/**
 * Who may move a robot: one board at a time, and each request once, decided on one topic that all who could do it listen to.
 * takes  a line whose broker passes one topic on in one order, a clock · gives  held, begin(id), told when it is lost
 * after ./keeper. The rules and why they hold: docs/fleet.md, "The lease"
 */
import type { Subscription } from 'rxjs'
import type { Connection, Message } from '../broker/connection.js'
import type { Clock } from '../clock.js'
import { type Topics, under } from './topics.js'
import { readWord, type Word } from './word.js'

export interface LeaseOptions {
  readonly line: Connection
  readonly clock: Clock
  readonly topics: Topics
  readonly robot: string
  /** The board's name. */
  readonly me: string
  /** Milliseconds that a lease is good for after the word that renewed it was sent. */
  readonly leaseMs: number
  readonly random: () => number
  readonly gained: () => void
  readonly lost: () => void
}

interface Said {
  readonly at: number
  readonly resolve?: (sure: boolean) => void
}

/** Clocks may run so much apart, as a share; and what a holder needs to fall silent. */
const MARGIN = 0.25
/** Ids of requests that were begun are remembered so long by the broker, in seconds: longer than any record. */
const BEGUN_SECONDS = 86_400

export class Lease {
  readonly #from: string
  readonly #ears: Subscription
  /** When each was heard of, oldest first. */
  readonly #begun = new Map<string, number>()
  /** Our words that have not come back, by number; forgotten with the line. */
  readonly #said = new Map<number, Said>()
  #mode: 'idle' | 'claiming' | 'confirming' | 'holding' = 'idle'
  #epoch = 0
  #top = 0
  #until = 0
  #n = 0
  /** When another's word was last heard that was not beaten. */
  #heard = Number.NEGATIVE_INFINITY
  #patience: number
  #calls: (() => void)[] = []
  #closed = false

  constructor(readonly options: LeaseOptions) {
    this.#from = `${options.me}-${Math.floor(options.random() * 2 ** 48).toString(36)}`
    this.#patience = this.#wait()
    this.#ears = options.line.messages.subscribe((message) => this.#hear(message))
    this.#ears.add(
      options.line.online.subscribe((online) => {
        // What was said meanwhile is unknown: whatever rested on having heard everything falls.
        if (!online) this.#fall()
      }),
    )
  }

  /** Moving is allowed now. */
  get held(): boolean {
    return this.#mode === 'holding' && this.options.clock.now() < this.#until
  }

  get epoch(): number {
    return this.#epoch
  }

  hasBegun(id: string): boolean {
    return this.#begun.has(id)
  }

  async start(): Promise<void> {
    const { line, topics, robot } = this.options
    await line.subscribe(topics.begun(robot, '+'))
    await line.subscribe(topics.lease(robot))
    this.#tick()
  }

  /** True where this request may be done now, and by nobody else ever. */
  async begin(id: string): Promise<boolean> {
    if (!this.held || this.#begun.has(id)) return false
    this.#remember(id)
    const { line, topics, robot, me } = this.options
    const marker = JSON.stringify({ board: me, epoch: this.#epoch })
    // Newcomers find the marker, listeners hear the word; only after both anything moves.
    const kept = line.publish(topics.begun(robot, id), marker, { retain: true, expirySeconds: BEGUN_SECONDS })
    const sure = await kept.then(
      () => true,
      () => false,
    )
    if (!sure || !this.held) return false
    return new Promise((resolve) => this.#say('begin', resolve, id))
  }

  /** Gives it to whoever wants it next. */
  close(): void {
    if (this.#closed) return
    if (this.held) this.#say('release')
    this.#closed = true
    this.#fall()
    this.#ears.unsubscribe()
    for (const off of this.#calls) off()
  }

  #tick(): void {
    if (this.#closed) return
    const { clock, leaseMs, line } = this.options
    const now = clock.now()
    if (this.#mode === 'holding' && now >= this.#until) this.#fall()
    else if (this.#mode === 'holding') this.#say('hold')
    else if (this.#mode === 'idle' && line.isOnline && now - this.#heard >= this.#patience) this.#claim()
    this.#after(leaseMs / 4, () => this.#tick())
  }

  #claim(): void {
    this.#mode = 'claiming'
    this.#epoch = Math.max(this.#top, this.#epoch) + 1
    this.#say('claim')
  }

  #hear({ topic, payload }: Message): void {
    const { topics, robot } = this.options
    const begun = under(topics.begun(robot, '').slice(0, -1), topic)
    if (begun !== undefined) this.#remember(begun)
    if (topic !== topics.lease(robot)) return
    const word = readWord(payload)
    if (word === undefined) return
    if (word.id !== undefined) this.#remember(word.id)
    this.#top = Math.max(this.#top, word.epoch)
    if (word.from === this.#from) this.#echo(word)
    else this.#other(word)
  }

  /** Our own word has come back: all that was said before it has been heard. */
  #echo(word: Word): void {
    const said = this.#said.get(word.n)
    if (said === undefined || word.epoch !== this.#epoch) return
    this.#said.delete(word.n)
    const { clock, leaseMs, gained } = this.options
    if (word.phase === 'claim' && this.#mode === 'claiming') {
      // Until whoever held it before has run out, however late our word reaches them.
      this.#after(leaseMs * (1 + MARGIN), () => {
        if (this.#mode !== 'claiming' || this.#epoch !== word.epoch) return
        this.#mode = 'confirming'
        this.#say('confirm')
      })
    } else if (word.phase === 'confirm' && this.#mode === 'confirming') {
      this.#mode = 'holding'
      this.#extend(said.at)
      if (this.held) gained()
    } else if (this.#mode === 'holding' && clock.now() < this.#until) this.#extend(said.at)
    said.resolve?.(this.held)
  }

  #other(word: Word): void {
    const { clock } = this.options
    if (word.phase === 'release') {
      this.#heard = Number.NEGATIVE_INFINITY
      this.#patience = this.options.leaseMs * this.options.random() * MARGIN
      return
    }
    const beats = word.epoch > this.#epoch || (word.epoch === this.#epoch && word.from < this.#from)
    if (this.#mode !== 'idle' && !beats) {
      // The broker must not keep the word of one who lost.
      if (this.held) this.#say('hold')
      return
    }
    this.#heard = clock.now()
    this.#patience = this.#wait()
    this.#fall()
  }

  /** As long as the broker does, counted from the last that was heard of it. */
  #remember(id: string): void {
    const now = this.options.clock.now()
    this.#begun.delete(id)
    this.#begun.set(id, now)
    for (const [old, at] of this.#begun) {
      if (now - at <= BEGUN_SECONDS * 1000) break
      this.#begun.delete(old)
    }
  }

  #extend(saidAt: number): void {
    const { clock, leaseMs } = this.options
    this.#until = Math.max(this.#until, saidAt + leaseMs)
    const until = this.#until
    this.#after(until - clock.now(), () => {
      if (this.#mode === 'holding' && clock.now() >= this.#until) this.#fall()
    })
  }

  #fall(): void {
    const lost = this.#mode === 'holding'
    this.#mode = 'idle'
    this.#until = 0
    for (const { resolve } of this.#said.values()) resolve?.(false)
    this.#said.clear()
    if (lost) this.options.lost()
  }

  #say(phase: Word['phase'], resolve?: Said['resolve'], id?: string): void {
    const { line, clock, topics, robot, me } = this.options
    const n = this.#n++
    this.#said.set(n, { at: clock.now(), resolve })
    const word: Word = { epoch: this.#epoch, holder: me, phase, ...(id !== undefined && { id }), from: this.#from, n }
    // Sent now or not at all: a word that waited for a line would come too late to mean anything.
    if (line.isOnline) line.publish(topics.lease(robot), JSON.stringify(word), { retain: true }).catch(() => {})
    else this.#fall()
  }

  /** How long nothing must be heard before a claim; by chance, so that not all claim at once. */
  #wait(): number {
    return this.options.leaseMs * (1 + MARGIN + this.options.random())
  }

  #after(ms: number, act: () => void): void {
    const off = this.options.clock.after(ms, () => {
      this.#calls = this.#calls.filter((one) => one !== off)
      act()
    })
    this.#calls.push(off)
  }
}
