/**
 * Driver of Feetech STS (STS3215, SO-100 and SO-101 arms) and SCS bus servos over a USB or UART bus adapter, 1 Mbaud.
 * takes  FeetechOptions · gives  DriverFactory with the skills of ../joints/options
 * The servos have no timeout of their own: goals in small steps bound what a dead host leaves behind. Nothing is written
 * to the servos' EEPROM.
 * after ./codec, ./table, ./echo, ../joints, ../exchange, ../scanner
 */
import type { DriverFactory, Settings } from '../../driver.js'
import type { Transport } from '../../transport.js'
import { Exchange, type ExchangeOptions } from '../exchange.js'
import type { BusKind, Goal, Readings, ServoBus } from '../joints/bus.js'
import { jointsDriver } from '../joints/joints.js'
import type { ArmOptions } from '../joints/options.js'
import { FrameScanner } from '../scanner.js'
import {
  address,
  broadcast,
  instruction,
  lastId,
  longest,
  look,
  packet,
  presentLength,
  type Status,
  syncWrite,
} from './codec.js'
import { Echo } from './echo.js'
import { type Family, families, goalBytes, readingOf } from './table.js'

export interface FeetechOptions extends ArmOptions {
  /** `sts`: magnetic encoder, 4096 counts a turn. `scs`: potentiometer, 1024 counts over 300 degrees. Default `sts`. */
  readonly family?: keyof typeof families
  /** The adapter hears what it sends. Default false. */
  readonly echo?: boolean
  /** All servos read with one question; SCS servos know only one by one. Default true for sts. */
  readonly syncRead?: boolean
}

export function feetech(options: FeetechOptions): DriverFactory {
  const family = families[options.family ?? 'sts']
  const { echo = false, syncRead = family.littleEndian } = options
  const kind: BusKind = {
    countsPerDegree: family.countsPerDegree,
    middle: family.middle,
    lastId,
    watchdog: 'host',
    make: (ids, port) => new FeetechBus(ids, port, family, { echo, syncRead }),
  }
  return Object.assign((transport: Transport) => jointsDriver(kind, options, transport), { baudRate: 1_000_000 })
}

class FeetechBus implements ServoBus {
  readonly #scanner = new FrameScanner<Status>(longest, look)
  readonly #exchange: Exchange<Status>
  readonly #echo: Echo | undefined

  constructor(
    readonly ids: readonly number[],
    readonly port: ExchangeOptions,
    readonly family: Family,
    readonly how: { readonly echo: boolean; readonly syncRead: boolean },
  ) {
    this.#echo = how.echo ? new Echo() : undefined
    this.#exchange = new Exchange({ ...port, send: (bytes, moves) => this.#send(bytes, moves) })
  }

  get noise(): number {
    return this.#scanner.bad
  }

  hear(bytes: Uint8Array): void {
    const theirs = this.#echo?.heard(bytes) ?? bytes
    for (const status of this.#scanner.push(theirs)) this.#exchange.hear(status)
  }

  async greet({ patience }: Settings): Promise<void> {
    const each = 100
    for (const id of this.ids)
      await this.#ask(`ping of servo ${id}`, packet(id, instruction.ping), id, 0, false, {
        tries: Math.max(1, Math.ceil(patience / each)),
        patience: each,
      })
  }

  async read(moves: boolean): Promise<Readings> {
    const readings = new Map()
    const note = ({ id, error, data }: Status) => readings.set(id, readingOf(this.family, error, data))
    const where = [address.present, presentLength]
    if (!this.how.syncRead)
      for (const id of this.ids)
        note(await this.#ask(`servo ${id}`, packet(id, instruction.read, where), id, presentLength, moves))
    else
      await this.#exchange.ask({
        what: 'all servos',
        bytes: packet(broadcast, instruction.syncRead, [...where, ...this.ids]),
        moves,
        fresh: () => this.#fresh(),
        accept: (status) => {
          if (this.ids.includes(status.id) && status.data.length === presentLength) note(status)
          return readings.size === this.ids.length || undefined
        },
      })
    return readings
  }

  async torqued(): Promise<boolean> {
    let any = false
    for (const id of this.ids) {
      const { data } = await this.#ask(
        `torque of servo ${id}`,
        packet(id, instruction.read, [address.torque, 1]),
        id,
        1,
        false,
      )
      any ||= data[0] !== 0
    }
    return any
  }

  async torque(on: boolean): Promise<void> {
    for (const id of this.ids)
      await this.#ask(`torque of servo ${id}`, packet(id, instruction.write, [address.torque, on ? 1 : 0]), id, 0, on)
  }

  async goals(goals: ReadonlyMap<number, Goal>, moves: boolean): Promise<void> {
    await this.#send(this.#goals(goals), moves)
  }

  hold(positions: ReadonlyMap<number, number>): Uint8Array {
    // Back to where it was heard last, and gently: it has gone a little further since.
    return this.#goals(new Map([...positions].map(([id, position]) => [id, { position, speed: 500 }])))
  }

  limp(): Uint8Array {
    return syncWrite(address.torque, 1, new Map(this.ids.map((id) => [id, [0]])))
  }

  #goals(goals: ReadonlyMap<number, Goal>): Uint8Array {
    const bytes = new Map([...goals].map(([id, goal]) => [id, goalBytes(this.family, goal)]))
    const at = this.family.accelerates ? address.acceleration : address.goal
    return syncWrite(at, this.family.accelerates ? 7 : 6, bytes)
  }

  #ask(
    what: string,
    bytes: Uint8Array,
    id: number,
    length: number,
    moves: boolean,
    how: { readonly tries?: number; readonly patience?: number } = {},
  ): Promise<Status> {
    const accept = (status: Status) => (status.id === id && status.data.length === length ? status : undefined)
    return this.#exchange.ask({ what, bytes, moves, accept, fresh: () => this.#fresh(), ...how })
  }

  #fresh(): void {
    this.#scanner.fresh()
  }

  #send(bytes: Uint8Array, moves: boolean): Promise<void> {
    this.#echo?.sent(bytes)
    return this.port.send(bytes, moves).catch((refusal) => {
      this.#echo?.forget()
      throw refusal
    })
  }
}
