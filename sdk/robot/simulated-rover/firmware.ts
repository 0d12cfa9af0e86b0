/**
 * A simulated rover board: speaks the rover protocol over any byte transport and moves a Body in real time × speed.
 * takes  the board's end of a line, { speed, faults } · gives  ticks (what really moves), told (words for the screen)
 * It trusts nobody: checks, dedups, latches stops, and stops by itself when heartbeats end. See docs/rover-protocol.md.
 */
import { Subject } from 'rxjs'
import {
  type BoardMessage,
  decodeHost,
  encodeBoard,
  encodeFrame,
  type Frame,
  FrameParser,
  type HostMessage,
  type NackReason,
  newer,
  protocolVersion,
  type Result,
  type WireCommand,
} from '../protocol/index.js'
import type { Transport } from '../transport.js'
import { Body, type Tick } from './body.js'
import { damaged, type Faults } from './faults.js'
import { legsOf } from './legs.js'
import { place } from './room.js'

export interface FirmwareOptions {
  /** Simulated seconds per second. */
  readonly speed?: number
  readonly faults?: Partial<Faults>
  readonly random?: () => number
}

/** Milliseconds between steps of the body, and between unasked telemetry. */
const stepEvery = 20
const tellEvery = 100

export class Firmware {
  readonly ticks = new Subject<Tick>()
  /** What was begun, said, switched: for a screen. */
  readonly told = new Subject<string>()
  readonly faults: Faults
  readonly body: Body
  /** Commands that were begun, by sequence number: what "never twice" is checked against. */
  readonly begun: number[] = []
  latched = false
  #latch = Math.floor(Math.random() * 256)
  #boot = Math.floor(Math.random() * 65536)
  #session: number | undefined
  #timeout = 500
  /** The newest sequence number of a command, whatever became of it. */
  #seen = 0
  #command = 0
  #result: Result = 'none'
  #refusal: NackReason = 'none'
  #fed = 0
  #alive = true
  readonly #parser = new FrameParser()
  readonly #speed: number
  readonly #random: () => number
  readonly #timer: NodeJS.Timeout
  #stepped = performance.now()
  #told = 0

