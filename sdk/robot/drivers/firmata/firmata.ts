/**
 * Driver of boards that run StandardFirmata 2.3 to 2.5 over USB, 57600 baud: pins by name, as skills.
 * takes  FirmataOptions · gives  DriverFactory with the skills `set`, `dim`, `servo`, `read` for what is declared
 * Firmata has no timeout of its own: a host that dies leaves the pins as they are (watchdog 'host'). Nothing that
 * drives should hang on it.
 * after ./codec, ./pins, ./parts, ../board, ../exchange
 */
import { LutraError } from '../../../../hal/error.js'
import type { Action, Skills } from '../../../action/index.js'
import type { Call, DriverFactory, Settings } from '../../driver.js'
import { pause } from '../../pause.js'
import type { Transport } from '../../transport.js'
import { Board } from '../board.js'
import { Exchange } from '../exchange.js'
import { ask, FirmataParser, type Heard, type Mode, modes, tell } from './codec.js'
import { full, type Part, place, safeOf, stopOf } from './parts.js'
import { checkPins, type Pins, pinSkills, type ServoOptions, servoOf } from './pins.js'

export interface FirmataOptions {
  /** What is wired, by name: `{ led: { pin: 13, mode: 'output' }, light: { pin: 'A0', mode: 'analog' } }`. */
  readonly pins: Pins
  /** Milliseconds between reports of analog inputs. Default 100, 10 to 10000. */
  readonly sampling?: number
  /** A stop also resets the board's firmware: all pins off, all servos limp. Default false. */
  readonly reset?: boolean
}

/** A servo is told where to be this often, in ms: its own frame. */
const frame = 20

export function firmata(options: FirmataOptions): DriverFactory {
  const { pins, sampling = 100, reset = false } = options
  if (!(sampling >= 10 && sampling <= 10_000))
    throw new LutraError('limit', `Expected sampling from 10 to 10000 ms but received ${sampling}`)
  checkPins(pins, reset)
  const make = (transport: Transport) => new Firmata(transport, pinSkills(pins), { pins, sampling, reset })
  return Object.assign(make, { baudRate: 57600 })
}

class Firmata extends Board<Skills> {
  readonly watchdog = 'host'
  protected stopBytes: Uint8Array
  readonly #parser = new FirmataParser()
  readonly #exchange: Exchange<Heard>
  #parts = new Map<string, Part>()
  /** Ports as they were last told: bit by bit, pull-ups included. */
  readonly #ports = new Uint8Array(16)
  /** Degrees that each servo was last told, and has been told at all. */
  readonly #angles = new Map<string, number>()
  readonly #values: Record<string, number | boolean> = {}

