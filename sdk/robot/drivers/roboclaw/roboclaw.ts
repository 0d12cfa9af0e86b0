/**
 * Driver of Basicmicro RoboClaw motor controllers in packet serial mode, over USB or TTL serial.
 * takes  RoboclawOptions · gives  DriverFactory with the skills of ../wheeled; M1 is the left wheel, M2 the right
 * The board's own serial timeout (command 14, 100 ms steps) is set to stopAfter and read back.
 * after ./codec, ../wheeled, ../exchange
 */
import { LutraError } from '../../../../hal/error.js'
import type { Action } from '../../../action/index.js'
import type { Call, DriverFactory, Settings } from '../../driver.js'
import type { DriveOptions } from '../../motion/index.js'
import type { Transport } from '../../transport.js'
import { Exchange } from '../exchange.js'
import { type DriveSkills, positive, WheeledBoard } from '../wheeled.js'
import { acknowledged, command, findAnswer, findVersion, fullDuty, longest, readPacket, writePacket } from './codec.js'

export interface RoboclawOptions extends DriveOptions {
  /** 0x80 to 0x87. Default 0x80. */
  readonly address?: number
  /** With encoders the speeds are the board's to hold: quadrature counts a turn of the wheel, wheel diameter in metres. */
  readonly encoders?: { readonly countsPerTurn: number; readonly wheelDiameter: number }
  /** Without encoders: metres per second at full duty. Ways are reckoned from set-points and time. */
  readonly topSpeed?: number
  /** Turns a motor that was wired the other way round. */
  readonly invert?: { readonly left?: boolean; readonly right?: boolean }
}

export function roboclaw(options: RoboclawOptions): DriverFactory<DriveSkills> {
  return (transport) => new Roboclaw(transport, options)
}

class Roboclaw extends WheeledBoard {
  protected readonly stopBytes: Uint8Array
  readonly rolled: WheeledBoard['rolled']
  noise = 0
  readonly #exchange: Exchange<Uint8Array>
  readonly #address: number
  readonly #countsPerMetre: number | undefined
  readonly #sign: { readonly left: number; readonly right: number }
  readonly #topSpeed: number

