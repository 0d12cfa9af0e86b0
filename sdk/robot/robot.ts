/**
 * Opens a robot: a serial port or any other transport and its driver in, skills and safe motion out.
 * takes  a Line, { driver, stopAfter in ms } · gives  Promise<Robot>, greeted, with its own timeout set
 * before sdk/open · after ./runtime, ./driver, ./line
 */
import type { Observable, OperatorFunction } from 'rxjs'
import { LutraError } from '../../hal/error.js'
import type { Action, Skills } from '../action/index.js'
import type { Driver, DriverFactory } from './driver.js'
import type { Emergency } from './emergency.js'
import type { Line } from './line.js'
import type { ReconnectOptions } from './reconnect.js'
import type { Report, RobotState, Stopped } from './report.js'
import type { SerialOptions } from './serial.js'
import type { roverSkills } from './skills.js'

export interface RobotOptions<S extends Skills = typeof roverSkills> extends SerialOptions {
  /** What kind of board it is. Default: one that speaks our rover protocol. */
  readonly driver?: DriverFactory<S>
  /** Milliseconds without a fresh word from us after which the robot stops by itself. Default 500, 100 to 10000. */
  readonly stopAfter?: number
  /** Milliseconds to wait for the board's first word; many boards restart when opened. Default 4000. */
  readonly patience?: number
  /** Actions that execute() lets wait where their source cannot. Default 64. */
  readonly queue?: number
  /** Milliseconds that an action may take. Default: ten times what a slow robot needs, 120 s for open ends. */
  readonly deadline?: (action: Action) => number
  /**
   * Asked before every heartbeat, and four times per stopAfter while an action runs: false, or an error, ends the
   * heartbeats and stops the robot. `model.alive()` ties them to a model. Must answer at once. Default: always true.
   */
  readonly alive?: () => boolean
  /**
   * Whatever stops the robot at any emission: `button()`, a topic, a key. One that fails or ends stops it as well, and then
   * reset() rejects: nobody watches any more. Default: none.
   */
  readonly emergency?: Emergency
  /**
   * Looks for a line that has gone until it is back, and greets the board anew. The robot is latched from then on: what ran
   * has ended, and nothing moves before reset(). Needs a port or a function as its line. Default: a lost line is closed.
   */
  readonly reconnect?: boolean | ReconnectOptions
}

export interface Robot<S extends Skills = typeof roverSkills> {
  readonly name: string
  /** True where the line or the board behind it stands in for a real one. */
  readonly simulated: boolean
  /** `board`: it stops by itself `stopAfter` ms after our last word. `host`: it cannot, and only this process watches over it. */
  readonly watchdog: 'board' | 'host'
  /** Milliseconds without a fresh word from us after which it stops. */
  readonly stopAfter: number
  /** What is not as good as it could be with its line, for a person to read. */
  readonly notes: readonly string[]
  /** What it can be asked to do; grammar, guard and types come from this. */
  readonly skills: S
  /** Every change of it; starts with how it is now. */
  readonly state: Observable<RobotState>
  readonly now: RobotState
  /**
   * Executes actions one at a time, in order. An action that does not end well is reported, then ends the stream with
   * its LutraError; unsubscribing cancels the running action. A source that can wait (fromGenerator) makes its next action
   * when the last is done; what any other sends meanwhile is queued, but a `stop` overtakes it. An emergency stop ends the
   * stream wherever it stands, LutraError cancelled: subscribe anew after reset().
   */
  execute(): OperatorFunction<Action, Report>
  /** The same for one action or a list; an async list is asked for its next action only when the last is done. */
  perform(actions: Action | Iterable<Action> | AsyncIterable<Action>): Observable<Report>
  /** Emergency stop: overtakes everything, holds until reset(). Never rejects; bound. */
  readonly stop: (reason?: unknown) => Promise<Stopped>
  /** Allows motion again after a stop. For a person to call. */
  reset(): Promise<void>
  /** Brings it to rest and closes the line. */
  close(): Promise<void>
}

/**
 * Opens a robot and greets it; nothing moves. `line` is a serial port (`/dev/serial/by-id/…`), `auto` for the only USB port,
 * `simulated` for the rover in memory (`simulated:speed=4` four times as fast), a Transport, or a function that opens one.
 * LutraError io where nothing answers or the port cannot be opened, mismatch for firmware of another
 * version or more than one port, limit, unsupported.
 */
export async function robot<S extends Skills = typeof roverSkills>(
  line: Line,
  options: RobotOptions<S> = {},
): Promise<Robot<S>> {
  const { stopAfter = 500, patience = 4000, queue = 64, deadline = usual, alive = () => true } = options
  if (!(stopAfter >= 100 && stopAfter <= 10_000))
    throw new LutraError('limit', `Expected stopAfter from 100 to 10000 ms but received ${stopAfter}`)
  // Only now: an app that opens a model and no robot should not wait for all this to load.
  const [{ Runtime }, { roverDriver }, { isSimulated, opener }] = await Promise.all([
    import('./runtime.js'),
    import('./rover.js'),
    import('./line.js'),
  ])
  // Without a driver, S is the rover's.
  const factory = options.driver ?? (roverDriver as unknown as DriverFactory<S>)
  if (isSimulated(line) && (factory as unknown) !== roverDriver)
    throw new LutraError('unsupported', 'Expected no driver for the simulated rover, which speaks the rover protocol')
  const { baudRate = factory.baudRate, reconnect = false, emergency = [] } = options
  if (reconnect && typeof line === 'object')
    throw new LutraError('unsupported', 'Expected a port or a function to reconnect but a Transport opens only once')
  const open = opener(line, { baudRate })
  let notes: readonly string[] = []
  const connect = async () => {
    const transport = await open()
    notes = transport.notes ?? []
    return factory(transport)
  }
  const driver = await lasting(await connect(), connect, reconnect)
  // Made before the first word, so that it hears of a stop that is latched already.
  const runtime = new Runtime(driver, { stopAfter, queue, deadline, alive, emergency, notes: () => notes })
  try {
    await driver.greet({ stopAfter, patience })
    return runtime
  } catch (error) {
    await runtime.close()
    throw error
  }
}

async function lasting<S extends Skills>(
  driver: Driver<S>,
  connect: () => Promise<Driver<S>>,
  reconnect: boolean | ReconnectOptions,
): Promise<Driver<S>> {
  if (!reconnect) return driver
  const { Lasting } = await import('./reconnect.js')
  return new Lasting(driver, connect, reconnect === true ? {} : reconnect)
}

/** By the arguments that take time, in SI units, whatever the skill is called. */
function usual({ metres, degrees, seconds }: Action): number {
  const slack = 10_000
  if (metres === undefined && degrees === undefined && seconds === undefined) return 120_000
  const take = (value: unknown, ms: number) => (Number.isFinite(value) ? Math.abs(value as number) * ms : 0)
  return slack + take(metres, 20_000) + take(degrees, 200) + take(seconds, 1_000)
}
