/**
 * The servos of one arm as they were heard and sent last: positions, goals, torque, and the stop made of them in advance.
 * takes  a ServoBus · gives  look, send, energize, release, hold; degrees ↔ counts
 * before ./joints · after ./bus, ./options
 */
import type { Goal, Reading, Readings, ServoBus } from './bus.js'
import type { Joint } from './options.js'

/** Milliseconds after which a position is no news any more. */
const fresh = 150

export class Servos {
  torqued = false
  /** Goals are on their way, so that a joint is not where it was sent. */
  travelling = false
  #readings: Readings = new Map()
  #heardAt = -Infinity
  /** Where each servo was sent last. */
  readonly #goals = new Map<number, Goal>()
  /** The stops: without torque, where each servo was heard, where it was sent. */
  readonly #stops: { readonly limp: Uint8Array; here: Uint8Array; there: Uint8Array }

  constructor(
    readonly bus: ServoBus,
    readonly joints: readonly Joint[],
    readonly countsPerDegree: number,
    readonly limpAtStop: boolean,
  ) {
    const limp = bus.limp()
    this.#stops = { limp, here: limp, there: limp }
  }

  /**
   * A joint on its way is held where it was heard a moment ago. One that stands, or was not heard for longer, keeps its
   * last goal, which is at most one step away: a stop must not send it back to where it once was.
   */
  get stopBytes(): Uint8Array {
    const { limp, here, there } = this.#stops
    if (!this.torqued || this.limpAtStop) return limp
    return this.travelling && performance.now() - this.#heardAt < fresh ? here : there
  }

  async look(moves: boolean): Promise<Readings> {
    this.#readings = await this.bus.read(moves)
    this.#heardAt = performance.now()
    this.#stops.here = this.bus.hold(positionsOf(this.#readings))
    // Until we have sent it somewhere, it is where it should be.
    for (const [id, { position }] of this.#readings)
      if (!this.torqued || !this.#goals.has(id)) this.#goals.set(id, { position, speed: 1 })
    this.#stops.there = this.bus.hold(positionsOf(this.#goals))
    return this.#readings
  }

  async send(goals: ReadonlyMap<number, Goal>, moves: boolean): Promise<void> {
    await this.bus.goals(goals, moves)
    for (const [id, goal] of goals) this.#goals.set(id, goal)
    this.#stops.there = this.bus.hold(positionsOf(this.#goals))
  }

  /** Torque on, after each servo was told to stay where it is: no joint may jump to an old goal. */
  async energize(): Promise<void> {
    if (this.torqued) return
    await this.look(true)
    await this.send(this.#here(), true)
    await this.bus.torque(true)
    this.torqued = true
  }

  async release(): Promise<void> {
    await this.bus.torque(false)
    this.torqued = false
  }

  /** Every servo stays where it is. Those that do not answer keep their last goals, one step away at most. */
  async hold(): Promise<void> {
    if (!this.torqued) return
    await this.look(false)
    await this.send(this.#here(), false)
  }

  reading(joint: Joint): Reading {
    return this.#readings.get(joint.id)!
  }

  degrees(joint: Joint): number {
    return ((this.reading(joint).position - joint.zero) * joint.direction) / this.countsPerDegree
  }

  /** A goal for this joint, no faster than these degrees per second. */
  goal(joint: Joint, degrees: number, speed: number): Goal {
    return {
      position: Math.round(joint.zero + degrees * joint.direction * this.countsPerDegree),
      speed: Math.max(1, Math.round(speed * this.countsPerDegree)),
    }
  }

  #here(): Map<number, Goal> {
    return new Map(this.joints.map((joint) => [joint.id, this.goal(joint, this.degrees(joint), joint.speed)]))
  }
}

function positionsOf(of: ReadonlyMap<number, { readonly position: number }>): Map<number, number> {
  return new Map([...of].map(([id, { position }]) => [id, position]))
}
