/**
 * Driver of Sabertooth motor drivers in packetized serial mode (9600 baud unless set otherwise).
 * takes  SabertoothOptions · gives  DriverFactory with the skills of ../wheeled; motor 1 is the left wheel, 2 the right
 * The line has no way back: what was sent is all that is known. Ways are reckoned from set-points and time, the board's
 * own timeout (command 14) goes out before each action anew, and `stopped` means that the stop was handed to the system.
 * after ./codec, ../wheeled
 */
import { LutraError } from '../../../../hal/error.js'
import type { Action } from '../../../action/index.js'
import type { Call, DriverFactory, Settings } from '../../driver.js'
import type { DriveOptions } from '../../motion/index.js'
import { pause } from '../../pause.js'
import type { Transport } from '../../transport.js'
import { type DriveSkills, positive, WheeledBoard } from '../wheeled.js'
import { bauding, motors, serialTimeout } from './codec.js'

export interface SabertoothOptions extends DriveOptions {
  /** Metres per second at full speed. */
  readonly topSpeed: number
  /** 128 to 135, by the DIP switches. Default 128. */
  readonly address?: number
  /** Turns a motor that was wired the other way round. */
  readonly invert?: { readonly left?: boolean; readonly right?: boolean }
}

/** A single word may be lost, and nobody would tell. */
const repeats = 3

export function sabertooth(options: SabertoothOptions): DriverFactory<DriveSkills> {
  return Object.assign((transport: Transport) => new Sabertooth(transport, options), { baudRate: 9600 })
}

class Sabertooth extends WheeledBoard {
  protected readonly stopBytes: Uint8Array
  readonly rolled = undefined
  /** Whatever comes in on a line without a way back. */
  noise = 0
  readonly #address: number
  readonly #scale: { readonly left: number; readonly right: number }

  constructor(transport: Transport, options: SabertoothOptions) {
    super(transport, options)
    const { address = 128, topSpeed, invert = {} } = options
    positive({ topSpeed }, ['topSpeed'])
    if (!Number.isInteger(address) || address < 128 || address > 135)
      throw new LutraError('limit', `Expected an address from 128 to 135 but received ${address}`)
    this.#address = address
    this.#scale = { left: (invert.left ? -1 : 1) / topSpeed, right: (invert.right ? -1 : 1) / topSpeed }
    this.stopBytes = motors(address, 0, 0)
  }

  async greet(settings: Settings): Promise<void> {
    this.settings = settings
    await this.send(Uint8Array.of(bauding))
    await this.send(serialTimeout(this.#address, settings.stopAfter))
    await this.set(0, 0)
  }

  async set(left: number, right: number): Promise<void> {
    if (left !== 0 || right !== 0)
      return this.send(motors(this.#address, left * this.#scale.left, right * this.#scale.right), true)
    for (let sent = 0; sent < repeats; sent++) {
      if (sent > 0) await pause(10)
      await this.send(this.stopBytes)
    }
  }

  protected override async act(action: Action, call: Call): Promise<void> {
    await this.send(serialTimeout(this.#address, this.settings.stopAfter))
    await super.act(action, call)
  }

  protected atRest(): Promise<boolean> {
    return this.handed
  }

  protected hear(): void {
    this.noise++
  }
}
