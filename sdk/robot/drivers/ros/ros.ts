/**
 * A mobile base in a ROS graph: velocities out on cmd_vel, the way back from odometry. ROS 2, or 1 by way of rosbridge.
 * takes  RosOptions, a Transport of ./graph · gives  a Driver with the skills drive, turn, wait, stop
 * The topics and their conventions: ROS REP 103 and 105; diff_drive_controller's cmd_vel_timeout of 0.5 s
 */
import { setImmediate as turn } from 'node:timers/promises'
import { LutraError } from '../../../../hal/error.js'
import type { DriverFactory, Settings } from '../../driver.js'
import { type DriveOptions, Way } from '../../motion/index.js'
import type { Transport } from '../../transport.js'
import { type DriveSkills, WheeledBoard } from '../wheeled.js'
import { readOdometry } from './odometry.js'
import { encodeWords, type RosNews, type RosWord, WordParser } from './words.js'

export interface RosOptions extends Omit<DriveOptions, 'wheelBase'> {
  /** Where velocities go. Default /cmd_vel. */
  readonly velocity?: string
  /** TwistStamped, as controllers of ROS 2 Jazzy and later ask for. Default false. */
  readonly stamped?: boolean
  /** Where odometry comes from; false drives by time alone. Default /odom. */
  readonly odometry?: string | false
  /** sensor_msgs/BatteryState. Default none. */
  readonly battery?: string
  /** std_msgs/Bool: true is published with each stop, false with a release. Default none. */
  readonly emergency?: string
  /** `board` where the base's controller stops by itself within stopAfter (cmd_vel_timeout). Default host: it may not. */
  readonly watchdog?: 'board' | 'host'
}

/** m/s and rad/s below which odometry counts as standing. */
const still = { speed: 0.01, spin: 0.02 }
/** Wheels are only how the way is written down here: any base gives the same velocities. */
const wheelBase = 1

export function ros(options: RosOptions = {}): DriverFactory<DriveSkills> {
  return (transport) => new RosBase(transport, options)
}

class RosBase extends WheeledBoard {
  override readonly watchdog: 'board' | 'host'
  readonly rolled: (() => Promise<{ left: number; right: number }>) | undefined
  protected readonly stopBytes: Uint8Array
  readonly #topics: { readonly velocity: string; readonly odometry: string | false }
  readonly #parser = new WordParser<RosNews>()
  readonly #way = new Way()
  #bad = 0
  #rests = false
  #first: (() => void) | undefined

  constructor(
    transport: Transport,
    readonly options: RosOptions,
  ) {
    super(transport, { ...options, wheelBase })
    this.watchdog = options.watchdog ?? 'host'
    const { velocity = '/cmd_vel', odometry = '/odom', emergency } = options
    this.#topics = { velocity, odometry }
    this.stopBytes = encodeWords([this.#twist(0, 0), ...(emergency ? [publish(emergency, { data: true })] : [])])
    if (odometry === false) return
    this.rolled = async () => {
      // After a pause of this process, what the base has said meanwhile is read first.
      await turn()
      return this.#way.rolled(wheelBase, this.settings.stopAfter)
    }
  }

  get noise(): number {
    return this.#parser.bad + this.#bad
  }

  async greet(settings: Settings): Promise<void> {
    this.settings = settings
    const { velocity, odometry } = this.#topics
    const { battery, emergency, stamped } = this.options
    const words: RosWord[] = [
      { op: 'advertise', topic: velocity, type: `geometry_msgs/msg/${stamped ? 'TwistStamped' : 'Twist'}` },
    ]
    if (emergency) words.push({ op: 'advertise', topic: emergency, type: 'std_msgs/msg/Bool' })
    if (odometry) words.push({ op: 'subscribe', topic: odometry, type: 'nav_msgs/msg/Odometry' })
    if (battery) words.push({ op: 'subscribe', topic: battery, type: 'sensor_msgs/msg/BatteryState' })
    await this.send(encodeWords(words))
    if (odometry) await this.#firstOdometry(odometry, settings.patience)
  }

  async set(left: number, right: number): Promise<void> {
    const moves = left !== 0 || right !== 0
    await this.send(encodeWords([this.#twist((left + right) / 2, (right - left) / wheelBase)]), moves)
  }

  override sendStop(): void {
    // What odometry said before proves nothing.
    if (!this.held) this.#rests = false
    super.sendStop()
  }

  override async release(stop: number): Promise<void> {
    const { emergency } = this.options
    if (emergency) await this.send(encodeWords([publish(emergency, { data: false })]))
    await super.release(stop)
  }

  /** Without odometry nobody answers: what was handed over counts. */
  protected async atRest(): Promise<boolean> {
    if (this.rolled === undefined) return true
    // Not by odometry that has fallen silent either.
    await this.rolled()
    return this.#rests
  }

  protected hear(bytes: Uint8Array): void {
    for (const { topic, message } of this.#parser.push(bytes)) {
      if (topic === this.#topics.odometry) this.#place(message)
      else if (topic === this.options.battery) {
        const voltage = (message as { voltage?: unknown } | null)?.voltage
        if (typeof voltage === 'number' && Number.isFinite(voltage)) this.tell({ battery: voltage })
      }
    }
  }

  #place(message: unknown): void {
    const odometry = readOdometry(message)
    if (odometry === undefined) {
      this.#bad++
      return
    }
    const { x, y, yaw, speed, spin } = odometry
    this.#way.add(odometry)
    this.#rests = Math.abs(speed) < still.speed && Math.abs(spin) < still.spin
    const degrees = 180 / Math.PI
    this.tell({ pose: { x, y, heading: yaw * degrees }, speed, spin: spin * degrees })
    this.#first?.()
  }

  #firstOdometry(topic: string, patience: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const silent = `Expected odometry on ${topic} within ${patience} ms but heard none`
      const late = setTimeout(
        () => reject(new LutraError('io', `${silent}; start the base, or say odometry: false`)),
        patience,
      )
      this.#first = () => {
        clearTimeout(late)
        this.#first = undefined
        resolve()
      }
      void this.transport.closed.then((reason) => {
        clearTimeout(late)
        reject(reason ?? new LutraError('closed', `${this.name} was closed`))
      })
    })
  }

  /** m/s and rad/s. A stamp of zero means now, to the controllers that read one. */
  #twist(speed: number, spin: number): RosWord {
    const twist = { linear: { x: speed, y: 0, z: 0 }, angular: { x: 0, y: 0, z: spin } }
    const header = { stamp: { sec: 0, nanosec: 0 }, frame_id: '' }
    return publish(this.#topics.velocity, this.options.stamped ? { header, twist } : twist)
  }
}

function publish(topic: string, message: object): RosWord {
  return { op: 'publish', topic, message }
}
