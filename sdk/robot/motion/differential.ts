/**
 * Two driven wheels and a way to go: so many metres straight, or so many degrees on the spot.
 * takes  Wheels (set-points in m/s, and what they rolled where there are encoders) · gives  the way, done and at rest
 * before ../drivers/wheeled · after ./profile, ../driver
 */
import { LutraError } from '../../../hal/error.js'
import type { Call } from '../driver.js'
import { pause } from '../pause.js'
import { Profile } from './profile.js'

export interface Wheels {
  /** Hands one pair of set-points to the board, m/s. Zero is always let through, anything else not while a stop holds. */
  set(left: number, right: number): Promise<void>
  /** Metres that each wheel has rolled since some moment. Without it the way is reckoned from set-points and time. */
  rolled?(): Promise<{ readonly left: number; readonly right: number }>
}

export interface DriveOptions {
  /** Metres between the wheels' middles. */
  readonly wheelBase: number
  /** Metres per second at most. Default 0.3. */
  readonly speed?: number
  /** Degrees per second at most, on the spot. Default 60. */
  readonly turnSpeed?: number
  /** Metres per second squared, of starting and of ending. Default 0.5. */
  readonly acceleration?: number
  /** Set-points per second, 5 to 50. Default 25. */
  readonly hz?: number
}

/** Metres per second below which most gear motors stall under load. */
const slowest = 0.02
/** Seconds of set-points without a millimetre of motion after which something is in the way. */
const blockedAfter = 1.5
const radians = Math.PI / 180

/** Forward and left positive. Rejects with the signal's reason once at rest, LutraError limit when blocked, io when nobody vouches for us. */
export async function travel(
  wheels: Wheels,
  way: { readonly metres: number } | { readonly degrees: number },
  options: DriveOptions,
  call: Call & { readonly stopAfter: number },
): Promise<void> {
  const { wheelBase, speed = 0.3, turnSpeed = 60, acceleration = 0.5, hz = 25 } = options
  const spot = 'degrees' in way
  // On the spot the wheels roll arcs of the same length, the left one backward.
  const left = spot ? -1 : 1
  const goal = spot ? (way.degrees * radians * wheelBase) / 2 : way.metres
  const profile = new Profile({
    speed: spot ? Math.min(speed, (turnSpeed * radians * wheelBase) / 2) : speed,
    acceleration,
    slowest: Math.min(slowest, speed / 2),
  })
  const period = 1000 / hz
  const origin = await wheels.rolled?.()
  let [done, percent, last] = [0, 0, performance.now()]
  let [moved, movedAt] = [0, last]
  try {
    for (;;) {
      if (!call.alive()) throw unvouched()
      const now = performance.now()
      const seconds = (now - last) / 1000
      last = now
      if (origin && wheels.rolled) {
        const { left: l, right: r } = await wheels.rolled()
        done = (r - origin.right + left * (l - origin.left)) / 2
      } else {
        // A board that heard nothing for so long stood still.
        done += profile.speed * Math.min(seconds, call.stopAfter / 1000)
      }
      if (seconds * 1000 > call.stopAfter) profile.rest()
      if (Math.abs(done - moved) > 0.001) [moved, movedAt] = [done, now]
      else if (origin && now - movedAt > blockedAfter * 1000) throw blocked(spot)
      const told = Math.max(0, Math.min(99, Math.floor((100 * done) / goal)))
      if (told > percent) {
        percent = told
        call.progress(percent)
      }
      const step = Math.min(seconds, (3 * period) / 1000)
      const next = call.signal.aborted ? profile.brake(step) : profile.next(goal - done, step || period / 1000)
      if (next === 0) break
      // Reading what was rolled took its time: nobody may have vouched for us since.
      if (!call.alive()) throw unvouched()
      await wheels.set(left * next, next)
      await pause(period)
    }
  } catch (error) {
    await wheels.set(0, 0).catch(() => {})
    throw call.signal.aborted ? call.signal.reason : error
  }
  await wheels.set(0, 0)
  call.signal.throwIfAborted()
  call.progress(100)
}

export function unvouched(): LutraError {
  return new LutraError(
    'io',
    'Expected someone to vouch for this process but nobody does; the motion was ended: look why it stalled',
  )
}

function blocked(spot: boolean): LutraError {
  return new LutraError(
    'limit',
    `Expected the wheels to roll while ${spot ? 'turning' : 'driving'} but they stand; clear the way`,
  )
}
