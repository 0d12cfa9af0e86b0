/**
 * A robot over any driver: actions in, reports out, one action at a time; stopped whenever in doubt.
 * takes  a Driver, greeted or about to be · gives  the Robot of ./robot
 * before ./robot · after ./driver, ./plan, ./queue, ./attempt, ./latch, ./check, ./unroll
 */
import { BehaviorSubject, Observable, type OperatorFunction, Subject } from 'rxjs'
import { LutraError } from '../../hal/error.js'
import { type Action, type SkillSet, type Skills, skillSet } from '../action/index.js'
import { attempt, rested } from './attempt.js'
import { violation } from './check.js'
import type { Driver, Telemetry } from './driver.js'
import { guardExit } from './exit.js'
import { Latch } from './latch.js'
import { Plan, unless } from './plan.js'
import { queue } from './queue.js'
import { Lasting } from './reconnect.js'
import type { Report, RobotState, Stopped } from './report.js'
import type { Robot } from './robot.js'
import { unroll } from './unroll.js'

type Emit = (report: Report) => void

export interface RuntimeOptions {
  readonly stopAfter: number
  readonly queue: number
  readonly deadline: (action: Action) => number
  readonly alive: () => boolean
  readonly notes: () => readonly string[]
}

export class Runtime<S extends Skills> implements Robot<S> {
  readonly skills: S
  readonly #set: SkillSet
  readonly #state: BehaviorSubject<RobotState>
  readonly #latch: Latch
  readonly #unguard: () => void
  /** Ends every plan, with the reason: the line is gone, or we are closing. */
  readonly #gone = new Subject<LutraError>()
  #action: Action | undefined
  #telemetry: Telemetry | undefined
  #reason: string | undefined
  /** The line has gone and is looked for. */
  #away = false
  /** Settles when the action before has ended: the queue of turns. */
  #turn: Promise<unknown> = Promise.resolve()
  #closing: Promise<void> | undefined

