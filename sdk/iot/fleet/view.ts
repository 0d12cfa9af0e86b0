/**
 * What one member knows of the fleet: boards and their health, requests and their records; and who acts for those that are silent.
 * takes  messages on boards/+ and jobs/+ · gives  alive(), rank(), jobs
 * after ./board
 */
import type { Message } from '../broker/connection.js'
import type { Clock } from '../clock.js'
import type { RequestLimits } from '../request/request.js'
import { type Health, readHealth } from './health.js'
import { better, type Job, readJob } from './job.js'
import { type Topics, under } from './topics.js'

/** Beats of silence after which a board counts as gone, besides its last will. */
const SILENCE = 3.5
/** Finished requests that are remembered beyond what the broker retains; twice as many of all, whoever floods us. */
const REMEMBERED = 4096

interface Seen {
  readonly health: Health
  readonly at: number
}

export interface Known {
  job: Job
  /** The broker may hold a worse record than this one. */
  stale: boolean
  /** Since when nobody works on it, as far as one can see. */
  orphan: number | undefined
}

export class View {
  readonly jobs = new Map<string, Known>()
  readonly #boards = new Map<string, Seen>()

  constructor(
    readonly me: string,
    readonly beatMs: number,
    readonly clock: Clock,
    readonly topics: Topics,
    readonly limits: RequestLimits,
  ) {}

  /** Takes a message; gives the record where it is news. */
  hear({ topic, payload }: Message): Job | undefined {
    const board = under(`${this.topics.root}/boards`, topic)
    if (board !== undefined) this.note(board, readHealth(board, payload))
    const id = under(`${this.topics.root}/jobs`, topic)
    const job = id === undefined ? undefined : readJob(id, payload, this.limits)
    return job && this.adopt(job)
  }

  note(name: string, health: Health | undefined): void {
    if (health?.online) this.#boards.set(name, { health, at: this.clock.now() })
    else this.#boards.delete(name)
  }

  /** Keeps the better record; gives it where it was not known. */
  adopt(job: Job): Job | undefined {
    const known = this.jobs.get(job.id)
    if (known === undefined || better(job, known.job)) {
      this.jobs.set(job.id, { job, stale: false, orphan: undefined })
      this.#forget()
      return job
    }
    known.stale = better(known.job, job)
    return undefined
  }

  alive(): Health[] {
    const now = this.clock.now()
    return [...this.#boards.values()].flatMap(({ health, at }) => (now - at <= SILENCE * this.beatMs ? health : []))
  }

  isAlive(board: string): boolean {
    return this.alive().some((health) => health.board === board)
  }

  /** Place among those alive, by name: lower ones act first. */
  get rank(): number {
    return this.alive().filter(({ board }) => board < this.me).length
  }

  /** After a gap nobody is called silent for what we did not hear. */
  grace(): void {
    for (const [name, { health }] of this.#boards) this.#boards.set(name, { health, at: this.clock.now() })
  }

  records(): Job[] {
    return [...this.jobs.values()].map(({ job }) => job)
  }

  #forget(): void {
    for (const [id, { job }] of this.jobs) {
      if (this.jobs.size <= REMEMBERED) break
      if (job.state === 'done' || this.jobs.size > 2 * REMEMBERED) this.jobs.delete(id)
    }
  }
}
