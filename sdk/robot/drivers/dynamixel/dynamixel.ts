/**
 * Driver of DYNAMIXEL X series servos (XL330, XL430, XC430, XM430 …) over U2D2 or another half-duplex adapter.
 * takes  DynamixelOptions · gives  DriverFactory with the skills of ../joints/options
 * Each motion arms the servos' own Bus Watchdog with stopAfter (20 ms steps, 2540 ms at most). Nothing is written to the
 * servos' EEPROM: operating mode and drive mode are read, and refused where they are not position control by velocity.
 * source ROBOTIS e-Manual, control tables of XL430-W250 and XM430-W210
 * after ./codec, ../joints, ../exchange, ../scanner
 */
import { LutraError } from '../../../../hal/error.js'
import type { DriverFactory, Settings } from '../../driver.js'
import type { Transport } from '../../transport.js'
import { Exchange, type ExchangeOptions } from '../exchange.js'
import type { BusKind, Goal, Reading, Readings, ServoBus } from '../joints/bus.js'
import { jointsDriver } from '../joints/joints.js'
import type { ArmOptions } from '../joints/options.js'
import { FrameScanner } from '../scanner.js'
import { positive } from '../wheeled.js'
import {
  errors,
  instruction,
  lastId,
  long,
  longest,
  look,
  packet,
  type Status,
  syncRead,
  syncWrite,
  word,
} from './codec.js'

export interface DynamixelOptions extends ArmOptions {
  /** Per cent of load in one count of register 126. Default 0.1 (present load); for models that measure current, 100 ÷ current limit. */
  readonly loadUnit?: number
}

const register = {
  driveMode: 10,
  torque: 64,
  hardwareError: 70,
  watchdog: 98,
  profileAcceleration: 108,
  profileVelocity: 112,
  moving: 122,
} as const
/** From the moving flag to the temperature: moving, status, PWM, load, velocity, position, two trajectories, volts, celsius. */
const presentLength = 25
/** One count of velocity is 0.229 rev/min, of 4096 counts each. */
const countsPerSecond = (0.229 * 4096) / 60
/** Counts of velocity that are none: the servo's own measure jitters. */
const still = 2
/** Operating modes that go to a position: position, extended position, current-based position. */
const positionModes = [3, 4, 5]
const timeBased = 4
const faults: readonly (readonly [number, string])[] = [
  [0x01, 'wrong input voltage'],
  [0x04, 'overheating'],
  [0x08, 'a broken encoder'],
  [0x10, 'an electrical shock'],
  [0x20, 'overload'],
]

export function dynamixel(options: DynamixelOptions): DriverFactory {
  positive({ loadUnit: options.loadUnit }, ['loadUnit'])
  const kind: BusKind = {
    countsPerDegree: 4096 / 360,
    middle: 2048,
    lastId,
    watchdog: 'board',
    make: (ids, port) => new DynamixelBus(ids, port, options.loadUnit ?? 0.1),
  }
  return Object.assign((transport: Transport) => jointsDriver(kind, options, transport), { baudRate: 57_600 })
}

class DynamixelBus implements ServoBus {
  readonly #scanner = new FrameScanner<Status>(longest, look)
  readonly #exchange: Exchange<Status>
  /** Of the watchdog, in steps of 20 ms. */
  #steps = 25

  constructor(
    readonly ids: readonly number[],
    readonly port: ExchangeOptions,
    readonly loadUnit: number,
  ) {
    this.#exchange = new Exchange(port)
  }

  get noise(): number {
    return this.#scanner.bad
  }

  hear(bytes: Uint8Array): void {
    for (const status of this.#scanner.push(bytes)) this.#exchange.hear(status)
  }

  async greet({ patience, stopAfter }: Settings): Promise<void> {
    this.#steps = Math.max(1, Math.min(127, Math.floor(stopAfter / 20)))
    const each = 100
    const tries = Math.max(1, Math.ceil(patience / each))
    for (const id of this.ids) {
      await this.#ask(`ping of servo ${id}`, packet(id, instruction.ping), id, 3, false, { tries, patience: each })
      const [drive, mode] = await this.#read(id, register.driveMode, 2)
      if (!positionModes.includes(mode) || drive & timeBased)
        throw new LutraError(
          'mismatch',
          `Expected servo ${id} in position control by velocity but its operating mode is ${mode}, drive mode ${drive}; set them to 3 and 0`,
        )
      await this.#write(id, register.watchdog, [this.#steps], false)
      const [set] = await this.#read(id, register.watchdog, 1)
      await this.#write(id, register.watchdog, [0], false)
      if (set !== this.#steps)
        throw new LutraError(
          'mismatch',
          `Expected servo ${id} to keep a bus watchdog but it does not; update its firmware`,
        )
      // Goals come ramped; a ramp of the servo's own on top would lag behind them.
      await this.#write(id, register.profileAcceleration, long(0), false)
    }
  }

  async read(moves: boolean): Promise<Readings> {
    const heard = new Map<number, Status>()
    await this.#exchange.ask({
      what: 'all servos',
      bytes: syncRead(register.moving, presentLength, this.ids),
      moves,
      fresh: () => this.#scanner.fresh(),
      accept: (status) => {
        if (this.ids.includes(status.id) && status.data.length === presentLength) heard.set(status.id, status)
        return heard.size === this.ids.length || undefined
      },
    })
    const readings = new Map<number, Reading>()
    for (const [id, { data, alert }] of heard) {
      const fault = alert ? await this.#fault(id, moves) : undefined
      readings.set(id, { ...readingOf(data, this.loadUnit), ...(fault && { fault }) })
    }
    return readings
  }

