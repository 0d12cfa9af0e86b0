/**
 * The rover protocol behind the Driver contract: greets a board of ours, does one command, stops it.
 * takes  an open Transport · gives  Driver<typeof roverSkills>; the board keeps the watchdog itself
 * before ./robot · after ./link, ./run
 */
import { filter, map, type Observable, Subject } from 'rxjs'
import { LutraError } from '../../hal/error.js'
import type { Action } from '../action/action.js'
import type { Call, Driver, DriverFactory, Settings } from './driver.js'
import { type Heard, Link, stopBytes, stopId } from './link.js'
import type { BoardMessage, Result, Telemetry, WireCommand } from './protocol/index.js'
import { protocolVersion } from './protocol/messages.js'
import { run } from './run.js'
import { roverSkills } from './skills.js'
import type { Transport } from './transport.js'

/** The board's words about itself, under the names of ./driver, and how its command and its latch stand. */
export type RoverTelemetry = Pick<Telemetry, keyof Telemetry>

/** Drives boards that speak the rover protocol (docs/rover-protocol.md); what `robot()` takes unless told otherwise. */
export const roverDriver: DriverFactory<typeof roverSkills> = (transport) => new RoverDriver(transport)

type Welcome = BoardMessage & { readonly type: 'welcome' }

class RoverDriver implements Driver<typeof roverSkills> {
  readonly skills = roverSkills
  readonly watchdog = 'board'
  readonly stopped = new Subject<number>()
  readonly telemetry: Observable<RoverTelemetry>
  readonly #link: Link
  #simulated = false
  #stopAfter = 500
  /** A board that has restarted may count its stops from the beginning. */
  #restarts = 0
  /** Stops sent and heard: after one, there is nothing left to cancel. */
  #stops = 0

  constructor(readonly transport: Transport) {
    this.#link = new Link(transport)
    this.#link.messages.subscribe({ next: (heard) => this.#listen(heard), complete: () => this.stopped.complete() })
    this.telemetry = this.#link.messages.pipe(
      map(({ message }) => message),
      filter((message) => message.type === 'telemetry'),
    )
  }

  get name(): string {
    return this.transport.name
  }

  get simulated(): boolean {
    return this.#simulated || this.transport.simulated
  }

  get ended(): LutraError | undefined {
    return this.#link.ended
  }

  get end(): Observable<LutraError> {
    return this.#link.end
  }

  get retries(): number {
    return this.#link.retries
  }

  get noise(): number {
    return this.#link.noise
  }

  async greet({ stopAfter, patience }: Settings): Promise<void> {
    this.#stopAfter = stopAfter
    this.#simulated = await hello(this.#link, patience)
    await this.#link.request({ type: 'timeout', ms: stopAfter })
    // The first telemetry says whether a stop is latched already.
    await this.#link.request({ type: 'heartbeat' }, { answer: ({ message }) => message.type === 'telemetry' })
  }

  async perform(action: Action, call: Call): Promise<void> {
    const sequence = this.#link.number()
    const stops = this.#stops
    const command = action as unknown as WireCommand
    let result: Result
    try {
      result = await run(this.#link, sequence, command, this.#stopAfter, call)
    } catch (error) {
      // A board that answers is asked to give up the command. Silence, or a restart, is left to the runtime's stop.
      const silent = error instanceof LutraError && error.kind === 'io'
      if (!silent && !this.ended && stops === this.#stops) await this.#cancel(sequence)
      throw error
    }
    if (result !== 'done') throw notDone(result, action)
  }

  sendStop(): void {
    this.#stops++
    this.#link.sendStop()
  }

  lastBreath(): void {
    this.transport.writeNow(stopBytes)
  }

  async release(stop: number): Promise<void> {
    await this.#link.request({ type: 'reset', latch: (stop - 1) & 0xff })
  }

  async close(): Promise<void> {
    await this.transport.close()
    await this.transport.closed
  }

  #listen({ message }: Heard): void {
    if (message.type === 'nack' && message.reason === 'greet-first') this.#restarts++
    const says = (message.type === 'telemetry' && message.latched) || (message.type === 'ack' && message.of === stopId)
    if (!says || !('latch' in message)) return
    this.#stops++
    // Never 0, which would say that the board does not count.
    this.stopped.next(this.#restarts * 256 + message.latch + 1)
  }

  async #cancel(sequence: number): Promise<void> {
    await this.#link.request({ type: 'cancel' }, { sequence, patience: 40 }).catch((cause) => {
      const message = 'Expected the board to give up its command but it did not answer; check it'
      throw new LutraError('io', message, { cause })
    })
  }
}

/** Says hello until the board answers this very hello, not an older session's. Tells whether the board is simulated. */
async function hello(link: Link, patience: number): Promise<boolean> {
  const session = Math.floor(Math.random() * 2 ** 32)
  const pause = 200
  const tries = Math.max(1, Math.ceil(patience / pause))
  const answer = ({ message }: Heard) => message.type === 'welcome' && message.session === session
  const words = { type: 'hello', version: protocolVersion, session } as const
  const { version, simulated } = (await link.request(words, { tries, patience: pause, answer })).message as Welcome
  if (version !== protocolVersion)
    throw new LutraError(
      'mismatch',
      `Expected rover protocol ${protocolVersion} but the board speaks ${version}; flash it`,
    )
  return simulated
}

function notDone(result: Result, action: Action): LutraError {
  const what = JSON.stringify(action)
  if (result === 'stopped') return new LutraError('cancelled', `Expected ${what} to end but the board was stopped`)
  if (result === 'timeout')
    return new LutraError('io', `Expected ${what} to end but the board heard no heartbeat in time and stopped itself`)
  if (result === 'blocked') return new LutraError('unsafe', `Expected a free way for ${what} but something is in it`)
  return new LutraError('unsafe', `Expected ${what} to be done but the board says ${result}`)
}