  constructor(
    readonly transport: Transport,
    { speed = 1, faults, random = Math.random }: FirmwareOptions = {},
  ) {
    const { x, y } = place('charger')!
    this.body = new Body(x, y, 0)
    this.faults = { dropAcks: 0, corrupt: 0, duplicate: 0, ...faults }
    this.#speed = speed
    this.#random = random
    transport.bytes.subscribe((bytes) => {
      if (!this.#alive) return
      for (const frame of this.#parser.push(damaged(bytes, this.faults.corrupt, this.#random))) this.#hear(frame)
    })
    this.#timer = setInterval(() => this.#step(), stepEvery)
  }

  /** The processor hangs: nothing is heard or said; its hardware watchdog cuts the motors. */
  die(): void {
    this.#alive = false
    this.body.drop()
  }

  /** A brown-out: everything is forgotten but the place. */
  restart(): void {
    this.#alive = true
    this.body.drop()
    this.latched = false
    this.#session = undefined
    this.#boot = (this.#boot + 1) & 0xffff
    this.#seen = 0
    this.#command = 0
    this.#result = 'none'
  }

  /** Switches the simulation off. */
  off(): void {
    clearInterval(this.#timer)
    this.ticks.complete()
    this.told.complete()
  }

  #hear(frame: Frame): void {
    const message = decodeHost(frame)
    const { sequence, id } = frame
    const answer = typeof message === 'string' ? message : this.#answer(message, sequence)
    if (answer === 'ack') this.#say({ type: 'ack', of: id, latch: this.#latch }, sequence)
    else if (answer) this.#say({ type: 'nack', of: id, reason: answer }, sequence)
  }

  #answer(message: HostMessage, sequence: number): 'ack' | NackReason | undefined {
    if (message.type === 'stop') return this.#stop()
    if (message.type === 'hello') return this.#greet(message, sequence)
    if (this.#session === undefined) return 'greet-first'
    switch (message.type) {
      case 'timeout':
        this.#timeout = Math.max(50, Math.min(10_000, message.ms))
        return 'ack'
      case 'heartbeat':
        if (this.#result === 'running' && sequence === this.#command) this.#fed = performance.now()
        this.#tell()
        return undefined
      case 'reset':
        if (message.latch !== this.#latch) return 'stale'
        this.latched = false
        return 'ack'
      case 'cancel':
        // Also one that comes before its command: the command must not begin afterwards.
        if (newer(sequence, this.#seen)) {
          if (this.#result === 'running') this.#end('cancelled')
          this.#see(sequence, 'cancelled')
        } else if (this.#result === 'running') this.#end('cancelled')
        return 'ack'
      case 'command':
        return newer(sequence, this.#seen) ? this.#order(message.command, sequence) : this.#again(sequence)
    }
  }

  #greet({ session }: HostMessage & { type: 'hello' }, sequence: number): undefined {
    if (session !== this.#session) {
      if (this.#result === 'running') this.#end('cancelled')
      this.#session = session
      this.#see(0, 'none')
    }
    this.#say({ type: 'welcome', version: protocolVersion, session, boot: this.#boot, simulated: true }, sequence)
    this.#tell()
  }

  /** A command that was heard before: say again what became of it, and do nothing. */
  #again(sequence: number): 'ack' | NackReason {
    if (sequence !== this.#command) return 'stale'
    if (this.#result === 'rejected') return this.#refusal
    if (this.#result === 'running') this.#fed = performance.now()
    else this.#say({ type: 'done', result: this.#result }, sequence)
    return 'ack'
  }

  #order(command: WireCommand, sequence: number): 'ack' | NackReason {
    if (this.#result === 'running') {
      this.#seen = sequence
      return 'busy'
    }
    this.#see(sequence, 'running')
    const legs = this.latched ? 'latched' : legsOf(command, this.body)
    if (typeof legs === 'string') {
      this.#result = 'rejected'
      this.#refusal = legs
      return legs
    }
    this.#fed = performance.now()
    this.begun.push(sequence)
    this.body.begin(legs)
    this.told.next(JSON.stringify(command))
    return 'ack'
  }

  #see(sequence: number, result: Result): void {
    this.#seen = sequence
    this.#command = sequence
    this.#result = result
  }

  #stop(): 'ack' {
    if (!this.latched) this.#latch = (this.#latch + 1) & 0xff
    this.latched = true
    if (this.#result === 'running') this.#end('stopped')
    this.body.drop()
    this.#tell()
    return 'ack'
  }

  #end(result: Result): void {
    this.#result = result
    if (result !== 'done') this.body.drop()
    // Where it came to its end is told first, so that whoever hears of the end knows the place.
    this.#tell()
    this.#say({ type: 'done', result }, this.#command)
  }

  #step(): void {
    const now = performance.now()
    if (this.#alive && this.#result === 'running' && now - this.#fed > this.#timeout) this.#end('timeout')
    // A pause of the whole process is not driven through in one leap.
    const seconds = (Math.min(100, now - this.#stepped) / 1000) * this.#speed
    this.#stepped = now
    const outcome = this.body.step(seconds)
    if (this.#alive && outcome && this.#result === 'running') this.#end(outcome)
    const { x, y, heading, speed, spin } = this.body
    const command = this.#result === 'running' ? this.#command : 0
    this.ticks.next({ ms: now, x, y, heading, speed, spin, latched: this.latched, command })
    if (now - this.#told >= tellEvery) this.#tell()
  }

  #tell(): void {
    if (!this.#alive || this.#session === undefined) return
    this.#told = performance.now()
    const running = this.#result === 'running'
    this.#say(
      {
        type: 'telemetry',
        latched: this.latched,
        latch: this.#latch,
        command: this.#command,
        result: this.#result,
        percent: running ? this.body.percent : 100,
        ...this.body.told,
      },
      0,
    )
  }

  #say(message: BoardMessage, sequence: number): void {
    const answer = message.type !== 'telemetry' && message.type !== 'welcome'
    if (!this.#alive || (answer && this.#random() < this.faults.dropAcks)) return
    const bytes = damaged(encodeFrame(encodeBoard(message, sequence)), this.faults.corrupt, this.#random)
    const twice = this.#random() < this.faults.duplicate
    for (let i = 0; i < (twice ? 2 : 1); i++) this.transport.write(bytes).catch(() => {})
  }
}
