/**
 * The emergency stop of one robot: sent past every queue, repeated until the board confirms, held until a reset.
 * takes  a Driver · gives  stop(), reset(), latched, confirmed, and two Observables: pressed (with the reason), changes
 * before ./runtime · after ./driver
 */
import { filter, firstValueFrom, merge, Subject, take, takeUntil, timer } from 'rxjs'
import { LutraError } from '../../hal/error.js'
import type { Driver } from './driver.js'
import type { Stopped } from './report.js'

/** Sent this often even when the first was confirmed, as motor drivers' manuals ask for. */
const least = 3
/** Milliseconds between stop frames, and until we no longer expect an answer. */
const pause = 15
const patience = 1500
/** Milliseconds that echoes of stops already confirmed may still take, where the board does not number them. */
const echo = 200

export class Latch {
  /** Nothing may move. True at once when stop() is called, before anything is awaited. */
  latched = false
  /** The board has said so too. */
  confirmed = false
  readonly changes = new Subject<void>()
  /** Each stop, ours or the board's, at once, with the error that plans end with. */
  readonly pressed = new Subject<LutraError>()
  /** The board's word that it stands, unless it speaks of a stop that was released already. */
  readonly #proofs = new Subject<void>()
  /** The number of the stop that the board holds, and of the last one that was released. */
  #held = 0
  #released: number | undefined
  #releasing = false
  #stops = 0
  /** Stops sent whose echo has not come. */
  #owed = 0
  #going: Promise<Stopped> | undefined

  constructor(readonly driver: Driver) {
    // Also a button on the robot, or another program, may have stopped it.
    driver.stopped.subscribe({ next: (stop) => this.#prove(stop), error: () => {} })
  }

  stop(reason?: unknown): Promise<Stopped> {
    this.latched = true
    this.#stops++
    this.#send()
    this.pressed.next(stopped(reason))
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

  /** For inputs that say it again and again: a stop, unless the robot is held already and nobody is about to release it. */
  press(reason: unknown): void {
    if (!this.latched || this.#releasing) void this.stop(reason)
  }

  /** Nothing may move before a reset, though no stop can be sent now. */
  hold(): void {
    this.latched = true
    this.confirmed = false
    this.#stops++
    this.changes.next()
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
      throw this.driver.ended ?? new LutraError('io', 'Expected the board to confirm its stop before a reset; check it')
    // Pressed since: nothing of ours may lift that.
    if (before !== this.#stops) throw pressedMeanwhile()
    const held = this.#held
    // One of them behind the release would look like a new stop.
    if (held === 0 && this.#owed > 0)
      await firstValueFrom(merge(timer(echo), this.#proofs.pipe(filter(() => this.#owed === 0))))
    this.#owed = 0
    this.#releasing = true
    await this.driver.release(held).finally(() => {
      this.#releasing = false
    })
    this.#released = held
    // The board's own: told behind its answer, and read already.
    const theirs = this.#held !== held
    if (theirs || before !== this.#stops) {
      // Ours may have overtaken the reset on its way: say it again, so that the board ends up stopped.
      if (!theirs) void this.stop()
      throw pressedMeanwhile()
    }
    this.latched = false
    this.confirmed = false
    this.changes.next()
  }

  #send(): void {
    this.#owed++
    try {
      this.driver.sendStop()
    } catch {
      // A driver's bug must not keep the plans from ending; the next frame tries anew, and none is no confirmation.
    }
  }

  #prove(stop: number): void {
    this.#owed = Math.max(0, this.#owed - 1)
    // Late echoes of a stop that was released say nothing new. A board that counts none echoes while it is released.
    if (stop === 0 ? this.#releasing : stop === this.#released) return
    this.#held = stop
    const news = !this.latched
    const change = news || !this.confirmed
    this.latched = true
    this.confirmed = true
    this.#proofs.next()
    if (news) this.pressed.next(stopped('on the board'))
    if (change) this.changes.next()
  }

  #insist(): Promise<Stopped> {
    const began = performance.now()
    let sent = 1
    return new Promise((resolve) => {
      const finish = () => resolve({ confirmed: this.confirmed, ms: Math.round(performance.now() - began) })
      if (this.driver.ended) return finish()
      const enough = new Subject<void>()
      const check = () => {
        if (!this.confirmed || sent < least) return
        enough.next()
        finish()
      }
      this.#proofs.pipe(take(1), takeUntil(enough)).subscribe(check)
      timer(pause, pause)
        .pipe(takeUntil(enough), takeUntil(timer(patience)), takeUntil(this.driver.end))
        .subscribe({
          next: () => {
            sent++
            this.#send()
            check()
          },
          complete: finish,
        })
    })
  }
}

function pressedMeanwhile(): LutraError {
  return new LutraError('unsafe', 'Expected no stop during a reset but there was one; the robot stays stopped')
}

/** Why a plan ended: somebody, or something, has stopped the robot. */
function stopped(reason: unknown): LutraError {
  // It may come from outside, a message say.
  const why = (reason instanceof Error ? reason.message : typeof reason === 'string' ? reason : '').slice(0, 300)
  const because = why ? ` (${why})` : ''
  const message = `Expected to go on but the emergency stop was pressed${because}; reset() when it is safe`
  return new LutraError('cancelled', message, reason === undefined ? undefined : { cause: reason })
}
