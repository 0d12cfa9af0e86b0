/**
 * A robot over any driver: actions in, reports out, one action at a time; stopped whenever in doubt.
 * takes  a Driver, greeted or about to be · gives  the Robot of ./robot
 * before ./robot · after ./driver, ./plan, ./turns, ./queue, ./attempt, ./latch, ./standing, ./emergency
 */
import { Observable, type OperatorFunction, Subject } from 'rxjs'
import { LutraError } from '../../hal/error.js'
import { type Action, type SkillSet, type Skills, skillSet } from '../action/index.js'
import { attempt, doubtOf, reasonOf, rested } from './attempt.js'
import { violation } from './check.js'
import { closed } from './closed.js'
import type { Driver } from './driver.js'
import { type Emergency, heed, type Inputs } from './emergency.js'
import { guardExit } from './exit.js'
import { Latch } from './latch.js'
import { Plan } from './plan.js'
import { queue } from './queue.js'
import { Lasting } from './reconnect.js'
import { type Report, type RobotState, reporter, type Stopped } from './report.js'
import type { Robot } from './robot.js'
import { Standing } from './standing.js'
import { Turns } from './turns.js'
import { unroll } from './unroll.js'

type Emit = (report: Report) => void

export interface RuntimeOptions {
  readonly stopAfter: number
  readonly queue: number
  readonly deadline: (action: Action) => number
  readonly alive: () => boolean
  readonly emergency: Emergency
  readonly notes: () => readonly string[]
}

export class Runtime<S extends Skills> implements Robot<S> {
  readonly skills: S
  readonly #set: SkillSet
  readonly #latch: Latch
  readonly #standing: Standing
  readonly #turns = new Turns()
  readonly #inputs: Inputs
  readonly #doubt: () => LutraError | undefined
  readonly #unguard: () => void
  /** Ends every plan, with the reason: the line is gone, or we are closing. */
  readonly #gone = new Subject<LutraError>()
  #closing: Promise<void> | undefined

  constructor(
    readonly driver: Driver<S>,
    readonly options: RuntimeOptions,
  ) {
    this.skills = driver.skills
    this.#doubt = doubtOf(options.alive)
    this.#set = skillSet(driver.skills)
    this.#latch = new Latch(driver)
    this.#standing = new Standing(driver, this.#latch)
    if (driver instanceof Lasting) this.#outlive(driver)
    this.#inputs = heed(options.emergency, (reason) => this.#latch.press(reason))
    this.#unguard = guardExit({
      lastBreath: () => {
        if (this.#standing.mayMove) driver.lastBreath()
      },
      settle: () => (this.#standing.mayMove ? this.stop() : Promise.resolve()).then(() => this.close()),
    })
    driver.end.subscribe((reason) => {
      this.#unguard()
      this.#inputs.leave()
      this.#gone.next(reason)
      this.#standing.end()
    })
  }

  get name(): string {
    return this.driver.name
  }

  get simulated(): boolean {
    return this.driver.simulated
  }

  get watchdog(): 'board' | 'host' {
    return this.driver.watchdog
  }

  get stopAfter(): number {
    return this.options.stopAfter
  }

  get notes(): readonly string[] {
    return this.options.notes()
  }

  get state(): Observable<RobotState> {
    return this.#standing.changes
  }

  get now(): RobotState {
    return this.#standing.now
  }

  /** Bound, so that it can be handed over as it stands: `error: rover.stop`. */
  readonly stop = (reason?: unknown): Promise<Stopped> => this.#latch.stop(reason)

  async reset(): Promise<void> {
    if (this.#inputs.gone) throw this.#inputs.gone
    await this.#latch.reset()
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
    for (const step of unroll(action, this.#set)) await this.#turns.take(() => this.#step(step, plan, emit), plan.over)
  }

  async #stopFor(action: Action, plan: Plan, emit: Emit): Promise<void> {
    plan.stopped = true
    const tell = reporter(action, undefined, () => this.#standing.telemetry, emit)
    if ((await this.stop()).confirmed) return tell('done', 100)
    const error =
      this.driver.ended ?? new LutraError('io', 'Expected the board to confirm the stop but it did not; check it')
    tell('failed', 0, error)
    throw error
  }

  /** Why nothing of this plan may begin now. */
  #refusal(plan: Plan): LutraError | undefined {
    if (plan.over.aborted) return plan.over.reason as LutraError
    if (this.driver.ended || this.#closing) return this.driver.ended ?? closed(this.name)
    if (plan.stopped) return new LutraError('unsafe', 'Expected a stop to end its plan but an action came after it')
    if (this.#latch.latched)
      return new LutraError('unsafe', 'Expected no emergency stop but one is latched; reset() it')
    return this.#doubt()
  }

  /** One command, with its reports. Whatever ends it early, the robot is at rest or latched when this settles. */
  async #step({ action, round }: { action: Action; round?: number }, plan: Plan, emit: Emit): Promise<void> {
    const tell = reporter(action, round, () => this.#standing.telemetry, emit)
    const no = this.#refusal(plan)
    if (no) {
      tell(no.kind === 'cancelled' ? 'stopped' : 'rejected', 0, no)
      throw no
    }
    this.#standing.action = action
    const { over } = plan
    let percent = 0
    const progress = (now: number) => {
      if (!(now > percent)) return
      percent = now
      tell('moving', percent)
    }
    try {
      const [{ stopAfter }, deadline] = [this.options, this.options.deadline(action)]
      tell('started', 0)
      const alarm = (reason: LutraError) => void this.stop(reason)
      await attempt(this.driver, action, { stopAfter, deadline, over, doubt: this.#doubt, progress, alarm })
      tell('done', 100)
    } catch (cause) {
      const error = reasonOf(cause, over)
      await this.#rest(cause, over)
      tell(this.#latch.latched && error.kind === 'cancelled' ? 'stopped' : 'failed', percent, error)
      throw error
    } finally {
      this.#standing.action = undefined
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
      this.#standing.away(reason.message)
      this.#gone.next(reason)
      this.#latch.hold()
    })
    driver.returned.subscribe(() => {
      this.#standing.away(false)
      // Whatever the board did meanwhile: both ends are latched from here on, and the board says so.
      void this.stop('its line was lost and is back')
    })
  }

  async #close(): Promise<void> {
    this.#gone.next(closed(this.name))
    await this.#turns.idle
    // A stop on its way is not cut off: one frame alone may be lost.
    await this.#latch.settled()
    this.#unguard()
    this.#inputs.leave()
    await this.driver.close()
  }
}
