/**
 * What the drivers of boards without a protocol of our own share: the stop past every queue, one action at a time, one
 * write at a time, the line's end, telemetry.
 * takes  a Transport, skills · gives  a Driver, once a board's own room adds greet, act, hear and the bytes of its stop
 * before ./wheeled, ./joints, ./grbl · after ../driver
 */
import { type Observable, Subject } from 'rxjs'
import { LutraError } from '../../../hal/error.js'
import type { Action, Skills } from '../../action/index.js'
import { closed } from '../closed.js'
import type { Call, Driver, Settings, Telemetry } from '../driver.js'
import { unvouched } from '../motion/index.js'
import { pause } from '../pause.js'
import type { Transport } from '../transport.js'

/** Looks at a board that was told to stop, this often and this many times before the next stop has to ask anew. */
const proofs = { every: 20, most: 60 }

export abstract class Board<S extends Skills = Skills> implements Driver<S> {
  retries = 0
  ended: LutraError | undefined
  abstract readonly watchdog: 'board' | 'host'
  abstract get noise(): number
  readonly telemetry: Observable<Telemetry>
  readonly end: Observable<LutraError>
  readonly stopped: Observable<number>
  protected settings: Settings = { stopAfter: 500, patience: 4000 }
  /** Whether the newest stop was handed to the system. */
  protected handed: Promise<boolean> = Promise.resolve(false)
  readonly #telemetry = new Subject<Telemetry>()
  readonly #end = new Subject<LutraError>()
  readonly #stopped = new Subject<number>()
  /** Aborted by a stop or the line's end: whatever moves has to rest. Renewed by a release. */
  #rest = new AbortController()
  #held = false
  /** Counts the stops of this line, ours and the board's own. */
  #stop = 0
  #closed = false
  #busy = false
  /** Whether somebody vouches for the action under way. */
  #alive = () => true
  #proving = false
  #pulse: NodeJS.Timeout | undefined
  /** The write under way; the next waits for it. */
  #writing: Promise<void> | undefined
  #turn: Promise<void> = Promise.resolve()

  constructor(
    readonly transport: Transport,
    readonly skills: S,
  ) {
    this.telemetry = this.#telemetry.asObservable()
    this.end = this.#end.asObservable()
    this.stopped = this.#stopped.asObservable()
    transport.bytes.subscribe((bytes) => this.hear(bytes))
    void transport.closed.then((reason) => this.#finish(reason))
  }

  get name(): string {
    return this.transport.name
  }

  get simulated(): boolean {
    return this.transport.simulated
  }

  /** A stop holds: only zero and questions may be sent. */
  protected get held(): boolean {
    return this.#held
  }

  abstract greet(settings: Settings): Promise<void>
  /** One action of the board's own skills; `wait` is done here. Its signal is aborted by a stop too. */
  protected abstract act(action: Action, call: Call): Promise<void>
  /** Bytes of any quality. Never throws. */
  protected abstract hear(bytes: Uint8Array): void
  /** Made before they are needed. */
  protected abstract readonly stopBytes: Uint8Array
  /** Whether the board itself says that it is at rest. A line without a way back answers what was handed over instead. */
  protected abstract atRest(): Promise<boolean>

  async perform(action: Action, call: Call): Promise<void> {
    if (this.ended) throw this.ended
    if (this.#held) throw stopped()
    if (this.#busy) throw new LutraError('unsafe', 'Expected one action at a time but one is under way; await it first')
    call.signal.throwIfAborted()
    const signal = AbortSignal.any([call.signal, this.#rest.signal])
    this.#busy = true
    this.#alive = () => call.alive()
    try {
      if (action.skill === 'wait') await this.#wait(Number(action.seconds), signal, call)
      else await this.act(action, { signal, alive: () => call.alive(), progress: (percent) => call.progress(percent) })
    } finally {
      this.#busy = false
      this.#alive = () => true
    }
  }

  sendStop(): void {
    this.#hold()
    const put = () => {
      const given = this.transport.write(this.stopBytes, { urgent: true })
      this.handed = given.then(
        () => true,
        () => false,
      )
    }
    put()
    // An older word may still be on its way through the system's threads, and land behind the stop: say it after it too.
    void this.#writing?.then(put, put)
    void this.#prove()
  }

  lastBreath(): void {
    try {
      this.transport.writeNow(this.stopBytes)
    } catch {}
  }

  async release(stop: number): Promise<void> {
    if (this.ended) throw this.ended
    if (stop !== this.#stop)
      throw new LutraError('unsafe', 'Expected the newest stop to be released but there was another')
    this.#held = false
    if (this.#rest.signal.aborted) this.#rest = new AbortController()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#pulse)
    await this.transport.close()
  }

  protected tell(telemetry: Telemetry): void {
    this.#telemetry.next(telemetry)
  }

  /** The board has said that it has stopped, by itself or because we asked: that holds until it is released, too. */
  protected tellStopped(): void {
    this.#hold()
    this.#stopped.next(this.#stop)
  }

  /** Asks for news once a second while no action runs. */
  protected keepAsking(ask: () => Promise<unknown>): void {
    clearInterval(this.#pulse)
    let asking = false
    this.#pulse = setInterval(() => {
      if (asking || this.#busy || this.#closed) return
      asking = true
      ask()
        .catch(() => {})
        .finally(() => {
          asking = false
        })
    }, 1000)
    this.#pulse.unref()
  }

  /**
   * Writes when the write before is done, so that no word of ours waits in a queue where a stop would overtake it and
   * then be undone by it. A word that moves, or keeps a motion alive, is refused while a stop holds or nobody vouches.
   */
  protected send(bytes: Uint8Array, moves = false): Promise<void> {
    const turn = this.#turn.then(async () => {
      if (this.ended) throw this.ended
      if (this.#closed) throw closed(this.name)
      if (moves && this.#held) throw stopped()
      if (moves && !this.#alive()) throw unvouched()
      this.#writing = this.transport.write(bytes)
      try {
        await this.#writing
      } finally {
        this.#writing = undefined
      }
    })
    this.#turn = turn.catch(() => {})
    return turn
  }

  async #wait(seconds: number, signal: AbortSignal, call: Call): Promise<void> {
    const began = performance.now()
    // Told often enough that nobody takes it for hung.
    const step = Math.min(200, this.settings.stopAfter / 4)
    for (let past = 0; past < seconds * 1000; past = performance.now() - began) {
      await pause(Math.min(step, seconds * 1000 - past), signal)
      call.progress(Math.min(100, Math.floor((performance.now() - began) / seconds / 10)))
    }
  }

  /** Looks until the board stands, or a release or the line's end makes it needless. */
  async #prove(): Promise<void> {
    if (this.#proving) return
    this.#proving = true
    for (let i = 0; i < proofs.most && this.#held && !this.ended && !this.#closed; i++) {
      const rests = await this.atRest().catch(() => false)
      if (rests && this.#held) this.#stopped.next(this.#stop)
      if (rests) break
      await pause(proofs.every)
    }
    this.#proving = false
  }

  #hold(): void {
    if (!this.#held) this.#stop++
    this.#held = true
    this.#rest.abort(stopped())
  }

  #finish(reason: LutraError | undefined): void {
    clearInterval(this.#pulse)
    this.ended = reason ?? closed(this.name)
    this.#rest.abort(this.ended)
    this.#end.next(this.ended)
    for (const subject of [this.#telemetry, this.#end, this.#stopped]) subject.complete()
  }
}

export function stopped(): LutraError {
  return new LutraError('cancelled', 'Expected to go on but a stop holds; release it when it is safe')
}
