/**
 * A robot on an open line: actions in, reports out, one action at a time; stopped whenever in doubt.
 * takes  a Link that has been greeted · gives  the Robot of ./robot
 * before ./robot · after ./run, ./latch, ./check, ./unroll
 */
import { BehaviorSubject, concatMap, defer, finalize, Observable, type OperatorFunction } from 'rxjs'
import { LutraError } from '../../hal/index.js'
import { type Action, skillSet } from '../action/index.js'
import { violation } from './check.js'
import { guardExit } from './exit.js'
import { Latch } from './latch.js'
import { type Link, stopBytes } from './link.js'
import type { Result, Telemetry, WireCommand } from './protocol/index.js'
import type { Report, RobotState, Stopped } from './report.js'
import type { Robot, RobotOptions } from './robot.js'
import { run } from './run.js'
import { roverSkills } from './skills.js'
import { unroll } from './unroll.js'

type Emit = (report: Report) => void

export class Rover implements Robot {
  readonly skills = roverSkills
  readonly #set = skillSet(roverSkills)
  readonly #state: BehaviorSubject<RobotState>
  readonly #latch: Latch
  readonly #unguard: () => void
  /** Ends the running action, with the reason. */
  #abort: AbortController | undefined
  #action: Action | undefined
  #telemetry: Telemetry | undefined
  /** Settles when the action before has ended: the queue of turns. */
  #turn: Promise<unknown> = Promise.resolve()
  #closing: Promise<void> | undefined

