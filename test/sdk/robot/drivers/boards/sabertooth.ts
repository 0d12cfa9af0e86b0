/** A Sabertooth from its user's guide: four-byte packets, no answers, a serial timeout in steps of 100 ms. */
import type { Transport } from '../../../../../sdk/robot/transport.js'
import { Clock, Motor, type SimulatedBoard } from './board.js'

export class SimulatedSabertooth implements SimulatedBoard {
  mute = false
  moved = false
  readonly m1 = new Motor()
  readonly m2 = new Motor()
  /** In steps of 100 ms; 0 is off, as after power-up. */
  timeout = 0
  baud = false
  readonly #clock: Clock
  #packet: number[] = []
  #commandAt = performance.now()

  constructor(line: Transport, { address = 128, topSpeed = 1 } = {}) {
    this.#clock = new Clock((seconds, now) => {
      if (this.timeout > 0 && now - this.#commandAt > this.timeout * 100) this.m1.target = this.m2.target = 0
      this.m1.step(seconds)
      this.m2.step(seconds)
      this.moved ||= this.moving
    })
    line.bytes.subscribe((bytes) => {
      for (const byte of bytes) {
        if (byte === 170) this.baud = true
        // Addresses are the only bytes above 127, and begin a packet wherever they come.
        if (byte > 127) this.#packet = []
        this.#packet.push(byte)
        if (this.#packet.length < 4) continue
        const [to, code, value, sum] = this.#packet
        this.#packet = []
        if (to !== address || ((to + code + value) & 127) !== sum || !this.baud) continue
        this.#commandAt = performance.now()
        const speed = (value / 127) * topSpeed
        if (code === 0) this.m1.target = speed
        if (code === 1) this.m1.target = -speed
        if (code === 4) this.m2.target = speed
        if (code === 5) this.m2.target = -speed
        if (code === 14) this.timeout = value
      }
    })
  }

  get moving(): boolean {
    return this.m1.moving || this.m2.moving
  }

  off(): void {
    this.#clock.off()
  }
}
