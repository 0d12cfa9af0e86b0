/**
 * The independent eye on the board's side: reads the bytes that reach the board and the wheels' real speed, knows
 * nothing of the firmware's mind, and writes down every moment of motion that nobody had a right to.
 */
import { map, tap } from 'rxjs'
import { decodeHost, FrameParser } from '../../../sdk/robot/protocol/index.js'
import type { Firmware } from '../../../sdk/robot/simulated-rover/firmware.js'
import type { Transport } from '../../../sdk/robot/transport.js'

/** Milliseconds for what is not the robot's fault: a step of the simulation, the ramp, and a shared machine's pauses. */
const slack = 260

export class Monitor {
  readonly wrongs: string[] = []
  /** Motion was seen at all; a test without motion proves nothing. */
  moved = false
  stops = 0
  /** When the first stop reached the board, by performance.now(). */
  stoppedAt: number | undefined
  #fresh = -Infinity
  #timeout = 500
  #held = false
  #rest = 0
  readonly #parser = new FrameParser()

  /** The board's end of the line, listened to. */
  tap(board: Transport): Transport {
    const bytes = board.bytes.pipe(
      tap((chunk) => this.#listen(chunk)),
      map((chunk) => chunk),
    )
    return Object.create(board, { bytes: { value: bytes }, write: bind(board, 'write'), close: bind(board, 'close') })
  }

  watch(firmware: Firmware): this {
    let odometer = firmware.body.odometer
    firmware.ticks.subscribe(({ ms, speed, spin }) => {
      const moves = speed !== 0 || spin !== 0 || firmware.body.odometer !== odometer
      odometer = firmware.body.odometer
      if (!moves) this.#rest = ms
      if (!moves) return
      this.moved = true
      const quiet = ms - this.#fresh
      if (quiet > this.#timeout + slack) this.wrongs.push(`moves ${quiet.toFixed(0)} ms after the last heartbeat`)
      if (this.#held && ms - this.stoppedAt! > slack)
        this.wrongs.push(`moves ${(ms - this.stoppedAt!).toFixed(0)} ms after a stop`)
    })
    return this
  }

  /** Commands begun twice, or out of order. */
  repeats(firmware: Firmware): number {
    return firmware.begun.filter((sequence, i) => i > 0 && sequence <= firmware.begun[i - 1]).length
  }

  get restingSince(): number {
    return this.#rest
  }

  #listen(chunk: Uint8Array): void {
    for (const frame of this.#parser.push(chunk)) {
      const message = decodeHost(frame)
      if (typeof message === 'string') continue
      if (message.type === 'command' || message.type === 'heartbeat') this.#fresh = performance.now()
      if (message.type === 'timeout') this.#timeout = message.ms
      if (message.type === 'reset') this.#held = false
      if (message.type !== 'stop') continue
      this.stops++
      if (!this.#held) this.stoppedAt = performance.now()
      this.#held = true
    }
  }
}

function bind(board: Transport, name: 'write' | 'close') {
  return { value: (board[name] as (bytes: Uint8Array) => Promise<void>).bind(board) }
}
