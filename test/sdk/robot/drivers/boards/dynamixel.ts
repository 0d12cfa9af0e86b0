/**
 * A bus of DYNAMIXEL X servos from the e-Manual: Protocol 2.0 with its CRC, ROM locked under torque, profile velocity,
 * the Bus Watchdog with its read-only goals, hardware errors that only a reboot clears.
 */
import type { Transport } from '../../../../../sdk/robot/transport.js'
import { Clock, type SimulatedBoard, speaker } from './board.js'
import { Servo } from './servo.js'

const reverse = (value: number, bits: number) =>
  Number.parseInt([...value.toString(2).padStart(bits, '0')].reverse().join(''), 2)
/** The reflected form, on reflected bytes: another way to the same CRC. */
function crcOf(bytes: readonly number[]): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= reverse(byte, 8)
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1
  }
  return reverse(crc, 16)
}

const little = (value: number, bytes: number) => Array.from({ length: bytes }, (_, i) => (value >> (8 * i)) & 255)
const text = (bytes: readonly number[]) => String.fromCharCode(...bytes)
const bytesOf = (chars: string) => [...chars].map((char) => char.charCodeAt(0))
const header = '\xff\xff\xfd'

class X extends Servo {
  watchdog = 0
  mode = 3
  drive = 0
  hardware = 0
  watchedAt = performance.now()
}

export class SimulatedDynamixel implements SimulatedBoard {
  mute = false
  moved = false
  readonly servos: readonly X[]
  reboots = 0
  readonly watchdogs: number[] = []
  readonly #clock: Clock
  #held = ''

  constructor(line: Transport, { ids = [1, 2, 3] } = {}) {
    this.servos = ids.map((id) => new X(id, 2048, 4000))
    const say = speaker(this, line)
    this.#clock = new Clock((seconds, now) => {
      for (const servo of this.servos) {
        const quiet = now - servo.watchedAt
        if (servo.torque && servo.watchdog > 0 && servo.watchdog < 128 && quiet > servo.watchdog * 20) {
          servo.watchdog = 255
          servo.goal = servo.position
        }
        servo.step(seconds)
      }
      this.moved ||= this.moving
    })
    const status = (servo: X, error: number, data: readonly number[] = []) => {
      const body = text([0x55, error | (servo.hardware ? 128 : 0), ...data]).replaceAll(header, `${header}\xfd`)
      const packet = [0xff, 0xff, 0xfd, 0, servo.id, ...little(body.length + 2, 2), ...bytesOf(body)]
      say([...packet, ...little(crcOf(packet), 2)])
    }
    const obey = (id: number, [code, ...parameters]: readonly number[]) => {
      for (const servo of this.servos) servo.watchedAt = performance.now()
      const servo = this.servos.find((each) => each.id === id)
      const at = parameters[0] | (parameters[1] << 8)
      const length = parameters[2] | (parameters[3] << 8)
      if (code === 1 && servo) status(servo, 0, [0x24, 0x04, 45])
      if (code === 2 && servo) status(servo, 0, this.#registers(servo, at, length))
      if (code === 3 && servo) status(servo, this.#write(servo, at, parameters.slice(2)))
      if (code === 8 && servo) {
        this.reboots++
        Object.assign(servo, { hardware: 0, torque: false, watchdog: 0 })
        status(servo, 0)
      }
      if (code === 0x82)
        for (const asked of parameters.slice(4)) {
          const each = this.servos.find((one) => one.id === asked)
          if (each) status(each, 0, this.#registers(each, at, length))
        }
      if (code === 0x83)
        for (let i = 4; i + length < parameters.length; i += length + 1) {
          const each = this.servos.find((one) => one.id === parameters[i])
          if (each) this.#write(each, at, parameters.slice(i + 1, i + 1 + length))
        }
    }
    line.bytes.subscribe((bytes) => {
      this.#held = (this.#held + text([...bytes])).slice(-1024)
      for (let start = this.#held.indexOf(`${header}\0`); start >= 0; start = this.#held.indexOf(`${header}\0`)) {
        this.#held = this.#held.slice(start)
        if (this.#held.length < 7) return
        const length = this.#held.charCodeAt(5) | (this.#held.charCodeAt(6) << 8)
        const whole = bytesOf(this.#held.slice(0, 7 + length))
        if (whole.length < 7 + length) {
          if (this.#held.indexOf(`${header}\0`, 4) < 0) return
          this.#held = this.#held.slice(4)
          continue
        }
        const good = length >= 3 && crcOf(whole.slice(0, -2)) === (whole.at(-2)! | (whole.at(-1)! << 8))
        this.#held = this.#held.slice(good ? whole.length : 4)
        if (good) obey(whole[4], bytesOf(text(whole.slice(7, -2)).replaceAll(`${header}\xfd`, header)))
      }
    })
  }

  get moving(): boolean {
    return this.servos.some((servo) => servo.moving)
  }

  off(): void {
    this.#clock.off()
  }

  #registers(servo: X, at: number, length: number): number[] {
    const memory = new Array(160).fill(0)
    const put = (where: number, values: readonly number[]) => memory.splice(where, values.length, ...values)
    put(10, [servo.drive, servo.mode])
    put(64, [servo.torque ? 1 : 0])
    put(70, [servo.hardware])
    put(98, [servo.watchdog])
    put(122, [servo.moving ? 1 : 0])
    put(126, little(servo.load, 2))
    put(128, little(Math.round(servo.velocity / ((0.229 * 4096) / 60)), 4))
    put(132, little(Math.round(servo.position), 4))
    put(144, little(120, 2))
    put(146, [servo.celsius])
    return memory.slice(at, at + length)
  }

  /** The error number that a write is answered with. */
  #write(servo: X, at: number, data: readonly number[]): number {
    const byte = (where: number) => data[where - at]
    const long = (where: number) =>
      byte(where) | (byte(where + 1) << 8) | (byte(where + 2) << 16) | (byte(where + 3) << 24)
    if (at < 64 && servo.torque) return 7
    if (byte(64) !== undefined && servo.hardware && byte(64) === 1) return 1
    if (byte(64) !== undefined) servo.torque = byte(64) === 1
    if (byte(98) !== undefined) {
      servo.watchdog = byte(98)
      this.watchdogs.push(byte(98))
    }
    if (byte(119) === undefined || byte(116) === undefined) return 0
    if (servo.watchdog === 255) return 4
    const goal = long(116)
    if (servo.mode === 3 && (goal < 0 || goal > 4095)) return 6
    servo.aim(goal, byte(112) === undefined ? 0 : long(112) * ((0.229 * 4096) / 60))
    return 0
  }
}
