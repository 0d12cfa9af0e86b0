/**
 * The simulated rover's wheels: follows a list of legs with limited speed and ramps, and stops before it hits anything.
 * takes  legs, then step(seconds) again and again · gives  pose (metres, radians), speed, spin, percent, outcome
 * before ./firmware · after ./room
 */
import { type Event, obstacle, sees } from './room.js'

export type Leg =
  | { readonly kind: 'drive'; readonly metres: number }
  | { readonly kind: 'turn'; readonly radians: number }
  | { readonly kind: 'until'; readonly sign: 1 | -1; readonly event: Event }
  | { readonly kind: 'hold'; readonly seconds: number }

/** m/s, m/s², and the harder ramp of a stop; radians likewise. */
const limits = { speed: 0.5, ramp: 0.8, brake: 3, spin: 2, spinRamp: 6, spinBrake: 20 }
/** Simulated seconds per inner step. */
const grain = 0.005
/** A simulated clap of the hands comes this long after the rover begins to listen. */
const soundAfter = 2

/** What really moves, at a moment. */
export interface Tick {
  /** performance.now() */
  readonly ms: number
  readonly x: number
  readonly y: number
  readonly heading: number
  readonly speed: number
  readonly spin: number
  readonly latched: boolean
  /** The running command, 0 for none. */
  readonly command: number
}

export class Body {
  speed = 0
  spin = 0
  /** Total path in metres, for the battery. */
  odometer = 0
  #legs: Leg[] = []
  #left = 0
  #spent = 0
  #total = 0
  #met = false

  constructor(
    public x: number,
    public y: number,
    public heading: number,
  ) {}

  get resting(): boolean {
    return this.speed === 0 && this.spin === 0
  }

  get percent(): number {
    if (this.#legs.length === 0) return 100
    const ahead = this.#legs.slice(1).reduce((sum, leg) => sum + size(leg), 0)
    return Math.max(0, Math.min(99, 100 * (1 - (Math.abs(this.#left) + ahead) / (this.#total || 1))))
  }

  /** What the board's sensors make of it, in the units of telemetry. */
  get told() {
    const { x, y } = this
    const degrees = (radians: number) => (radians * 180) / Math.PI
    const heading = ((((degrees(this.heading) + 180) % 360) + 360) % 360) - 180
    const battery = Math.max(9.5, 12.4 - this.odometer * 0.002)
    return { pose: { x, y, heading }, speed: this.speed, spin: degrees(this.spin), battery }
  }

  begin(legs: readonly Leg[]): void {
    this.#legs = [...legs]
    this.#total = legs.reduce((sum, leg) => sum + size(leg), 0)
    this.#enter()
  }

  /** Forgets what was to do; the wheels come to rest on the stop ramp. */
  drop(): void {
    this.#legs = []
  }

  /** Moves on by `seconds`; tells when the legs are done, or that something is in the way. */
  step(seconds: number): 'done' | 'blocked' | undefined {
    for (let rest = seconds; rest > 1e-9; rest -= grain) {
      const had = this.#legs.length
      const blocked = this.#grain(Math.min(grain, rest))
      if (blocked) return 'blocked'
      if (had && this.#legs.length === 0) return 'done'
    }
  }

  #grain(dt: number): boolean {
    const leg = this.#legs[0]
    this.#spent += dt
    const goals = leg && !this.#met ? this.#goals(leg) : { speed: 0, spin: 0 }
    const ramp = leg ? limits.ramp : limits.brake
    const spinRamp = leg ? limits.spinRamp : limits.spinBrake
    this.speed = towards(this.speed, goals.speed, Math.max(ramp, goals.speed === 0 ? limits.brake : 0) * dt)
    this.spin = towards(this.spin, goals.spin, spinRamp * dt)
    this.heading += this.spin * dt
    const x = this.x + this.speed * dt * Math.cos(this.heading)
    const y = this.y + this.speed * dt * Math.sin(this.heading)
    if (this.speed !== 0 && obstacle(x, y)) {
      this.speed = 0
      this.spin = 0
      // Something in the way is what `until wall` asked for, and the end of anything else.
      if (leg?.kind === 'until' && this.#meets(leg)) this.#met = true
      else {
        this.drop()
        return leg !== undefined
      }
    } else {
      this.x = x
      this.y = y
      this.odometer += Math.abs(this.speed * dt)
    }
    if (leg) this.#advance(leg, dt)
    return false
  }

  /** The speeds to aim at: full, or what still lets the ramp end at the goal. */
  #goals(leg: Leg): { speed: number; spin: number } {
    if (leg.kind === 'until') return { speed: leg.sign * limits.speed, spin: 0 }
    if (leg.kind === 'hold') return { speed: 0, spin: 0 }
    const far = Math.abs(this.#left)
    const sign = Math.sign(this.#left)
    if (leg.kind === 'drive')
      return { speed: sign * Math.max(0.01, Math.min(limits.speed, Math.sqrt(2 * 0.9 * limits.ramp * far))), spin: 0 }
    return { speed: 0, spin: sign * Math.max(0.02, Math.min(limits.spin, Math.sqrt(2 * 0.9 * limits.spinRamp * far))) }
  }

  #advance(leg: Leg, dt: number): void {
    if (leg.kind === 'until') {
      this.#met ||= this.#meets(leg)
      if (this.#met && this.resting) this.#next()
      return
    }
    const before = this.#left
    this.#left -= leg.kind === 'drive' ? this.speed * dt : leg.kind === 'turn' ? this.spin * dt : dt
    if (before !== 0 && Math.sign(this.#left) === Math.sign(before)) return
    if (leg.kind === 'drive') this.speed = 0
    if (leg.kind === 'turn') this.spin = 0
    this.#next()
  }

  #meets({ event, sign }: { event: Event; sign: 1 | -1 }): boolean {
    if (event === 'sound') return this.#spent >= soundAfter
    return sees(event, this.x, this.y, sign > 0 ? this.heading : this.heading + Math.PI)
  }

  #next(): void {
    this.#legs.shift()
    this.#enter()
  }

  #enter(): void {
    const [leg] = this.#legs
    this.#spent = 0
    this.#met = false
    this.#left = !leg ? 0 : leg.kind === 'drive' ? leg.metres : leg.kind === 'turn' ? leg.radians : size(leg)
  }
}

/** The share of a leg in the progress, in about seconds. */
function size(leg: Leg): number {
  if (leg.kind === 'drive') return Math.abs(leg.metres)
  if (leg.kind === 'turn') return Math.abs(leg.radians)
  return leg.kind === 'hold' ? leg.seconds : 1
}

function towards(now: number, goal: number, most: number): number {
  return Math.abs(goal - now) <= most ? goal : now + Math.sign(goal - now) * most
}