  constructor(
    readonly driver: Driver<S>,
    readonly options: RuntimeOptions,
  ) {
    this.skills = driver.skills
    this.#set = skillSet(driver.skills)
    this.#latch = new Latch(driver)
    this.#state = new BehaviorSubject<RobotState>(this.#now())
    this.#latch.changes.subscribe(() => this.#tell())
    this.#latch.pressed.subscribe((reason) => {
      this.#reason = reason.message
    })
    driver.telemetry.subscribe({
      next: (telemetry) => {
        this.#telemetry = telemetry
        this.#tell()
      },
      error: () => {},
    })
    driver.end.subscribe((reason) => {
      this.#unguard()
      this.#gone.next(reason)
      this.#tell()
      this.#state.complete()
    })
    if (driver instanceof Lasting) this.#outlive(driver)
    this.#unguard = guardExit({
      lastBreath: () => {
        if (this.#action) driver.lastBreath()
      },
      settle: () => (this.#action ? this.stop() : Promise.resolve()).then(() => this.close()),
    })
  }

  get name(): string {
    return this.driver.name
  }

  get simulated(): boolean {
    return this.driver.simulated
  }

  get notes(): readonly string[] {
    return this.options.notes()
  }

  get state(): Observable<RobotState> {
    return this.#state
  }

  get now(): RobotState {
    return this.#state.value
  }

  /** Bound, so that it can be handed over as it stands: `error: rover.stop`. */
  readonly stop = (reason?: unknown): Promise<Stopped> => this.#latch.stop(reason)

  reset(): Promise<void> {
    return this.#latch.reset()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  perform(actions: Action | Iterable<Action> | AsyncIterable<Action>): Observable<Report> {
    return new Observable((subscriber) => {
      const plan = new Plan(actions)
      // Wherever the plan stands, a stop is its end: after a reset nothing goes on that was meant before.
      const ears = this.#latch.pressed.subscribe((reason) => {
        if (!plan.stopped) plan.end(reason)
      })
      ears.add(this.#gone.subscribe((reason) => plan.end(reason)))
      this.#carry(plan, (report) => subscriber.next(report)).then(
        () => subscriber.complete(),
        (error) => subscriber.error(error),
      )
      return () => {
        ears.unsubscribe()
        plan.end(new LutraError('cancelled', 'Expected the action to be waited for but it was let go'))
      }
    })
  }

  execute(): OperatorFunction<Action, Report> {
    return (source) =>
      new Observable<Report>((subscriber) => {
        const fail = (error: unknown) => subscriber.error(error)
        const { actions, leave } = queue(source, { most: this.options.queue, stop: this.stop, fail })
        subscriber.add(leave)
        subscriber.add(this.perform(actions).subscribe(subscriber))
      })
  }

  /** A plan from its first action to its last. */
  async #carry(plan: Plan, emit: Emit): Promise<void> {
    try {
      for (let next = await plan.next(); next; next = await plan.next()) await this.#perform(next.action, plan, emit)
    } catch (error) {
      plan.leave().catch(() => {})
      throw error
    }
  }

  async #perform(action: Action, plan: Plan, emit: Emit): Promise<void> {
    const wrong = violation(action, this.#set)
    if (wrong) {
      const error = new LutraError('unsafe', wrong)
      // Whoever reads reports may trust that there is an action in them.
      const shown = typeof action === 'object' && action !== null ? action : { skill: '', found: action }
      emit({ action: shown, state: 'rejected', percent: 0, ms: 0, error })
      throw error
    }
    if (action.skill === 'refuse') return emit({ action, state: 'refused', percent: 0, ms: 0 })
    if (action.skill === 'stop') return this.#stopFor(action, plan, emit)
    for (const step of unroll(action, this.#set)) await this.#alone(() => this.#step(step, plan, emit), plan)
  }

  async #stopFor(action: Action, plan: Plan, emit: Emit): Promise<void> {
    plan.stopped = true
    const { confirmed, ms } = await this.stop()
    const telemetry = this.#telemetry
    if (confirmed) return emit({ action, state: 'done', percent: 100, ms, telemetry })
    const error =
      this.driver.ended ?? new LutraError('io', 'Expected the board to confirm the stop but it did not; check it')
    emit({ action, state: 'failed', percent: 0, ms, telemetry, error })
    throw error
  }

  /** Waits until nobody else's action runs, and keeps others waiting meanwhile. A plan that is over waits no longer. */
  async #alone(act: () => Promise<void>, plan: Plan): Promise<void> {
    const before = this.#turn
    let done!: () => void
    this.#turn = new Promise<void>((resolve) => {
      done = resolve
    })
    try {
      await unless(plan.over, before).catch(() => {})
      await act()
    } finally {
      // Whoever comes next waits for those before us, too.
      void before.then(done)
    }
  }

  /** Why nothing of this plan may begin now. */
  #refusal(plan: Plan): LutraError | undefined {
    if (plan.over.aborted) return plan.over.reason as LutraError
    if (this.driver.ended || this.#closing) return this.driver.ended ?? closed()
    if (plan.stopped) return new LutraError('unsafe', 'Expected a stop to end its plan but an action came after it')
    if (this.#latch.latched)
      return new LutraError('unsafe', 'Expected no emergency stop but one is latched; reset() it')
    return this.#doubt()
  }

  /** Why this process may keep nothing alive: whoever vouches for it does so no longer. */
  #doubt(): LutraError | undefined {
    try {
      if (this.options.alive()) return undefined
      return new LutraError('unsafe', 'Expected what drives the robot to be alive but it is not; check the model')
    } catch (cause) {
      return new LutraError('unsafe', `Expected alive() to answer but it failed: ${String(cause)}`, { cause })
    }
  }

  /** One command, with its reports. Whatever ends it early, the robot is at rest or latched when this settles. */
  async #step({ action, round }: { action: Action; round?: number }, plan: Plan, emit: Emit): Promise<void> {
    const began = performance.now()
    const tell = (state: Report['state'], percent: number, error?: LutraError) => {
      const ms = Math.round(performance.now() - began)
      emit({ action, state, percent, ms, telemetry: this.#telemetry, ...(round && { round }), ...(error && { error }) })
    }
    const no = this.#refusal(plan)
    if (no) {
      tell(no.kind === 'cancelled' ? 'stopped' : 'rejected', 0, no)
      throw no
    }
    this.#action = action
    this.#tell()
    const { over } = plan
    const { stopAfter } = this.options
    let percent = 0
    const progress = (now: number) => {
      if (!(now > percent)) return
      percent = now
      tell('moving', percent)
    }
    try {
      const deadline = this.options.deadline(action)
      tell('started', 0)
      const alarm = (reason: LutraError) => void this.stop(reason)
      await attempt(this.driver, action, { stopAfter, deadline, over, doubt: () => this.#doubt(), progress, alarm })
      tell('done', 100)
    } catch (cause) {
      // Whatever the driver says of an action that was ended: the reason is why it ended.
      const error = over.aborted ? over.reason : asError(cause)
      await this.#rest(cause, over)
      tell(this.#latch.latched && error.kind === 'cancelled' ? 'stopped' : 'failed', percent, error)
      throw error
    } finally {
      this.#action = undefined
      this.#tell()
    }
  }

  /** Brings the robot to rest after an action that did not end well, where its driver has not done so. */
  async #rest(cause: unknown, over: AbortSignal): Promise<void> {
    if (this.driver.ended) return
    if (this.#latch.latched) await this.#latch.settled()
    else if (!rested(cause, over)) await this.stop(cause)
  }

  /** What a line that goes and comes back means for the robot: it stands until a person, or the app, resets it. */
  #outlive(driver: Lasting<S>): void {
    driver.lost.subscribe((reason) => {
      this.#away = true
      this.#reason = reason.message
      this.#gone.next(reason)
      this.#latch.hold()
    })
    driver.returned.subscribe(() => {
      this.#away = false
      // Whatever the board did meanwhile: both ends are latched from here on, and the board says so.
      void this.stop('its line was lost and is back')
    })
  }

  async #close(): Promise<void> {
    this.#gone.next(closed())
    await this.#turn
    // A stop on its way is not cut off: one frame alone may be lost.
    await this.#latch.settled()
    this.#unguard()
    await this.driver.close()
  }

  #now(): RobotState {
    const { latched, confirmed } = this.#latch
    const held = this.#away ? 'reconnecting' : confirmed ? 'stopped' : 'lost'
    const mode = this.driver.ended ? 'closed' : latched ? held : this.#action ? 'moving' : 'idle'
    const { retries, noise } = this.driver
    const reason = latched ? this.#reason : undefined
    return { mode, latched, reason, action: this.#action, telemetry: this.#telemetry, retries, noise }
  }

  #tell(): void {
    if (!this.#state.closed) this.#state.next(this.#now())
  }
}

function asError(cause: unknown): LutraError {
  return cause instanceof LutraError ? cause : new LutraError('io', String(cause), { cause })
}

function closed(): LutraError {
  return new LutraError('closed', 'Expected an open robot but it was closed; open it anew')
}
