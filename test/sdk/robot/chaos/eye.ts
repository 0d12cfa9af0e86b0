/**
 * The independent eye of a chaos run: sees the bytes at the board's end and the wheels, and knows nothing of either mind.
 * takes  what arrives, what the board says, how the wheels turn · gives  wrongs: motion that nobody had a right to
 * after sdk/robot/protocol
 */
import { decodeBoard, decodeHost, FrameParser, type WireCommand } from '../../../../sdk/robot/protocol/index.js'

export interface Limits {
  /** m/s and °/s that may never be passed. */
  readonly speed: number
  readonly spin: number
  /** Milliseconds from a word to the last turn of a wheel: a step, and the ramp where there is one. */
  readonly stopping: number
  readonly braking: number
  /** Share by which a way that was measured here may differ from what was asked. */
  readonly tolerance: number
}

/** One command that the board has accepted, and what its wheels have done since. */
export interface Accepted {
  readonly sequence: number
  readonly command: WireCommand
  /** Metres and degrees, without sign. */
  way: number
  turned: number
  /** The wheels still braked from the motion before: that way is not this command's, and may be gone back. */
  readonly rolling: boolean
}

export class Eye {
  readonly wrongs: string[] = []
  readonly accepted: Accepted[] = []
  moved = false
  stops = 0
  #now = 0
  #movedAt = -Infinity
  #timeout: number
  #asked: number
  #held = false
  #heldAt = 0
  #stopNumber: number | undefined
  /** When something last ended a motion on a ramp: a cancel, a greeting, a restart. */
  #endedAt = -Infinity
  #orders = new Map<number, WireCommand>()
  #words = new Map<number, number>()
  readonly #ears = new FrameParser()
  readonly #mouth = new FrameParser()

  constructor(readonly limits: Limits) {
    this.#timeout = 500
    this.#asked = 500
  }

  get holds(): boolean {
    return this.#held
  }

  arrives(bytes: Uint8Array, now: number): void {
    for (const frame of this.#ears.push(bytes)) {
      const message = decodeHost(frame)
      if (typeof message === 'string') continue
      const { sequence } = frame
      if (message.type === 'hello' || message.type === 'cancel') this.#endedAt = now
      if (message.type === 'timeout') this.#asked = message.ms
      if (message.type === 'heartbeat' || message.type === 'command') this.#words.set(sequence, now)
      if (message.type === 'command' && !this.#orders.has(sequence)) this.#orders.set(sequence, message.command)
      if (message.type === 'stop') {
        this.stops++
        if (!this.#held) this.#heldAt = now
        this.#held = true
      }
      if (message.type === 'reset' && message.latch === this.#stopNumber) this.#held = false
    }
  }

  says(bytes: Uint8Array): void {
    for (const frame of this.#mouth.push(bytes)) {
      const message = decodeBoard(frame)
      if (message?.type !== 'ack') continue
      if (message.of === 4) this.#stopNumber = message.latch
      if (message.of === 2) this.#timeout = this.#asked
      const command = this.#orders.get(frame.sequence)
      const known = this.accepted.some(({ sequence }) => sequence === frame.sequence)
      if (message.of >= 0x10 && known === false) {
        if (command)
          this.accepted.push({
            sequence: frame.sequence,
            command,
            way: 0,
            turned: 0,
            rolling: this.#now - this.#movedAt < 30,
          })
        else this.wrongs.push(`accepted ${frame.sequence}, which nobody sent`)
      }
    }
  }

  restarts(now: number): void {
    this.#endedAt = now
    this.#held = false
    this.#timeout = Math.max(500, this.#timeout)
  }

  /** Speeds in m/s and °/s, and what they have made since the last look. */
  sees(now: number, speed: number, spin: number, way: number, turned: number): void {
    const { limits } = this
    const past = now - this.#now
    this.#now = now
    if (Math.abs(speed) > limits.speed || Math.abs(spin) > limits.spin)
      this.#wrong(`turns too fast: ${speed.toFixed(3)} m/s, ${spin.toFixed(1)} °/s`)
    if (speed === 0 && spin === 0 && way === 0 && turned === 0) return
    this.moved = true
    this.#movedAt = now
    const last = this.accepted.at(-1)
    if (!last) {
      this.#wrong('moves before anything was accepted')
      return
    }
    last.way += way
    last.turned += turned
    const quiet = now - (this.#words.get(last.sequence) ?? -Infinity)
    const ended = now - this.#endedAt <= limits.braking + past
    if (this.#held && now - this.#heldAt > limits.stopping + past && !ended)
      this.#wrong(`moves ${(now - this.#heldAt).toFixed(0)} ms after a stop`)
    if (quiet > this.#timeout + limits.stopping + past && !ended)
      this.#wrong(`moves ${quiet.toFixed(0)} ms after the last word about ${last.sequence}, allowed ${this.#timeout}`)
    const { metres, degrees } = last.command as { metres?: number; degrees?: number }
    const beyond = (done: number, wish: number, slack: number) => done > Math.abs(wish) * (1 + limits.tolerance) + slack
    if (
      beyond(last.way, metres ?? 0, last.rolling ? 0.4 : 0.1) ||
      beyond(last.turned, degrees ?? 0, last.rolling ? 45 : 8)
    )
      this.#wrong(`went ${last.way.toFixed(2)} m, ${last.turned.toFixed(0)}° for ${JSON.stringify(last.command)}`)
  }

  /** Actions that the host was told are done must have been done, in order, each once. */
  compare(done: readonly WireCommand[], started: number): void {
    let at = 0
    for (const action of done) {
      const wish = JSON.stringify(action)
      while (at < this.accepted.length && JSON.stringify(this.accepted[at].command) !== wish) at++
      const found = this.accepted[at++]
      if (!found) this.#wrong(`${wish} was reported done but never accepted`)
      else if (this.#short(found)) this.#wrong(`${wish} was reported done after ${found.way} m, ${found.turned}°`)
    }
    if (this.accepted.length > started) this.#wrong(`${this.accepted.length} actions accepted of ${started} started`)
  }

  #short({ command, way, turned }: Accepted): boolean {
    const { tolerance } = this.limits
    const lacks = (made: number, wish: number, slack: number) => made < Math.abs(wish) * (1 - tolerance) - slack
    if (command.skill === 'drive') return lacks(way, command.metres, 0.03)
    return command.skill === 'turn' && lacks(turned, command.degrees, 3)
  }

  #wrong(what: string): void {
    if (this.wrongs.length < 5) this.wrongs.push(`at ${this.#now.toFixed(0)} ms: ${what}`)
  }
}
