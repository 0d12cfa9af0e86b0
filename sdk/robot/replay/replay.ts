/**
 * Drives the simulated rover from an audit log: what was allowed is done again, in order and in its time, and compared.
 * takes  the log's path, { speed } · gives  each step with how it ended then and now. Never touches a real robot
 * before ./timeline, ./compare, ../robot · after sdk/cli/replay
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { LutraError } from '../../../hal/error.js'
import { type Action, type AuditDamage, readAudit } from '../../action/index.js'
import { iterate } from '../../stream/iterate.js'
import type { Report } from '../report.js'
import { type Robot, robot } from '../robot.js'
import { differences, type Pose, seenFrom } from './compare.js'
import { type Moment, type Motion, type Outcome, timelineOf } from './timeline.js'

export interface ReplayOptions {
  /** How much faster than it was: simulated seconds per second, above 0 to 20. Default 1. */
  readonly speed?: number
  readonly signal?: AbortSignal
  /** Told of each step as it ends, and of the pauses before, in ms as they will be. */
  readonly onStep?: (step: ReplayStep) => void
  readonly onPause?: (ms: number) => void
  /** Told of damage in the log; without it a damaged log is LutraError format. */
  readonly onDamage?: (damage: AuditDamage) => void
}

export interface ReplayStep {
  /** Number of the verdict in the log, and its moment. */
  readonly n: number
  readonly at: string
  readonly action: Action
  /** Absent where the log has no reports. Poses are seen from where the robot stood when it was opened. */
  readonly recorded?: Outcome
  readonly replayed: Outcome
  /** In words; none where both ends agree, or nothing was recorded. */
  readonly differs: readonly string[]
}

export interface Replay {
  readonly log: string
  readonly simulated: true
  readonly speed: number
  readonly steps: readonly ReplayStep[]
  readonly stops: number
  readonly resets: number
  /** Steps that differ. */
  readonly differences: number
  readonly ms: number
}

const fastest = 20

/** LutraError io where there is no such log, format where it is damaged, limit for the speed, cancelled by the signal. */
export async function replay(log: string, options: ReplayOptions = {}): Promise<Replay> {
  const { speed = 1, signal } = options
  if (!(speed > 0 && speed <= fastest))
    throw new LutraError('limit', `Expected a speed above 0 to ${fastest} but found ${speed}`)
  const began = performance.now()
  const kinds = ['verdict', 'report', 'stop', 'reset', 'robot']
  const moments = await timelineOf(readAudit(log, { kinds, onDamage: options.onDamage }))
  const rover = await robot(`simulated:speed=${speed}`)
  const run = new Run(rover, speed, options)
  const cancel = () => void rover.close()
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    signal?.throwIfAborted()
    for (const moment of moments) await run.moment(moment)
  } catch (error) {
    if (!signal?.aborted) throw error
    throw new LutraError('cancelled', 'Expected to replay to the end but it was cancelled', { cause: signal.reason })
  } finally {
    signal?.removeEventListener('abort', cancel)
    await rover.close()
  }
  const { steps, stops, resets } = run
  const differ = steps.filter(({ differs }) => differs.length > 0).length
  const ms = Math.round(performance.now() - began)
  return { log, simulated: true, speed, steps, stops, resets, differences: differ, ms }
}

class Run {
  readonly steps: ReplayStep[] = []
  stops = 0
  resets = 0
  /** When the moment before ended, by the log. */
  #end: number | undefined
  /** Where the robot stood then, and the simulated one stands now. */
  #then: Pose | undefined
  #now: Pose | undefined

  constructor(
    readonly rover: Robot,
    readonly speed: number,
    readonly options: ReplayOptions,
  ) {
    this.#now = rover.now.telemetry?.pose
  }

  async moment(moment: Moment): Promise<void> {
    const pause = Math.max(0, moment.begin - (this.#end ?? moment.begin)) / this.speed
    if (pause > 0) {
      this.options.onPause?.(pause)
      await sleep(pause, undefined, { signal: this.options.signal })
    }
    this.#end = Math.max(this.#end ?? 0, moment.end)
    const { latched } = this.rover.now
    if (moment.type === 'motion') await this.#motion(moment)
    else if (moment.type === 'robot') this.#stands(moment.pose)
    else if (moment.type === 'stop' && !latched) await this.#stop()
    else if (moment.type === 'reset' && latched) await this.#reset()
  }

  async #motion(motion: Motion): Promise<void> {
    const { n, action, recorded, stopAfter } = motion
    const stops = action.skill === 'stop'
    // Who wrote no resets down must have made one.
    if (this.rover.now.latched && recorded?.state !== 'rejected' && !stops) await this.#reset()
    if (this.#then === undefined && motion.from) this.#stands(motion.from)
    const timer = stopAfter !== undefined && !stops && setTimeout(() => void this.#stop(), stopAfter / this.speed)
    let last: Report | undefined
    try {
      for await (const report of iterate(this.rover.perform(action))) last = report
    } catch (error) {
      // The last report says it, too; without one there is nothing to compare.
      if (last === undefined) throw error
    } finally {
      if (timer) clearTimeout(timer)
    }
    this.options.signal?.throwIfAborted()
    if (stops) this.stops++
    const replayed = this.#seen(last as Report)
    const then = recorded && this.#then && recorded.pose
    const shown = recorded && { ...recorded, pose: then && seenFrom(this.#then as Pose, then) }
    const late = recorded?.state === 'done' ? 0 : 0.1 * this.speed
    const tolerance = { metres: 0.1 + 0.5 * late, degrees: 5 + 115 * late }
    const differs = shown ? differences(shown, replayed, tolerance) : []
    const step = { n, at: new Date(motion.begin).toISOString(), action, recorded: shown, replayed, differs }
    this.steps.push(step)
    this.options.onStep?.(step)
  }

  #stands(then: Pose | undefined): void {
    this.#then = then
    this.#now = this.rover.now.telemetry?.pose
  }

  #seen({ state, telemetry, error }: Report): Outcome {
    const pose = this.#now && telemetry?.pose && seenFrom(this.#now, telemetry.pose)
    return { state, pose, ...(error && { error: error.message }) }
  }

  async #stop(): Promise<void> {
    this.stops++
    await this.rover.stop(new LutraError('cancelled', 'Expected to go on but the log has an emergency stop here'))
  }

  async #reset(): Promise<void> {
    this.resets++
    await this.rover.reset()
  }
}