  async torqued(): Promise<boolean> {
    let any = false
    for (const id of this.ids) any = (await this.#read(id, register.torque, 1))[0] !== 0 || any
    return any
  }

  async torque(on: boolean): Promise<void> {
    for (const id of this.ids) await this.#write(id, register.torque, [on ? 1 : 0], on)
  }

  async goals(goals: ReadonlyMap<number, Goal>, moves: boolean): Promise<void> {
    await this.port.send(goalPacket(goals), moves)
  }

  async arm(): Promise<void> {
    // A watchdog that has bitten lets no goal through before it is cleared.
    for (const id of this.ids) {
      await this.#write(id, register.watchdog, [0], true)
      await this.#write(id, register.watchdog, [this.#steps], true)
    }
  }

  async disarm(): Promise<void> {
    for (const id of this.ids) await this.#write(id, register.watchdog, [0], false)
  }

  async recover(): Promise<void> {
    for (const id of this.ids)
      if ((await this.#read(id, register.hardwareError, 1))[0] !== 0)
        await this.#ask(`reboot of servo ${id}`, packet(id, instruction.reboot), id, 0, false)
  }

  hold(positions: ReadonlyMap<number, number>): Uint8Array {
    // Back to where it was heard last, and gently: it has gone a little further since.
    return goalPacket(new Map([...positions].map(([id, position]) => [id, { position, speed: 500 }])))
  }

  limp(): Uint8Array {
    return syncWrite(register.torque, 1, new Map(this.ids.map((id) => [id, [0]])))
  }

  async #fault(id: number, moves: boolean): Promise<string | undefined> {
    const [bits] = await this.#read(id, register.hardwareError, 1, moves)
    return bits === 0 ? undefined : (faults.find(([bit]) => bits & bit)?.[1] ?? `hardware error ${bits}`)
  }

  async #read(id: number, at: number, length: number, moves = false): Promise<Uint8Array> {
    const bytes = packet(id, instruction.read, [...word(at), ...word(length)])
    return (await this.#ask(`register ${at} of servo ${id}`, bytes, id, length, moves)).data
  }

  async #write(id: number, at: number, data: readonly number[], moves: boolean): Promise<void> {
    const bytes = packet(id, instruction.write, [...word(at), ...data])
    await this.#ask(`write to register ${at} of servo ${id}`, bytes, id, 0, moves)
  }

  #ask(
    what: string,
    bytes: Uint8Array,
    id: number,
    length: number,
    moves: boolean,
    how: { readonly tries?: number; readonly patience?: number } = {},
  ): Promise<Status> {
    const accept = (status: Status) => {
      if (status.id !== id) return undefined
      if (status.error !== 0)
        throw new LutraError(
          'unsafe',
          `Expected servo ${id} to accept "${what}" but it answers: ${errors[status.error] ?? status.error}`,
        )
      return status.data.length === length ? status : undefined
    }
    return this.#exchange.ask({ what, bytes, moves, accept, fresh: () => this.#scanner.fresh(), ...how })
  }
}

/** Profile velocity and goal position lie side by side; velocity 0 would mean "as fast as it can". */
function goalPacket(goals: ReadonlyMap<number, Goal>): Uint8Array {
  const bytes = ({ position, speed }: Goal) => [
    ...long(Math.max(1, Math.round(speed / countsPerSecond))),
    ...long(position),
  ]
  return syncWrite(register.profileVelocity, 8, new Map([...goals].map(([id, goal]) => [id, bytes(goal)])))
}

function readingOf(data: Uint8Array, loadUnit: number): Reading {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  return {
    position: view.getInt32(10, true),
    moving: view.getUint8(0) !== 0 || Math.abs(view.getInt32(6, true)) > still,
    load: Math.round(view.getInt16(4, true) * loadUnit * 10) / 10,
    volts: view.getUint16(22, true) / 10,
    celsius: view.getUint8(24),
  }
}
