/**
 * One board of a fleet: takes requests, gives them to whoever fits, works on its own, takes over from boards that are gone.
 * takes  a line, a Worker, what it can do · gives  records and parts on the fleet's topics
 * before ./view, ./health, ./job · after ./member. The protocol and its guarantees: docs/fleet.md
 */
import type { Observable, Subscription } from 'rxjs'
import type { Connection, Message } from '../broker/connection.js'
import type { Clock } from '../clock.js'
import { type Answer, type News, without } from '../request/answer.js'
import type { RequestLimits } from '../request/request.js'
import { choose, fits, gone, type Health } from './health.js'
import { intake, mayReply } from './intake.js'
import type { FleetRequest, Job } from './job.js'
import type { Topics } from './topics.js'
import { View } from './view.js'

/** Works on one request; the last that it gives is the answer. */
export type Worker = (request: FleetRequest) => Observable<News | ({ readonly type: 'answer' } & Answer)>

export interface BoardOptions {
  readonly line: Connection
  readonly topics: Topics
  readonly clock: Clock
  readonly me: string
  /** Members of one group share the requests. */
  readonly group: string
  readonly beatMs: number
  readonly limits: RequestLimits
  readonly worker: Worker
  /** Health now, but for what the board knows itself. */
  readonly health: () => Omit<Health, 'online' | 'board' | 'running' | 'tokensPerSecond'>
  /** Seconds that the broker keeps a record: of a request under way, of a finished one. */
  readonly openSeconds: number
  readonly doneSeconds: number
  /** Every better record, ours too. */
  readonly heard: (job: Job) => void
}

/** The next in rank waits this long for the one before, as a share of a beat. */
const STAGGER = 0.5

export class Board {
  readonly view: View
  readonly #running = new Map<string, { readonly epoch: number; readonly work: Subscription }>()
  readonly #ears: Subscription
  #off: () => void = () => {}
  /** Tokens per second of the last answer. */
  #speed = 0
  #closed = false