  constructor(
    readonly link: Link,
    readonly boardSimulated: boolean,
    readonly options: Required<RobotOptions>,
  ) {
    this.#latch = new Latch(link)
    this.#state = new BehaviorSubject<RobotState>(this.#now())
    this.#latch.changes.subscribe(() => {
      if (this.#latch.latched) this.#abort?.abort(stopped())
      this.#tell()
    })
    link.messages.subscribe(({ message }) => {
      if (message.type !== 'telemetry') return
      this.#telemetry = message
      this.#tell()
    })
    link.end.subscribe(() => {
      this.#unguard()
      this.#tell()
      this.#state.complete()
    })
    this.#unguard = guardExit({
      lastBreath: () => {
        if (this.#action) link.transport.writeNow(stopBytes)
      },
      settle: () => (this.#action ? this.stop() : Promise.resolve()).then(() => this.close()),
    })
  }

  get name(): string {
    return this.link.transport.name
  }

  get simulated(): boolean {
    return this.boardSimulated || this.link.transport.simulated
  }

  get state(): Observable<RobotState> {
    return this.#state
  }

  get now(): RobotState {
    return this.#state.value
  }

  /** Bound, so that it can be handed over as it stands: `error: rover.stop`. */
  readonly stop = (): Promise<Stopped> => this.#latch.stop()

  reset(): Promise<void> {
    return this.#latch.reset()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  perform(actions: Action | Iterable<Action> | AsyncIterable<Action>): Observable<Report> {
    const list = Symbol.iterator in actions || Symbol.asyncIterator in actions ? actions : [actions as Action]
    return new Observable((subscriber) => {
      const leave = new AbortController()
      const perform = async () => {
        for await (const action of list as AsyncIterable<Action>) {
          if (subscriber.closed) return
          await this.#perform(action, (report) => subscriber.next(report), leave.signal)
        }
      }
      perform().then(
        () => subscriber.complete(),
        (error) => subscriber.error(error),
      )
      return () => leave.abort(new LutraError('cancelled', 'Expected the action to be waited for but it was let go'))
    })
  }

  execute(): OperatorFunction<Action, Report> {
    const { queue } = this.options
    return (source) =>
      defer(() => {
        let waiting = 0
        const take = (action: Action) => this.perform(action).pipe(finalize(() => waiting--))
        const count = (action: Action) => {
          if (++waiting <= queue) return action
          throw new LutraError('limit', `Expected at most ${queue} waiting actions; slow down or use perform()`)
        }
        return new Observable<Action>((next) =>
          source.subscribe({
            next: (action) => {
              try {
                next.next(count(action))
              } catch (error) {
                next.error(error)
              }
            },
            error: (error) => next.error(error),
            complete: () => next.complete(),
          }),
        ).pipe(concatMap(take))
      })
  }

  async #perform(action: Action, emit: Emit, leave: AbortSignal): Promise<void> {
    const wrong = violation(action, this.#set)
    if (wrong) {
      const error = new LutraError('unsafe', wrong)
      emit({ action, state: 'rejected', percent: 0, ms: 0, error })
      throw error
    }
    if (action.skill === 'refuse') return emit({ action, state: 'refused', percent: 0, ms: 0 })
    if (action.skill === 'stop') {
      const { confirmed, ms } = await this.stop()
      if (!confirmed) throw new LutraError('io', 'Expected the board to confirm the stop but it did not; check it')
      return emit({ action, state: 'done', percent: 100, ms, telemetry: this.#telemetry })
    }
    for (const step of unroll(action)) await this.#alone(() => this.#step(step, emit, leave), leave)
  }

  /** Waits until nobody else's action runs, and keeps others waiting meanwhile. */
  async #alone(act: () => Promise<void>, leave: AbortSignal): Promise<void> {
    const before = this.#turn
    let over!: () => void
    this.#turn = new Promise<void>((resolve) => {
      over = resolve
    })
    try {
      await before
      leave.throwIfAborted()
      await act()
    } finally {
      over()
    }
  }

  /** One command, with its reports. Whatever ends it early, the robot is at rest or latched when this settles. */
  async #step({ action, round }: { action: Action; round?: number }, emit: Emit, leave: AbortSignal): Promise<void> {
    const began = performance.now()
    const tell = (state: Report['state'], percent: number, error?: LutraError) => {
      const ms = Math.round(performance.now() - began)
      emit({ action, state, percent, ms, telemetry: this.#telemetry, ...(round && { round }), ...(error && { error }) })
    }
    if (this.link.ended || this.#closing) throw this.link.ended ?? closed()
    if (this.#latch.latched) throw new LutraError('unsafe', 'Expected no emergency stop but one is latched; reset() it')
    const abort = new AbortController()
    const left = () => abort.abort(leave.reason)
    leave.addEventListener('abort', left)
    this.#abort = abort
    this.#action = action
    this.#tell()
    const sequence = this.link.number()
    const { stopAfter } = this.options
    const command = action as unknown as WireCommand
    const deadline = this.options.deadline(action)
    let percent = 0
    const heard = (telemetry: Telemetry) => {
      if (telemetry.percent <= percent || telemetry.result !== 'running') return
      percent = telemetry.percent
      tell('moving', percent)
    }
    try {
      tell('started', 0)
      const result = await run(this.link, sequence, command, { stopAfter, deadline, signal: abort.signal, heard })
      if (result !== 'done') throw ended(result, action)
      tell('done', 100)
    } catch (cause) {
      const error = cause instanceof LutraError ? cause : new LutraError('io', String(cause), { cause })
      await this.#rest(sequence, error)
      tell(this.#latch.latched && error.kind === 'cancelled' ? 'stopped' : 'failed', percent, error)
      throw error
    } finally {
      leave.removeEventListener('abort', left)
      this.#abort = undefined
      this.#action = undefined
      this.#tell()
    }
  }

  /** Brings the robot to rest after an action that did not end well. */
  async #rest(sequence: number, error: LutraError): Promise<void> {
    if (this.link.ended) return
    // A board that answers is asked to give up the command. Silence, or a board that has restarted, is an emergency.
    if (this.#latch.latched) await this.#latch.settled()
    else if (error.kind === 'io') await this.stop()
    else await this.link.request({ type: 'cancel' }, { sequence, patience: 40 }).catch(() => this.stop())
  }

  async #close(): Promise<void> {
    this.#abort?.abort(closed())
    await this.#turn
    this.#unguard()
    await this.link.transport.close()
    await this.link.transport.closed
  }

  #now(): RobotState {
    const { latched, confirmed } = this.#latch
    const mode = this.link.ended
      ? 'closed'
      : latched
        ? confirmed
          ? 'stopped'
          : 'lost'
        : this.#action
          ? 'moving'
          : 'idle'
    const { retries, noise } = this.link
    return { mode, latched, action: this.#action, telemetry: this.#telemetry, retries, noise }
  }

  #tell(): void {
    if (!this.#state.closed) this.#state.next(this.#now())
  }
}

function ended(result: Result, action: Action): LutraError {
  const what = JSON.stringify(action)
  if (result === 'stopped') return stopped()
  if (result === 'timeout')
    return new LutraError('io', `Expected ${what} to end but the board heard no heartbeat in time and stopped itself`)
  if (result === 'blocked') return new LutraError('unsafe', `Expected a free way for ${what} but something is in it`)
  return new LutraError('unsafe', `Expected ${what} to be done but the board says ${result}`)
}

function stopped(): LutraError {
  return new LutraError('cancelled', 'Expected to go on but the emergency stop was pressed; reset() when it is safe')
}

function closed(): LutraError {
  return new LutraError('closed', 'Expected an open robot but it was closed; open it anew')
}