  constructor(transport: Transport, options: RoboclawOptions) {
    super(transport, options)
    const { address = 0x80, encoders, topSpeed, invert = {} } = options
    positive({ ...encoders, topSpeed }, ['countsPerTurn', 'wheelDiameter', 'topSpeed'])
    if (!Number.isInteger(address) || address < 0x80 || address > 0x87)
      throw new LutraError('limit', `Expected an address from 0x80 to 0x87 but received ${address}`)
    if (!encoders && topSpeed === undefined)
      throw new LutraError('mismatch', 'Expected encoders, or topSpeed in m/s at full duty, but found neither')
    this.#address = address
    this.#countsPerMetre = encoders && encoders.countsPerTurn / (Math.PI * encoders.wheelDiameter)
    this.#topSpeed = topSpeed ?? 1
    this.#sign = { left: invert.left ? -1 : 1, right: invert.right ? -1 : 1 }
    this.rolled = encoders ? () => this.#encoders() : undefined
    this.stopBytes = writePacket(address, command.duty, [
      [0, 2],
      [0, 2],
    ])
    this.#exchange = new Exchange({
      name: this.name,
      send: (bytes, moves) => this.send(bytes, moves),
      retried: () => {
        this.retries++
      },
    })
  }

  async greet(settings: Settings): Promise<void> {
    this.settings = settings
    const patience = 100
    const tries = Math.max(1, Math.ceil(settings.patience / patience))
    let heard = new Uint8Array()
    const version = await this.#exchange.ask({
      what: 'version',
      bytes: readPacket(this.#address, command.version),
      fresh: () => {
        heard = new Uint8Array()
      },
      accept: (chunk) => {
        heard = gather(heard, chunk)
        return findVersion(heard, this.#address)
      },
      tries,
      patience,
    })
    const wish = Math.max(1, Math.min(255, Math.floor(settings.stopAfter / 100)))
    const told = `update its firmware (it says "${version}")`
    const old = (cause: unknown) =>
      new LutraError('mismatch', `Expected the board to take a serial timeout; ${told}`, { cause })
    await this.#write('serial timeout', writePacket(this.#address, command.setTimeout, [[wish, 1]])).catch((cause) => {
      throw cause instanceof LutraError && cause.kind === 'io' ? old(cause) : cause
    })
    const set = (await this.#read('serial timeout', command.readTimeout, 1)).getUint8(0)
    if (set !== wish)
      throw new LutraError(
        'mismatch',
        `Expected a serial timeout of ${wish} × 100 ms but the board says ${set}; ${told}`,
      )
    this.keepAsking(() => this.#look())
  }

  async set(left: number, right: number): Promise<void> {
    if (left === 0 && right === 0) return this.#write('duty', this.stopBytes)
    const [l, r] = [left * this.#sign.left, right * this.#sign.right]
    const counts = this.#countsPerMetre
    if (counts === undefined) return this.#write('duty', this.#duty(l, r), true)
    // Twice our own ramp: it smooths the steps between set-points and does not lag behind them.
    const rise = Math.max(1, Math.round((this.drive.acceleration ?? 0.5) * counts * 2))
    const speeds = writePacket(this.#address, command.speedAcceleration, [
      [rise, 4],
      [Math.round(l * counts), 4],
      [Math.round(r * counts), 4],
    ])
    return this.#write('speed', speeds, true)
  }

  protected override async act(action: Action, call: Call): Promise<void> {
    await this.#look()
    await super.act(action, call)
  }

  protected async atRest(): Promise<boolean> {
    const pwms = await this.#read('motor drive', command.pwms, 4)
    return pwms.getInt16(0) === 0 && pwms.getInt16(2) === 0
  }

  protected hear(bytes: Uint8Array): void {
    this.#exchange.hear(bytes)
  }

  #duty(left: number, right: number): Uint8Array {
    const duty = (speed: number) => Math.round(Math.max(-1, Math.min(1, speed / this.#topSpeed)) * fullDuty)
    return writePacket(this.#address, command.duty, [
      [duty(left), 2],
      [duty(right), 2],
    ])
  }

  async #encoders(): Promise<{ left: number; right: number }> {
    // Each byte that we send winds the board's timeout up again: a question keeps a motion alive.
    const counts = await this.#read('encoders', command.encoders, 8, true)
    const metres = (at: 0 | 4, sign: number) => (counts.getInt32(at) * sign) / this.#countsPerMetre!
    return { left: metres(0, this.#sign.left), right: metres(4, this.#sign.right) }
  }

  async #look(): Promise<void> {
    const battery = (await this.#read('battery', command.mainBattery, 2)).getUint16(0) / 10
    const currents = await this.#read('currents', command.currents, 4)
    this.tell({ battery, amperes: { left: currents.getInt16(0) / 100, right: currents.getInt16(2) / 100 } })
  }

  #write(what: string, bytes: Uint8Array, moves = false): Promise<void> {
    return this.#exchange
      .ask({ what, bytes, moves, accept: (chunk) => chunk.includes(acknowledged) || undefined })
      .then(() => {})
  }

  #read(what: string, code: number, length: number, moves = false): Promise<DataView> {
    let heard = new Uint8Array()
    return this.#exchange.ask({
      what,
      bytes: readPacket(this.#address, code),
      moves,
      fresh: () => {
        if (heard.length > 0) this.noise++
        heard = new Uint8Array()
      },
      accept: (chunk) => {
        heard = gather(heard, chunk)
        return findAnswer(heard, this.#address, code, length)
      },
    })
  }
}

/** The newest bytes; what is older than any answer is dropped. */
function gather(heard: Uint8Array, chunk: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...heard, ...chunk.subarray(-longest)]).slice(-longest)
}
