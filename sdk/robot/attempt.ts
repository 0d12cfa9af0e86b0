/**
 * One action in the hands of a driver, watched from here: its deadline, its signs of life, its end after an abort.
 * takes  a Driver, an action, what ends it · gives  a promise that settles as the driver's, or without it
 * before ./runtime · after ./driver
 */
import { LutraError } from '../../hal/error.js'
import type { Action } from '../action/action.js'
import type { Driver } from './driver.js'

/** Looks per stop-after time. Looks are counted, not milliseconds: after a pause of this process the driver comes first. */
const looks = 4
/** Milliseconds that a driver has to come to rest once its action was aborted. */
const grace = 2000

export interface AttemptOptions {
  /** Milliseconds without a sign of life after which the robot is stopped. */
  readonly stopAfter: number
  /** Milliseconds that the action may take. */
  readonly deadline: number
  /** Ends the action; its reason is what the attempt rejects with. */
  readonly over: AbortSignal
  /** Why this process may keep nothing alive any more, or undefined while all is well. Never throws. */
  readonly doubt: () => LutraError | undefined
  readonly progress: (percent: number) => void
  /** Must stop the robot at once and abort `over`. */
  readonly alarm: (reason: LutraError) => void
}

/**
 * Rejects with what ended it early. `rested` is told whether the driver has brought the robot to rest itself; where it
 * has not (silence, a bug, no answer to the abort), stopping is the caller's.
 */
export function attempt(driver: Driver, action: Action, options: AttemptOptions): Promise<void> {
  const { stopAfter, deadline, over, doubt, progress, alarm } = options
  const end = new AbortController()
  let settled = false
  let quiet = 0
  const heard = () => {
    quiet = 0
  }
  const look = () => {
    fine(doubt() ?? (++quiet > looks ? hung(driver, stopAfter) : undefined))
  }
  const fine = (reason: LutraError | undefined) => {
    if (reason && !end.signal.aborted) alarm(reason)
    return reason === undefined
  }
  const signOfLife = driver.telemetry.subscribe({ next: heard, error: () => {} })
  const timers = [
    setInterval(look, stopAfter / looks),
    setTimeout(
      () => end.abort(new LutraError('limit', `Expected the action to end within ${deadline} ms`)),
      Math.min(deadline, 2 ** 31 - 1),
    ),
  ]
  const aborted = () => end.abort(over.reason)
  over.addEventListener('abort', aborted)
  return new Promise<void>((resolve, reject) => {
    end.signal.addEventListener('abort', () => {
      const late = () =>
        reject(new LutraError('io', `Expected ${driver.name} to end its action but it went on; check it`))
      timers.push(setTimeout(late, grace))
    })
    if (over.aborted) return reject(over.reason)
    const call = {
      signal: end.signal,
      alive() {
        heard()
        // Of a driver that goes on although we have given it up, nobody vouches.
        return !settled && fine(doubt())
      },
      progress(percent: number) {
        heard()
        if (!settled) progress(percent)
      },
    }
    // A driver that throws before it awaits is a rejection like any other.
    new Promise<void>((begun) => begun(driver.perform(action, call))).then(resolve, reject)
  }).finally(() => {
    settled = true
    signOfLife.unsubscribe()
    for (const timer of timers) clearTimeout(timer)
    over.removeEventListener('abort', aborted)
  })
}

/** Has the driver itself brought the robot to rest, by its contract, when it rejects with this? */
export function rested(error: unknown, over: AbortSignal): boolean {
  if (over.aborted && error === over.reason) return true
  return error instanceof LutraError && (error.kind === 'unsafe' || error.kind === 'limit')
}

/** Why it ended early. Whatever the driver says of an action that was ended: the reason is why it ended. */
export function reasonOf(cause: unknown, over: AbortSignal): LutraError {
  if (over.aborted) return over.reason as LutraError
  return cause instanceof LutraError ? cause : new LutraError('io', String(cause), { cause })
}

/** Asks whoever vouches for this process; gives why it may keep nothing alive any more, or undefined. Never throws. */
export function doubtOf(alive: () => boolean): () => LutraError | undefined {
  return () => {
    try {
      if (alive()) return undefined
      return new LutraError('unsafe', 'Expected what drives the robot to be alive but it is not; check the model')
    } catch (cause) {
      return new LutraError('unsafe', `Expected alive() to answer but it failed: ${String(cause)}`, { cause })
    }
  }
}

function hung({ name }: Driver, ms: number): LutraError {
  return new LutraError('io', `Expected a sign of life from the driver of ${name} within ${ms} ms but there was none`)
}
