/**
 * Driver of Waveshare's ESP32 rovers over USB or the 40-pin UART, 115200 baud.
 * takes  WaveshareOptions · gives  DriverFactory with the skills of ../wheeled
 * The board's own timeout (T 136) is set to stopAfter; it has no acknowledgement, so it goes out before each action anew.
 * after ./codec, ../wheeled, ../exchange, ../lines
 */
import type { Action } from '../../../action/index.js'
import type { Call, DriverFactory, Settings } from '../../driver.js'
import type { DriveOptions } from '../../motion/index.js'
import type { Transport } from '../../transport.js'
import { Exchange } from '../exchange.js'
import { LineParser } from '../lines.js'
import { type DriveSkills, positive, WheeledBoard } from '../wheeled.js'
import {
  askFeedback,
  askImu,
  type Feedback,
  heartbeat,
  quiet,
  readLine,
  resetEmergency,
  speeds,
  stopLines,
} from './codec.js'

export interface WaveshareOptions extends Partial<DriveOptions> {
  /** Metres between the wheels. Default 0.172 (UGV02, UGV Rover); WAVE ROVER 0.125, UGV01 and UGV Beast 0.141. */
  readonly wheelBase?: number
  /** False for boards without encoders (WAVE ROVER): ways are reckoned from set-points and time. Default true. */
  readonly encoders?: boolean
  /** Metres per second at full drive, for boards without encoders. Default 1.25 (WAVE ROVER). */
  readonly topSpeed?: number
}

/** Longest line that a board sends: feedback with an arm is about 300 characters. */
const longest = 1024
/** Below this a wheel stands, in m/s: encoders and their arithmetic jitter. */
const still = 0.01
/** What T 1 takes as full drive where there are no encoders. */
const fullDrive = 0.5

export function waveshare(options: WaveshareOptions = {}): DriverFactory<DriveSkills> {
  return (transport) => new Waveshare(transport, options)
}

class Waveshare extends WheeledBoard {
  protected readonly stopBytes = stopLines
  readonly rolled: WheeledBoard['rolled']
  readonly #lines = new LineParser(longest)
  readonly #exchange: Exchange<Feedback>
  readonly #scale: number
  #bad = 0
  /** Metres by wheel, summed from speeds where the firmware does not count them. */
  #left = 0
  #right = 0
  #heardAt: number | undefined

  constructor(transport: Transport, options: WaveshareOptions) {
    super(transport, { wheelBase: 0.172, ...options })
    positive({ topSpeed: options.topSpeed }, ['topSpeed'])
    const { encoders = true, topSpeed = 1.25 } = options
    this.#scale = encoders ? 1 : fullDrive / topSpeed
    this.rolled = encoders ? async () => ({ left: this.#left, right: this.#right }) : undefined
    this.#exchange = new Exchange({
      name: this.name,
      send: (bytes, moves) => this.send(bytes, moves),
      retried: () => this.retries++,
    })
  }

  get noise(): number {
    return this.#lines.bad + this.#bad
  }

  async greet(settings: Settings): Promise<void> {
    this.settings = settings
    await this.send(quiet)
    await this.send(heartbeat(settings.stopAfter))
    const patience = 200
    const tries = Math.max(1, Math.ceil(settings.patience / patience))
    await this.#feedback(tries, patience)
    this.keepAsking(async () => {
      await this.#feedback()
      await this.send(askImu)
    })
  }

  async set(left: number, right: number): Promise<void> {
    const zero = left === 0 && right === 0
    await this.#exchange.ask({
      what: 'speed',
      bytes: speeds(left * this.#scale, right * this.#scale),
      moves: !zero,
      // At the end of a way the wheels roll out: it is done when the board says that they stand.
      accept: (heard) => !zero || rests(heard) || undefined,
      tries: zero ? 20 : Math.max(2, Math.ceil(this.settings.stopAfter / 100)),
      patience: 50,
    })
  }

  protected override async act(action: Action, call: Call): Promise<void> {
    await this.send(heartbeat(this.settings.stopAfter))
    // What came in while nothing moved is no measure of time.
    this.#heardAt = undefined
    await this.#feedback()
    await super.act(action, call)
  }

  override async release(stop: number): Promise<void> {
    await this.send(resetEmergency)
    await this.#feedback()
    await super.release(stop)
  }

  protected async atRest(): Promise<boolean> {
    return rests(await this.#feedback(1))
  }

  protected hear(bytes: Uint8Array): void {
    for (const line of this.#lines.push(bytes)) {
      const said = readLine(line)
      if (said === 'bad') this.#bad++
      else if (said && 'imu' in said) this.tell({ imu: said.imu })
      else if (said) this.#heard(said)
    }
  }

  #heard(feedback: Feedback): void {
    const now = performance.now()
    const seconds = this.#heardAt === undefined ? 0 : Math.min((now - this.#heardAt) / 1000, 0.5)
    this.#heardAt = now
    if (this.rolled) {
      this.#left = feedback.rolled?.left ?? this.#left + feedback.left * seconds
      this.#right = feedback.rolled?.right ?? this.#right + feedback.right * seconds
    }
    const { battery, roll, pitch, left, right } = feedback
    this.tell({
      ...(this.rolled && {
        speed: (left + right) / 2,
        spin: ((right - left) / this.drive.wheelBase) * (180 / Math.PI),
      }),
      ...(battery !== undefined && { battery }),
      ...(roll !== undefined && { roll }),
      ...(pitch !== undefined && { pitch }),
    })
    this.#exchange.hear(feedback)
  }

  #feedback(tries = 3, patience = 80): Promise<Feedback> {
    return this.#exchange.ask({ what: 'feedback', bytes: askFeedback, accept: (heard) => heard, tries, patience })
  }
}

function rests({ left, right }: Feedback): boolean {
  return Math.abs(left) < still && Math.abs(right) < still
}
