/**
 * What a bus of servos must offer to ./joints, whatever its packets look like.
 * before ./joints · after ../feetech, ../dynamixel
 */
import type { Settings } from '../../driver.js'
import type { ExchangeOptions } from '../exchange.js'

/** One servo's own words. Never invented: a servo that does not answer is an error. */
export interface Reading {
  /** Counts. */
  readonly position: number
  readonly moving: boolean
  /** Per cent, signed. */
  readonly load: number
  readonly volts: number
  readonly celsius: number
  /** What the servo itself reports as wrong. */
  readonly fault?: string
}

export type Readings = ReadonlyMap<number, Reading>

export interface Goal {
  readonly position: number
  /** Counts per second at most on the way. */
  readonly speed: number
}

export interface ServoBus {
  readonly noise: number
  /** Bytes of any quality. Never throws. */
  hear(bytes: Uint8Array): void
  /** Finds every servo and makes it ready without moving it. LutraError io, mismatch. */
  greet(settings: Settings): Promise<void>
  /** All of them. `moves`: asked within a motion, where a question may keep a servo's own watchdog from biting. */
  read(moves: boolean): Promise<Readings>
  /** At least one is under torque. */
  torqued(): Promise<boolean>
  torque(on: boolean): Promise<void>
  /** Sent together; nobody answers. `moves` false: goals that only hold. */
  goals(goals: ReadonlyMap<number, Goal>, moves: boolean): Promise<void>
  /** Sets the servos' own watchdog for a motion, and ends it. */
  arm?(): Promise<void>
  disarm?(): Promise<void>
  /** A person allows motion again: servos that shut themselves down are started anew. */
  recover?(): Promise<void>
  /** Bytes that stop every servo: at these positions, or without torque. */
  hold(positions: ReadonlyMap<number, number>): Uint8Array
  limp(): Uint8Array
}

export interface BusKind {
  readonly countsPerDegree: number
  /** The count in the middle of a servo's range. */
  readonly middle: number
  readonly lastId: number
  readonly watchdog: 'board' | 'host'
  make(ids: readonly number[], port: ExchangeOptions): ServoBus
}
