/**
 * A machine from the Grbl 1.1 documentation: realtime bytes, one answer a line, jogs that can be cancelled, alarms that
 * lock, a homing cycle that answers no status query; and the banners of its relatives.
 */
import type { Transport } from '../../../../../sdk/robot/transport.js'
import { Clock, type SimulatedBoard, speaker } from './board.js'

const banners = {
  grbl: "Grbl 1.1h ['$' for help]",
  grblHAL: "GrblHAL 1.1f ['$' or '$HELP' for help]",
  fluidnc: "Grbl 3.7 [FluidNC v3.7.8 (wifi) '$' for help]",
} as const

interface Block {
  readonly to: number[]
  /** mm/s */
  readonly feed: number
}

export class SimulatedGrbl implements SimulatedBoard {
  mute = false
  moved = false
  stuck = false
  state: 'Idle' | 'Jog' | 'Home' | 'Alarm' = 'Idle'
  /** Machine position, mm. */
  place = [0, 0, 0]
  offset = [5, 0, 0]
  readonly lines: string[] = []
  /** Longest way that was ever queued, in mm. */
  queued = 0
  readonly #say: (text: string) => void
  readonly #clock: Clock
  #queue: Block[] = []
  #text = ''
  #asked = 0
  #ending = false

  constructor(
    line: Transport,
    readonly options: { kind?: keyof typeof banners; reportsWork?: boolean; inches?: boolean; homing?: boolean } = {},
  ) {
    const say = speaker(this, line)
    this.#say = (text) => say(`${text}\r\n`)
    if (options.homing) this.state = 'Alarm'
    this.#clock = new Clock((seconds) => this.#step(seconds))
    line.bytes.subscribe((bytes) => {
      for (const byte of bytes) {
        if (byte === 0x18) this.#reset()
        else if (byte === 0x21 || byte === 0x85) this.#cancel()
        else if (byte === 0x3f) this.#report()
        else if (byte === 10 || byte === 13) {
          const answer = this.#obey(this.#text)
          if (answer !== undefined) this.#say(answer)
          this.#text = ''
        } else if (byte < 0x80) this.#text += String.fromCharCode(byte)
      }
    })
    this.#say(banners[options.kind ?? 'grbl'])
  }

  get moving(): boolean {
    return this.#queue.length > 0
  }

  /** A switch at the end of an axis. */
  hitLimit(): void {
    this.#queue = []
    this.state = 'Alarm'
    this.#say('ALARM:1')
  }

  off(): void {
    this.#clock.off()
  }

  #step(seconds: number): void {
    let left = seconds
    this.moved ||= this.moving
    while (this.#queue.length > 0 && left > 0 && !this.stuck) {
      const [{ to, feed }] = this.#queue
      const way = Math.hypot(...to.map((mm, i) => mm - this.place[i]))
      const can = feed * left
      const share = can >= way ? 1 : can / way
      this.place = this.place.map((mm, i) => mm + (to[i] - mm) * share)
      left -= way > 0 ? (way * share) / feed : 0
      if (share === 1) this.#queue.shift()
    }
    if (this.#queue.length > 0) return
    this.#ending = false
    if (this.state === 'Home') this.#say('ok')
    if (this.state === 'Home' || this.state === 'Jog') this.state = 'Idle'
  }

  #report(): void {
    if (this.state === 'Home') return
    const numbers = (values: readonly number[]) => values.map((mm) => mm.toFixed(3)).join(',')
    const position = this.options.reportsWork
      ? `WPos:${numbers(this.place.map((mm, i) => mm - this.offset[i]))}`
      : `MPos:${numbers(this.place)}`
    const wco = this.#asked++ % 5 === 0 ? `|WCO:${numbers(this.offset)}` : ''
    this.#say(`<${this.state}|${position}|Bf:15,128|FS:0,0${wco}>`)
  }

  #cancel(): void {
    const [block] = this.#queue
    if (this.state !== 'Jog' || !block || this.#ending) return
    if (this.stuck) {
      this.#queue = []
      return
    }
    // It takes 30 ms to come to rest.
    const way = Math.hypot(...block.to.map((mm, i) => mm - this.place[i]))
    const share = Math.min(1, (block.feed * 0.03) / Math.max(way, 1e-6))
    this.#queue = [{ to: this.place.map((mm, i) => mm + (block.to[i] - mm) * share), feed: block.feed }]
    this.#ending = true
  }

  #reset(): void {
    const lost = this.moving
    const homing = this.state === 'Home'
    this.#queue = []
    this.#ending = false
    this.#text = ''
    this.#asked = 0
    if (lost) this.#say(homing ? 'ALARM:6' : 'ALARM:3')
    if (lost || this.state === 'Alarm') this.state = 'Alarm'
    else this.state = 'Idle'
    this.#say('')
    this.#say(banners[this.options.kind ?? 'grbl'])
    if (this.state === 'Alarm') this.#say("[MSG:'$H'|'$X' to unlock]")
  }

  /** The last line that it says to this one; nothing yet where homing has to end first. */
  #obey(text: string): string | undefined {
    this.lines.push(text)
    if (text === '') return 'ok'
    if (text === '$$') {
      for (const setting of ['$10=1', `$13=${this.options.inches ? 1 : 0}`, '$130=200.000']) this.#say(setting)
      return 'ok'
    }
    if (text === '$X') {
      if (this.state === 'Alarm') this.state = 'Idle'
      return 'ok'
    }
    if (text === '$H') {
      this.state = 'Home'
      this.#queue = [
        { to: this.place.map((mm) => mm - 10), feed: 50 },
        { to: [0, 0, 0], feed: 50 },
      ]
      return undefined
    }
    const jog = /^\$J=G21G90(G53)?((?:[XYZ]-?\d+\.\d+)+)F(\d+)$/.exec(text)
    if (jog) {
      if ((this.state !== 'Idle' && this.state !== 'Jog') || this.#ending) return 'error:9'
      const to = [...(this.#queue.at(-1)?.to ?? this.place)]
      for (const [, axis, mm] of jog[2].matchAll(/([XYZ])(-?\d+\.\d+)/g)) {
        const i = 'XYZ'.indexOf(axis)
        to[i] = Number(mm) + (jog[1] ? 0 : this.offset[i])
      }
      if (to.some((mm) => Math.abs(mm) > 200)) return 'error:15'
      this.#queue.push({ to, feed: Number(jog[3]) / 60 })
      this.state = 'Jog'
      this.queued = Math.max(this.queued, Math.hypot(...to.map((mm, i) => mm - this.place[i])))
      return 'ok'
    }
    if (/^M[59]$/.test(text)) return this.state === 'Idle' ? 'ok' : 'error:9'
    return 'error:20'
  }
}