  constructor(readonly options: BoardOptions) {
    const { line, me, beatMs, clock, topics, limits } = options
    this.view = new View(me, beatMs, clock, topics, limits)
    this.#ears = line.messages.subscribe((message) => this.#hear(message))
    this.#ears.add(
      line.online.subscribe((online) => {
        if (!online) return
        this.view.grace()
        this.#tellHealth()
      }),
    )
  }

  get running(): number {
    return this.#running.size
  }

  async start(): Promise<void> {
    const { line, topics, group } = this.options
    await line.subscribe(topics.board('+'))
    await line.subscribe(topics.job('+'))
    await line.subscribe(line.shared ? `$share/${group}/${topics.request}` : topics.request, { old: false })
    this.#tick()
  }

  /** Hands its requests on and says goodbye. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#off()
    const { line, topics, me } = this.options
    const mine = [...this.#running.keys()]
    for (const { work } of this.#running.values()) work.unsubscribe()
    this.#running.clear()
    this.view.note(me, undefined)
    if (line.isOnline) {
      await line.publish(topics.board(me), JSON.stringify(gone(me)), { retain: true }).catch(() => {})
      for (const id of mine) this.#handOn(this.view.jobs.get(id)?.job)
    }
    this.#ears.unsubscribe()
  }

  /** Publishes a record that is better than what is known, and acts upon it. */
  settle(job: Job): void {
    if (this.view.adopt(job) === undefined) return
    this.#publish(job)
    this.#react(job)
  }

  #hear(message: Message): void {
    if (this.#closed) return
    if (message.topic === this.options.topics.request) this.#request(message)
    const job = this.view.hear(message)
    if (job !== undefined) this.#react(job)
  }

  /** A new request: whoever gets it finds a board for it. */
  #request(message: Message): void {
    if (message.retain) return
    const { line, beatMs, clock, me, limits, topics } = this.options
    const { id, request, error } = intake(message, limits, topics.root)
    const take = () => {
      const known = this.view.jobs.get(id)
      // Asked again: whoever asked has not heard of it.
      if (known !== undefined) this.#publish(known.job)
      else if (error !== undefined)
        this.settle({ id, epoch: 0, board: me, state: 'done', request, answer: without('refused', error) })
      else this.settle({ id, epoch: 1, board: this.#choice(request) ?? '', state: 'open', request })
    }
    // Without shared subscriptions all hear it: the first in rank takes it, the others see to it that somebody does.
    if (line.shared || this.view.rank === 0) take()
    else clock.after(this.view.rank * STAGGER * beatMs, () => this.view.jobs.has(id) || this.#closed || take())
  }

  /** What a better record means for what we do. */
  #react(job: Job): void {
    const { me, heard } = this.options
    const running = this.#running.get(job.id)
    const ours = job.state === 'open' && job.board === me
    if (running !== undefined && !(ours && running.epoch === job.epoch)) {
      this.#running.delete(job.id)
      running.work.unsubscribe()
    }
    if (ours && this.#running.get(job.id)?.epoch !== job.epoch) this.#begin(job)
    heard(job)
  }

  #begin(job: Job): void {
    const health = this.#health()
    if (this.#closed || !fits(health, job.request) || this.#running.size >= health.slots) {
      this.#handOn(job)
      return
    }
    const { worker, line, topics, me } = this.options
    let n = 0
    let answer: Answer | undefined
    const work = worker(job.request).subscribe({
      next: (news) => {
        if (news.type === 'answer') {
          const { type: _, ...rest } = news
          answer = rest
        } else {
          const part = { epoch: job.epoch, board: me, n: n++, news }
          line
            .publish(topics.parts(job.id), JSON.stringify(part), { qos: news.type === 'tokens' ? 0 : 1 })
            .catch(() => {})
        }
      },
      error: (error) => this.#finish(job, without('failed', error)),
      complete: () => this.#finish(job, answer ?? without('failed', 'the worker gave no answer')),
    })
    if (work.closed) return
    this.#running.set(job.id, { epoch: job.epoch, work })
    this.#tellHealth()
  }

  #finish(job: Job, answer: Answer): void {
    this.#running.delete(job.id)
    if (answer.tokensPerSecond > 0) this.#speed = answer.tokensPerSecond
    const plan = answer.actions ?? []
    const waits = job.request.robot !== undefined && answer.state === 'done' && plan.length > 0
    this.settle(waits ? { ...job, state: 'planned', plan } : { ...job, state: 'done', answer })
    this.#tellHealth()
  }

  /** To another board that fits, or to nobody for now. */
  #handOn(job: Job | undefined): void {
    if (job?.state !== 'open') return
    this.settle({ ...job, epoch: job.epoch + 1, board: this.#choice(job.request, this.options.me) ?? '' })
  }

  #choice(request: FleetRequest, but?: string): string | undefined {
    const { me } = this.options
    const others = this.view.alive().filter(({ board }) => board !== me)
    const boards = but === me || this.#closed ? others : [...others, this.#health()]
    return choose(boards, this.view.records(), request)
  }

  #tick(): void {
    if (this.#closed) return
    const { line, clock, beatMs } = this.options
    if (line.isOnline) {
      this.#tellHealth()
      for (const known of this.view.jobs.values()) this.#look(known)
    }
    this.#off = clock.after(beatMs, () => this.#tick())
  }

  /** Sees to what nobody sees to: orphans, and records that the broker holds in a worse form. */
  #look(known: { job: Job; stale: boolean; orphan: number | undefined }): void {
    const { job } = known
    const { me, clock, beatMs } = this.options
    const now = clock.now()
    const patience = this.view.rank * STAGGER * beatMs
    if (known.stale && (job.board === me || this.view.rank === 0 || !this.view.isAlive(job.board))) {
      known.stale = false
      this.#publish(job)
    }
    if (job.state !== 'open') return
    // Ours, but not under way: the record came while we were not able to.
    const mine = job.board === me
    if (mine && !this.#running.has(job.id)) this.#begin(job)
    if (mine || (job.board !== '' && this.view.isAlive(job.board))) {
      known.orphan = undefined
      return
    }
    known.orphan ??= now
    if (now - known.orphan < patience) return
    const board = this.#choice(job.request) ?? ''
    if (board !== job.board) this.settle({ ...job, epoch: job.epoch + 1, board })
  }

  #publish(job: Job): void {
    const { line, topics, openSeconds, doneSeconds, me } = this.options
    const { id, ...record } = job
    const expirySeconds = job.state === 'done' ? doneSeconds : openSeconds
    line.publish(topics.job(id), JSON.stringify(record), { retain: true, expirySeconds }).catch(() => {})
    const { reply } = job.request
    // Clients that know nothing of fleets are answered by whoever finished it.
    if (reply === undefined || job.state !== 'done' || job.board !== me || !mayReply(reply.topic, topics.root)) return
    const correlationData = reply.correlation === undefined ? undefined : Buffer.from(reply.correlation, 'base64')
    line
      .publish(reply.topic, JSON.stringify({ id, type: 'answer', ...job.answer }), { correlationData })
      .catch(() => {})
  }

  #health(): Health {
    const { health, me: board } = this.options
    return { ...health(), online: !this.#closed, board, running: this.#running.size, tokensPerSecond: this.#speed }
  }

  #tellHealth(): void {
    const { line, topics, me } = this.options
    const health = this.#health()
    this.view.note(me, health)
    if (line.isOnline) line.publish(topics.board(me), JSON.stringify(health), { qos: 0, retain: true }).catch(() => {})
  }
}
