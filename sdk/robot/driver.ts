/**
 * What one kind of board must know of itself: how to greet it, do one action, stop it. Everything that all robots share
 * (turns, latch, watchdog, safe exit, reports) is the runtime's, so that a driver is a small room.
 * takes  an open Transport · gives  a Driver
 * before ./robot · after ./transport, ./drivers
 */
import type { Observable } from 'rxjs'
import type { LutraError } from '../../hal/error.js'
import type { Action, Skills } from '../action/index.js'
import type { Transport } from './transport.js'

/** What a board tells about itself, as far as it can: SI units, degrees, volts. Further sensors stand under their names. */
export interface Telemetry {
  /** Metres, metres, degrees counter-clockwise. */
  readonly pose?: { readonly x: number; readonly y: number; readonly heading: number }
  /** Metres per second and degrees per second. */
  readonly speed?: number
  readonly spin?: number
  /** Volts. */
  readonly battery?: number
  /** Degrees by joint. */
  readonly joints?: Readonly<Record<string, number>>
  readonly [sensor: string]: unknown
}

export interface Settings {
  /** Milliseconds without a fresh word from us after which it must stand still. */
  readonly stopAfter: number
  /** Milliseconds to wait for the board's first word. */
  readonly patience: number
}

export interface Call {
  /** Aborted when the action must end early; its reason is what `perform` rejects with. */
  readonly signal: AbortSignal
  /**
   * False once nobody vouches for this process any more (a stalled model, say). A driver MUST ask before each word that
   * keeps a motion alive, and fall silent or end the motion where it is false. Asking is a sign of life: a driver that
   * neither asks nor tells telemetry nor progress for `stopAfter` ms is taken for hung, and the runtime stops the robot.
   */
  alive(): boolean
  /** Per cent of this action, whenever it is known; reported where it grows. */
  progress(percent: number): void
}

export interface Driver<S extends Skills = Skills> {
  /** What a person would call it: the line's name, or the board's own. */
  readonly name: string
  readonly simulated: boolean
  readonly skills: S
  /** `board`: it stops by itself `stopAfter` ms after our last word. `host`: it cannot, and only this process watches over it. */
  readonly watchdog: 'board' | 'host'
  /** Hot; completes when the line ends. */
  readonly telemetry: Observable<Telemetry>
  /** Why the line has ended, once it has; `end` tells it once. */
  readonly ended: LutraError | undefined
  readonly end: Observable<LutraError>
  /** Words that had to be sent again, and broken ones heard. */
  readonly retries: number
  readonly noise: number
  /** Greets the board and sets its own timeout and limits. Moves nothing. LutraError io, mismatch, closed. */
  greet(settings: Settings): Promise<void>
  /**
   * Does one action, valid by `skills`; never `stop`, a repetition or `refuse`. Resolves when the board has done it.
   * Rejects with LutraError unsafe (it refused), limit (blocked), io (it fell silent: the runtime then makes an emergency
   * stop), or the signal's reason once it has been asked to rest, within 2 s. The driver ends every motion that it began.
   */
  perform(action: Action, call: Call): Promise<void>
  /** One stop past every queue, at once, from bytes that were made before. Never throws. The runtime repeats it. */
  sendStop(): void
  /** The same, written before it returns: the last breath of a process. Never throws. */
  lastBreath(): void
  /**
   * Each word that proves the board stopped, also by a button of its own, with that stop's number: one that no other stop
   * of this run has, so that late echoes are known, or 0 where it counts none. Then echoes must come within 200 ms of `sendStop`.
   * A line without a way back says so in its docs, and emits when the bytes were handed to the system.
   */
  readonly stopped: Observable<number>
  /** Allows motion again after the stop of that number; resolves when the board agrees. */
  release(stop: number): Promise<void>
  /** Ends the line. The runtime has brought it to rest before. May be called twice. */
  close(): Promise<void>
}

/** Makes a driver for a line. Does no I/O. */
export interface DriverFactory<S extends Skills = Skills> {
  (transport: Transport): Driver<S>
  /** What its boards are usually set to, in baud; `robot({ baudRate })` overrides it. Default 115200. */
  readonly baudRate?: number
}
