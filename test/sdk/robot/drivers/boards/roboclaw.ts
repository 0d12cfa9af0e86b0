/**
 * A RoboClaw from the user manual: packets with a CRC by table, 0xFF for a good write, nothing for a bad one, half
 * packets dropped after 10 ms, both motors stopped when no byte came within the serial timeout.
 */
import type { Transport } from '../../../../../sdk/robot/transport.js'
import { Clock, Motor, type SimulatedBoard, speaker } from './board.js'

const table = Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1
  return crc & 0xffff
})
const crcOf = (bytes: readonly number[]) =>
  bytes.reduce((crc, byte) => ((crc << 8) & 0xffff) ^ table[((crc >> 8) ^ byte) & 0xff], 0)
const big = (value: number, bytes: number) =>
  Array.from({ length: bytes }, (_, i) => (value >> (8 * (bytes - 1 - i))) & 0xff)

/** Data bytes of the commands that carry a CRC; the others are questions. */
const lengths: Record<number, number> = { 14: 1, 34: 4, 37: 8, 40: 12 }
const questions = [15, 21, 24, 48, 49, 78]

export class SimulatedRoboclaw implements SimulatedBoard {
  mute = false
  moved = false
  readonly m1 = new Motor()
  readonly m2 = new Motor()
  /** In steps of 100 ms; 0 is off. */
  timeout = 0
  readonly commands: number[] = []
  #pwm = [0, 0]
  #held: number[] = []
  #heardAt = performance.now()
  readonly #clock: Clock
  readonly #countsPerMetre: number

  constructor(
    line: Transport,
    { address = 0x80, countsPerMetre = 4000, topSpeed = 1, version = 'USB Roboclaw 2x7a v4.1.34\n' } = {},
  ) {
    this.#countsPerMetre = countsPerMetre
    const say = speaker(this, line)
    this.#clock = new Clock((seconds, now) => {
      if (this.timeout > 0 && now - this.#heardAt > this.timeout * 100) this.#drive(0, 0)
      this.m1.step(seconds)
      this.m2.step(seconds)
      this.moved ||= this.moving
    })
    const answer = (code: number, data: readonly number[]) => {
      const crc = crcOf([address, code, ...data])
      say([...data, ...big(crc, 2)])
    }
    const obey = (code: number, data: DataView) => {
      if (code === 14) this.timeout = data.getUint8(0)
      if (code === 34) this.#drive((data.getInt16(0) / 32767) * topSpeed, (data.getInt16(2) / 32767) * topSpeed)
      if (code === 40) this.#drive(data.getInt32(4) / countsPerMetre, data.getInt32(8) / countsPerMetre)
      say([0xff])
    }
    const tell = (code: number) => {
      if (code === 15) answer(code, [this.timeout])
      if (code === 21) answer(code, [...new TextEncoder().encode(version), 0])
      if (code === 24) answer(code, big(123, 2))
      if (code === 48) answer(code, [...big(this.#pwm[0], 2), ...big(this.#pwm[1], 2)])
      if (code === 49) answer(code, [...big(150, 2), ...big(-25, 2)])
      if (code === 78) answer(code, [...big(this.counts.m1, 4), ...big(this.counts.m2, 4)])
    }
    line.bytes.subscribe((bytes) => {
      const now = performance.now()
      if (now - this.#heardAt > 10) this.#held = []
      this.#heardAt = now
      for (const byte of bytes) {
        this.#held.push(byte)
        const [to, code] = this.#held
        if (to !== address) this.#held = []
        else if (this.#held.length < 2) continue
        else if (questions.includes(code)) {
          this.commands.push(code)
          tell(code)
          this.#held = []
        } else if (!(code in lengths)) this.#held = []
        else if (this.#held.length === lengths[code] + 4) {
          const body = this.#held.slice(0, -2)
          const good = crcOf(body) === (this.#held.at(-2)! << 8) + this.#held.at(-1)!
          if (good) this.commands.push(code)
          if (good) obey(code, new DataView(Uint8Array.from(body.slice(2)).buffer))
          this.#held = []
        }
      }
    })
  }

  get counts(): { m1: number; m2: number } {
    return {
      m1: Math.round(this.m1.rolled * this.#countsPerMetre),
      m2: Math.round(this.m2.rolled * this.#countsPerMetre),
    }
  }

  get moving(): boolean {
    return this.m1.moving || this.m2.moving
  }

  off(): void {
    this.#clock.off()
  }

  #drive(m1: number, m2: number): void {
    this.m1.target = m1
    this.m2.target = m2
    this.#pwm = [Math.round(m1 * 20000), Math.round(m2 * 20000)]
  }
}