  constructor(
    transport: Transport,
    skills: Skills,
    readonly given: Required<FirmataOptions>,
  ) {
    super(transport, skills)
    // Until the board has said where its analog pins are, what has a number is what can be stopped.
    this.stopBytes = stopOf(place(given.pins, []), given.reset)
    this.#exchange = new Exchange({
      name: this.name,
      send: (bytes, moves) => this.send(bytes, moves),
      retried: () => this.retries++,
    })
  }

  get noise(): number {
    return this.#parser.bad
  }

  async greet(settings: Settings): Promise<void> {
    this.settings = settings
    const patience = 300
    const tries = Math.max(1, Math.ceil(settings.patience / patience))
    const { major, minor } = await this.#ask('firmware', ask.firmware, 'firmware', tries, patience)
    if (major !== 2 || minor < 3)
      throw new LutraError('mismatch', `Expected Firmata 2.3 or later but the board has ${major}.${minor}; flash it`)
    const { pins } = await this.#ask('capability', ask.capability, 'capabilities', 3, 1000)
    const { channels } = await this.#ask('mapping', ask.mapping, 'analog mapping', 3, 500)
    const parts = place(this.given.pins, channels)
    for (const { name, options, pin } of parts) {
      const { mode } = options
      const able = pins[pin] ?? new Map()
      // Before 2.5 a pull-up is an input that 1 was written to.
      if (!able.has(modes[mode]) && !(mode === 'pullup' && able.has(modes.input)))
        throw new LutraError('mismatch', `Expected a pin for ${name} that can be ${mode} but ${options.pin} cannot`)
    }
    this.#parts = new Map(parts.map((part) => [part.name, part]))
    this.stopBytes = stopOf(parts, this.given.reset)
    await this.#configure()
    // A line that has gone dumb is noticed although nothing is asked of it.
    this.keepAsking(() => this.#ask('version', ask.version, 'version', 3, 300))
  }

  protected override async act({ skill, name, ...given }: Action, call: Call): Promise<void> {
    const part = this.#parts.get(String(name))
    if (!part) throw new LutraError('closed', 'Expected a greeted board; open the robot anew')
    if (skill === 'set') await this.#set(part, given.state === 'on')
    else if (skill === 'dim') await this.#put(part, Math.round((Number(given.percent) * full) / 100))
    else if (skill === 'servo') await this.#turn(part, Number(given.degrees), call)
    else await this.#read(part)
  }

  protected async atRest(): Promise<boolean> {
    for (const part of this.#parts.values()) {
      const { mode } = part.options
      if (mode !== 'output' && mode !== 'pwm') continue
      const { value } = await this.#state(part)
      if (value !== safeOf(part.options)) return false
    }
    // Servos hold where they are once nobody tells them on: a word of the board shows that it lives.
    await this.#ask('version', ask.version, 'version', 1, 100)
    return true
  }

  override async release(stop: number): Promise<void> {
    // Limp servos stand anywhere now; a reset has made all of them limp.
    for (const { name, options } of this.#parts.values())
      if (options.mode === 'servo' && (this.given.reset || servoOf(options).safe === 'limp')) this.#angles.delete(name)
    await this.#configure()
    await super.release(stop)
  }

  override async close(): Promise<void> {
    if (!this.ended) await this.transport.write(this.stopBytes, { urgent: true }).catch(() => {})
    await super.close()
  }

  protected hear(bytes: Uint8Array): void {
    for (const heard of this.#parser.push(bytes)) {
      this.#exchange.hear(heard)
      let news = false
      for (const { name, options, pin, channel } of this.#parts.values()) {
        const { mode } = options
        const analog = mode === 'analog' && heard.type === 'analog' && heard.channel === channel
        const digital = (mode === 'input' || mode === 'pullup') && heard.type === 'digital' && heard.port === pin >> 3
        if (analog) this.#values[name] = Math.min(1, heard.value / 1023)
        if (digital) this.#values[name] = (heard.bits & (1 << (pin & 7))) !== 0
        news ||= analog || digital
      }
      if (news) this.tell({ ...this.#values })
      if (heard.type === 'text') this.tell({ ...this.#values, text: heard.text })
    }
  }

  /** Everything in its safe state; inputs reported. Servos stay limp until they are asked to move. */
  async #configure(): Promise<void> {
    this.#ports.fill(0)
    const parts = [...this.#parts.values()]
    for (const { options, pin } of parts)
      if ((options.mode === 'output' && safeOf(options)) || options.mode === 'pullup')
        this.#ports[pin >> 3] |= 1 << (pin & 7)
    for (const { options, pin, channel } of parts) {
      const { mode } = options
      if (mode === 'servo') continue
      await this.send(tell.mode(pin, mode === 'pullup' ? 'input' : (mode as Mode)))
      if (mode === 'pwm') await this.send(tell.analog(pin, safeOf(options)))
      else if (mode === 'analog') await this.send(tell.reportAnalog(channel, true))
      else await this.send(tell.digital(pin >> 3, this.#ports[pin >> 3]))
      if (mode === 'input' || mode === 'pullup') await this.send(tell.reportDigital(pin >> 3, true))
    }
    await this.send(tell.sampling(this.given.sampling))
  }

  async #set(part: Part, on: boolean): Promise<void> {
    const { pin } = part
    const bit = 1 << (pin & 7)
    const bits = on ? this.#ports[pin >> 3] | bit : this.#ports[pin >> 3] & ~bit
    await this.send(tell.digital(pin >> 3, bits), true)
    // Only now: what was refused must not go out with the next pin of its port.
    this.#ports[pin >> 3] = bits
    await this.#proved(part, on ? 1 : 0)
  }

  async #put(part: Part, value: number): Promise<void> {
    await this.send(tell.analog(part.pin, value), true)
    await this.#proved(part, value)
  }

  /** In steps of a servo's frame, no faster than declared. */
  async #turn(part: Part, goal: number, call: Call): Promise<void> {
    const { min, max, speed, home, pulse } = servoOf(part.options as ServoOptions)
    if (!(goal >= min && goal <= max))
      throw new LutraError('unsafe', `Expected ${part.name} from ${min} to ${max} degrees but received ${goal}`)
    let at = this.#angles.get(part.name)
    if (at === undefined) {
      at = home
      await this.send(tell.servo(part.pin, pulse[0], pulse[1]), true)
      await this.send(tell.mode(part.pin, 'servo'), true)
    }
    const way = Math.abs(goal - at)
    while (true) {
      const far = goal - at
      at += Math.sign(far) * Math.min(Math.abs(far), (speed * frame) / 1000)
      this.#angles.set(part.name, at)
      await this.send(tell.analog(part.pin, Math.round(at)), true)
      if (at === goal) break
      call.progress(Math.floor(100 * (1 - Math.abs(goal - at) / way)))
      await pause(frame, call.signal)
    }
    await this.#proved(part, Math.round(goal))
  }

  /** A fresh value has been heard when this resolves; it is in the telemetry. */
  async #read({ name, pin, channel, options }: Part): Promise<void> {
    const analog = options.mode === 'analog'
    await this.#exchange.ask({
      what: name,
      bytes: analog ? tell.reportAnalog(channel, true) : tell.reportDigital(pin >> 3, true),
      patience: this.given.sampling + 200,
      accept: (heard) =>
        (analog && heard.type === 'analog' && heard.channel === channel) ||
        (!analog && heard.type === 'digital' && heard.port === pin >> 3) ||
        undefined,
    })
  }

  /** The board itself says so. */
  async #proved(part: Part, value: number): Promise<void> {
    const state = await this.#state(part)
    if (state.value !== value)
      throw new LutraError('io', `Expected ${part.name} at ${value} but the board says ${state.value}; check the line`)
  }

  #state({ pin, name }: Part) {
    return this.#exchange.ask({
      what: `state of ${name}`,
      bytes: ask.state(pin),
      accept: (heard) => (heard.type === 'state' && heard.pin === pin ? heard : undefined),
    })
  }

  #ask<T extends Heard['type']>(type: T, bytes: Uint8Array, what: string, tries: number, patience: number) {
    const accept = (heard: Heard) => (heard.type === type ? (heard as Heard & { type: T }) : undefined)
    return this.#exchange.ask({ what, bytes, tries, patience, accept })
  }
}
