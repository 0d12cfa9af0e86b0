/**
 * Does what planned requests ask of one robot: under the lease, one after the other, each at most once.
 * takes  an Actor, a guard, a Lease, records · gives  reports and last records
 * before ./lease, ../request · after ./member
 */
import { LutraError } from '../../../hal/error.js'
import { createGuard, type Guard, type GuardOptions, skillSet, type Verdict } from '../../action/index.js'
import type { Actor } from '../model.js'
import { type Answer, type News, without } from '../request/answer.js'
import { perform } from '../request/work.js'
import type { Board } from './board.js'
import type { Job } from './job.js'
import { Lease, type LeaseOptions } from './lease.js'

export interface KeeperOptions extends Omit<LeaseOptions, 'gained' | 'lost'> {
  readonly actor: Pick<Actor, 'skills' | 'perform' | 'stop'>
  readonly guard?: GuardOptions
  readonly board: () => Board
}

export class Keeper {
  readonly lease: Lease
  readonly #guard: Guard
  /** Begun under another's lease, seen first at this time: whoever began it may still tell how it ended. */
  readonly #foreign = new Map<string, number>()
  #busy: { readonly id: string; readonly controller: AbortController } | undefined
  #closed = false

  constructor(readonly options: KeeperOptions) {
    this.#guard = createGuard(skillSet(options.actor.skills), options.guard)
    this.lease = new Lease({
      ...options,
      gained: () => this.#next(),
      lost: () => {
        // Somebody else may hold it soon: ours must stand still before.
        if (this.#busy) options.actor.stop('the lease was lost').catch(() => {})
        this.#leave('Expected to hold the robot to the end but the lease was lost')
      },
    })
  }

  async start(): Promise<void> {
    await this.lease.start()
    this.#watch()
  }

  heard(job: Job): void {
    if (job.request.robot !== this.options.robot) return
    if (job.state === 'planned') this.#next()
    if (job.state !== 'done') return
    this.#foreign.delete(job.id)
    // Whoever asked has gone: what is under way is brought to rest.
    if (this.#busy?.id === job.id) this.#leave('Expected to end it but it was cancelled')
  }

  close(): void {
    this.#closed = true
    this.lease.close()
  }

  #leave(why: string): void {
    this.#busy?.controller.abort(new LutraError('cancelled', why))
  }

  /** Looks again now and then: for what was begun by a board that is gone. */
  #watch(): void {
    const { clock, leaseMs } = this.options
    if (this.#closed) return
    this.#next()
    clock.after(leaseMs, () => this.#watch())
  }

  #next(): void {
    if (this.#closed || this.#busy !== undefined || !this.lease.held) return
    const { robot, board, clock, leaseMs } = this.options
    for (const job of board().view.records()) {
      if (job.state !== 'planned' || job.request.robot !== robot) continue
      if (!this.lease.hasBegun(job.id)) {
        void this.#do(job)
        return
      }
      const since = this.#foreign.get(job.id) ?? clock.now()
      this.#foreign.set(job.id, since)
      if (clock.now() - since >= leaseMs) this.#end(job, interrupted())
    }
  }

  async #do(job: Job): Promise<void> {
    const controller = new AbortController()
    this.#busy = { id: job.id, controller }
    try {
      if (!(await this.lease.begin(job.id)) || !this.lease.held) return
      const answer = await this.#perform(job, controller.signal).catch((error) => without('failed', error))
      this.#busy = undefined
      this.#end(job, answer)
    } finally {
      this.#busy = undefined
      this.#next()
    }
  }

  async #perform(job: Job, signal: AbortSignal): Promise<Answer> {
    const { actor, line, topics, me } = this.options
    let n = 0
    const tell = (news: News) => {
      const part = { epoch: job.epoch, board: me, fence: this.lease.epoch, n: n++, news }
      line.publish(topics.parts(job.id), JSON.stringify(part)).catch(() => {})
    }
    // Another board has checked it; whoever moves the robot checks for itself.
    const plan = this.#guard.plan()
    const verdicts: Verdict[] = []
    for (const action of job.plan ?? [])
      for await (const verdict of plan.judge(action, signal)) {
        verdicts.push(verdict)
        if (verdict.verdict === 'refused') tell({ type: 'verdict', ...verdict })
      }
    return { ...without('done', ''), error: undefined, ...(await perform(actor, verdicts, { tell, signal })) }
  }

  #end(job: Job, answer: Answer): void {
    this.#foreign.delete(job.id)
    const { board, me } = this.options
    board().settle({ ...job, board: me, epoch: job.epoch + 1, state: 'done', answer })
  }
}

function interrupted(): Answer {
  const error = new LutraError(
    'io',
    'Expected the robot to end it but whoever began it is gone; look where the robot stands',
  )
  return without('failed', error)
}
