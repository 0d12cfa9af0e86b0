/**
 * The emergency stop of one robot: sent past every queue, repeated until the board confirms, held until a reset.
 * takes  a Link · gives  stop(), reset(), latched, confirmed, and two Observable<void>: pressed, changes
 * before ./rover · after ./link
 */
import { filter, Subject, take, takeUntil, timer } from 'rxjs'
import { LutraError } from '../../hal/error.js'
import { type Heard, type Link, stopId } from './link.js'
import type { Stopped } from './report.js'

/** Sent this often even when the first was confirmed, as motor drivers' manuals ask for. */
const least = 3
/** Milliseconds between stop frames, and until we no longer expect an answer. */
const pause = 15
const patience = 1500

export class Latch {
  /** Nothing may move. True at once when stop() is called, before anything is awaited. */
  latched = false
  /** The board has said so too. */
  confirmed = false
  readonly changes = new Subject<void>()
  /** Each stop, ours or the board's, at once. */
  readonly pressed = new Subject<void>()
  /** The number of the stop that the board holds, and of the last one that was cleared. */
  #held = 0
  #cleared: number | undefined
  #stops = 0
  #going: Promise<Stopped> | undefined

  constructor(readonly link: Link) {
    // Also a button on the robot, or another program, may have stopped it.
    link.messages.subscribe((heard) => {
      const { message } = heard
      // A board that has restarted may count its stops from the beginning.
      if (message.type === 'nack' && message.reason === 'greet-first') this.#cleared = undefined
      const held = this.#proof(heard)
      if (held === undefined) return
      this.#held = held
      if (this.latched && this.confirmed) return
      const news = !this.latched
      this.latched = true
      this.confirmed = true
      if (news) this.pressed.next()
      this.changes.next()
    })
  }

  stop(): Promise<Stopped> {
    this.latched = true
    this.#stops++
    this.link.sendStop()
    this.pressed.next()
    if (!this.#going) {
      this.confirmed = false
      this.#going = this.#insist().finally(() => {
        this.#going = undefined
        this.changes.next()
      })
    }
    this.changes.next()
    return this.#going
  }

  /** Settles when no stop is under way any more. */
  async settled(): Promise<void> {
    await this.#going
  }

  async reset(): Promise<void> {
    if (!this.latched) return
    const before = this.#stops
    const { confirmed } = this.#going || !this.confirmed ? await (this.#going ?? this.#insist()) : { confirmed: true }
    if (!confirmed)
      throw this.link.ended ?? new LutraError('io', 'Expected the board to confirm its stop before a reset; check it')
    const latch = this.#held
    await this.link.request({ type: 'reset', latch })
    this.#cleared = latch
    // The board's own: told behind its answer, and read already.
    const theirs = this.#held !== latch
    if (theirs || before !== this.#stops) {
      // Ours may have overtaken the reset on its way: say it again, so that the board ends up stopped.
      if (!theirs) void this.stop()
      throw new LutraError('unsafe', 'Expected no stop during a reset but there was one; the robot stays stopped')
    }
    this.latched = false
    this.confirmed = false
    this.changes.next()
  }

  #insist(): Promise<Stopped> {
    const began = performance.now()
    let sent = 1
    return new Promise((resolve) => {
      const finish = () => resolve({ confirmed: this.confirmed, ms: Math.round(performance.now() - began) })
      if (this.link.ended) return finish()
      const done = this.link.messages.pipe(
        filter((heard) => this.#proof(heard) !== undefined),
        take(1),
      )
      const enough = new Subject<void>()
      const check = () => {
        if (!this.confirmed || sent < least) return
        enough.next()
        finish()
      }
      done.pipe(takeUntil(enough)).subscribe(check)
      timer(pause, pause)
        .pipe(takeUntil(enough), takeUntil(timer(patience)), takeUntil(this.link.end))
        .subscribe({
          next: () => {
            sent++
            this.link.sendStop()
            check()
          },
          complete: finish,
        })
    })
  }

  /** The number of the stop that this message proves, unless it is the one that was cleared. */
  #proof({ message }: Heard): number | undefined {
    const says = (message.type === 'telemetry' && message.latched) || (message.type === 'ack' && message.of === stopId)
    if (!says || !('latch' in message) || message.latch === this.#cleared) return undefined
    return message.latch
  }
}
