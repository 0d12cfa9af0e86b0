/**
 * Opens a robot: a serial port or any other transport in, skills and safe motion out.
 * takes  a path or a Transport, { stopAfter } in ms · gives  Promise<Robot>, greeted and with its own timeout set
 * before sdk/open · after ./rover, ./serial
 */
import type { Observable, OperatorFunction } from 'rxjs'
import { LutraError } from '../../hal/error.js'
import type { Action } from '../action/action.js'
import type { Heard, Link } from './link.js'
import { type BoardMessage, protocolVersion } from './protocol/messages.js'
import type { Report, RobotState, Stopped } from './report.js'
import type { SerialOptions } from './serial.js'
import type { roverSkills } from './skills.js'
import type { Transport } from './transport.js'

export interface RobotOptions {
  /** Milliseconds without a fresh word from us after which the board stops by itself. Default 500, 100 to 10000. */
  readonly stopAfter?: number
  /** Milliseconds to wait for the board's first word; many boards restart when opened. Default 4000. */
  readonly patience?: number
  /** Actions that execute() lets wait where their source cannot. Default 64. */
  readonly queue?: number
  /** Milliseconds that an action may take. Default: ten times what a slow rover needs, 120 s for open ends. */
  readonly deadline?: (action: Action) => number
}

type Welcome = BoardMessage & { readonly type: 'welcome' }

export interface Robot {
  readonly name: string
  /** True where the line or the board behind it stands in for a real one. */
  readonly simulated: boolean
  /** What it can be asked to do; grammar, guard and types come from this. */
  readonly skills: typeof roverSkills
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

export async function robot(
  portOrTransport: string | Transport,
  options: RobotOptions & SerialOptions = {},
): Promise<Robot> {
  const { stopAfter = 500, patience = 4000, queue = 64, deadline = usual, baudRate } = options
  if (!(stopAfter >= 100 && stopAfter <= 10_000))
    throw new LutraError('limit', `Expected stopAfter from 100 to 10000 ms but received ${stopAfter}`)
  // Only now: an app that opens a model and no robot should not wait for all this to load.
  const [{ Link }, { Rover }, { serial }] = await Promise.all([
    import('./link.js'),
    import('./rover.js'),
    import('./serial.js'),
  ])
  const transport = typeof portOrTransport === 'string' ? await serial(portOrTransport, { baudRate }) : portOrTransport
  const link = new Link(transport)
  try {
    const simulated = await greet(link, patience)
    await link.request({ type: 'timeout', ms: stopAfter })
    const rover = new Rover(link, simulated, { stopAfter, patience, queue, deadline })
    // The first telemetry says whether a stop is latched already.
    await link.request({ type: 'heartbeat' }, { answer: ({ message }) => message.type === 'telemetry' })
    return rover
  } catch (error) {
    await transport.close()
    throw error
  }
}

/** Says hello until the board answers this very hello, not an older session's. Tells whether the board is simulated. */
async function greet(link: Link, patience: number): Promise<boolean> {
  const session = Math.floor(Math.random() * 2 ** 32)
  const pause = 200
  const tries = Math.max(1, Math.ceil(patience / pause))
  const answer = ({ message }: Heard) => message.type === 'welcome' && message.session === session
  const hello = { type: 'hello', version: protocolVersion, session } as const
  const { version, simulated } = (await link.request(hello, { tries, patience: pause, answer })).message as Welcome
  if (version !== protocolVersion)
    throw new LutraError(
      'mismatch',
      `Expected rover protocol ${protocolVersion} but the board speaks ${version}; flash it`,
    )
  return simulated
}

function usual({ skill, ...given }: Action): number {
  const slack = 10_000
  if (skill === 'drive') return slack + Math.abs(Number(given.metres)) * 20_000
  if (skill === 'turn') return slack + Math.abs(Number(given.degrees)) * 200
  if (skill === 'wait') return slack + Number(given.seconds) * 1_000
  return 120_000
}
