/**
 * A bus of Feetech servos from the protocol and memory table documents: ping, read, write, sync read, sync write, status
 * level 1, broadcasts unanswered; an adapter that echoes, where asked for.
 */
import type { Transport } from '../../../../../sdk/robot/transport.js'
import { Clock, type SimulatedBoard, speaker } from './board.js'
import { Servo } from './servo.js'

export class SimulatedFeetech implements SimulatedBoard {
  mute = false
  moved = false
  readonly servos: readonly Servo[]
  readonly writes: { id: number; at: number; data: number[] }[] = []
  error = 0
  readonly #clock: Clock
  readonly #big: boolean
  #held: number[] = []

  constructor(line: Transport, { ids = [1, 2, 3], scs = false, echo = false } = {}) {
    this.#big = scs
    this.servos = ids.map((id) => new Servo(id, scs ? 512 : 2048, scs ? 700 : 3000))
    const say = speaker(this, line)
    this.#clock = new Clock((seconds) => {
      for (const servo of this.servos) servo.step(seconds)
      this.moved ||= this.moving
    })
    const status = (id: number, data: readonly number[] = []) => {
      const body = [id, data.length + 2, this.error, ...data]
      say([0xff, 0xff, ...body, 255 - (body.reduce((sum, byte) => sum + byte, 0) % 256)])
    }
    const obey = ([id, , code, ...rest]: readonly number[]) => {
      const parameters = rest.slice(0, -1)
      const servo = this.servos.find((each) => each.id === id)
      if (code === 1 && servo) status(id)
      if (code === 2 && servo) status(id, this.#registers(servo, parameters[0], parameters[1]))
      if (code === 3) {
        for (const each of this.servos)
          if (id === 254 || each.id === id) this.#write(each, parameters[0], parameters.slice(1))
        if (servo) status(id)
      }
      if (code === 0x82 && !scs)
        for (const asked of parameters.slice(2)) {
          const each = this.servos.find((one) => one.id === asked)
          if (each) status(asked, this.#registers(each, parameters[0], parameters[1]))
        }
      if (code === 0x83) {
        const [at, length, ...data] = parameters
        for (let i = 0; i + length < data.length; i += length + 1) {
          const each = this.servos.find((one) => one.id === data[i])
          if (each) this.#write(each, at, data.slice(i + 1, i + 1 + length))
        }
      }
    }
    line.bytes.subscribe((bytes) => {
      if (echo) line.write(bytes).catch(() => {})
      this.#held = [...this.#held, ...bytes].slice(-512)
      for (;;) {
        const start = this.#held.findIndex(
          (byte, i) => byte === 255 && this.#held[i + 1] === 255 && this.#held[i + 2] < 255,
        )
        if (start < 0 || this.#held.length < start + 4) break
        const body = this.#held.slice(start + 2, start + 4 + this.#held[start + 3])
        if (body.length < this.#held[start + 3] + 2) {
          // A length that the rest never fills ends with the line's next quiet moment; here, with the next header.
          const next = this.#held.findIndex((byte, i) => i > start + 2 && byte === 255 && this.#held[i + 1] === 255)
          if (next < 0) break
          this.#held = this.#held.slice(next)
          continue
        }
        const good = body.reduce((sum, byte) => sum + byte, 0) % 256 === 255
        this.#held = this.#held.slice(good ? start + 2 + body.length : start + 2)
        if (good) obey(body)
      }
    })
  }

  get moving(): boolean {
    return this.servos.some((servo) => servo.moving)
  }

  off(): void {
    this.#clock.off()
  }

  #two(value: number): number[] {
    return this.#big ? [(value >> 8) & 255, value & 255] : [value & 255, (value >> 8) & 255]
  }

  #registers(servo: Servo, at: number, length: number): number[] {
    const memory = new Array(80).fill(0)
    const put = (where: number, values: readonly number[]) => memory.splice(where, values.length, ...values)
    put(40, [servo.torque ? 1 : 0])
    put(42, this.#two(servo.goal))
    const place = Math.round(servo.position)
    put(56, this.#two(place < 0 ? 0x8000 | -place : place))
    const speed = Math.round(servo.velocity)
    put(58, this.#two(speed < 0 ? 0x8000 | -speed : speed))
    put(60, this.#two(servo.load < 0 ? 0x400 | -servo.load : servo.load))
    put(62, [121, servo.celsius, 0, 0, servo.moving ? 1 : 0])
    return memory.slice(at, at + length)
  }

  #write(servo: Servo, at: number, data: readonly number[]): void {
    this.writes.push({ id: servo.id, at, data: [...data] })
    const byte = (where: number) => data[where - at]
    const word = (where: number) =>
      this.#big ? (byte(where) << 8) | byte(where + 1) : byte(where) | (byte(where + 1) << 8)
    if (byte(40) !== undefined) servo.torque = byte(40) === 1
    if (byte(42) === undefined || byte(43) === undefined) return
    const goal = word(42)
    const limited = goal & 0x8000 ? -(goal & 0x7fff) : goal
    servo.aim(limited, byte(46) === undefined || byte(47) === undefined ? 0 : word(46))
  }
}
