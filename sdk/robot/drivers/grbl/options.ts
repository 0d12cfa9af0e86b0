/**
 * The box in which a machine may move, and the skills that come of it.
 * takes  GrblOptions · gives  the skills move, shift, off, home, wait, stop, repeat, refuse
 * before ./grbl
 */
import { LutraError } from '../../../../hal/error.js'
import type { Action, Skill, Skills } from '../../../action/index.js'
import { roverSkills, skill } from '../../skills.js'
import { positive } from '../wheeled.js'
import type { Place } from './codec.js'

export type Axis = 'x' | 'y' | 'z'

export interface GrblOptions {
  /** Millimetres that each axis may be sent to; axes that are left out never move. */
  readonly box: Readonly<Partial<Record<Axis, readonly [min: number, max: number]>>>
  /** What the box is measured in: the work or the machine's own coordinates. Default `work`. */
  readonly coordinates?: 'work' | 'machine'
  /** Millimetres per minute. Default 1000. */
  readonly feed?: number
  /**
   * The machine has limit switches and a homing cycle: there is a skill `home`, and after an alarm only that may move it.
   * Without it, releasing a stop unlocks the machine where it stands. Default false.
   */
  readonly homing?: boolean
  /** Seconds that homing may take. Default 60. */
  readonly homingTime?: number
}

/** Checks the options; LutraError limit or mismatch for what cannot be. */
export function machineSkills({ box, homing = false, ...rest }: GrblOptions): Skills {
  positive(rest as Record<string, unknown>, ['feed', 'homingTime'])
  const axes = Object.entries(box)
  if (axes.length === 0) throw new LutraError('mismatch', 'Expected a box with at least one axis but found none')
  for (const [axis, [min, max]] of axes)
    if (!['x', 'y', 'z'].includes(axis) || !(Number.isFinite(min) && Number.isFinite(max) && min < max))
      throw new LutraError('limit', `Expected x, y or z from min to max in mm but received ${axis}: ${min}, ${max}`)
  const millimetres = (minimum: number, maximum: number) =>
    ({ type: 'number', minimum, maximum, multipleOf: 0.01, unit: 'mm' }) as const
  // The box is in millimetres of this machine and may leave axes out: no fence in metres can judge that.
  const moves = 'open'
  /** Any of its axes may be left out. */
  const way = (description: string, rangeOf: (min: number, max: number) => ReturnType<typeof millimetres>): Skill => {
    const { parameters, ...rest } = skill(
      description,
      Object.fromEntries(axes.map(([axis, [min, max]]) => [axis, rangeOf(min, max)])),
      moves,
    )
    return { ...rest, parameters: { ...parameters, required: [] } }
  }
  const { wait, stop, repeat, refuse } = roverSkills
  return {
    move: way('move to a place', millimetres),
    shift: way('move by so much from here', (min, max) => millimetres(min - max, max - min)),
    off: skill('switch spindle, laser and coolant off', {}),
    ...(homing && { home: skill('find the home position by the limit switches', {}, moves) }),
    wait,
    stop,
    repeat,
    refuse,
  }
}

/** Where an action leads, inside the box; `from` where it counts from here. LutraError unsafe. */
export function targetOf(box: GrblOptions['box'], action: Action, from?: Place): Partial<Record<Axis, number>> {
  const to: Partial<Record<Axis, number>> = {}
  for (const [axis, [min, max]] of Object.entries(box) as [Axis, readonly [number, number]][]) {
    if (action[axis] === undefined) continue
    const value = Number(action[axis]) + (from?.[axis] ?? 0)
    if (!(value >= min && value <= max))
      throw new LutraError('unsafe', `Expected ${axis} from ${min} to ${max} mm but it would be ${value.toFixed(3)}`)
    to[axis] = value
  }
  if (Object.keys(to).length === 0)
    throw new LutraError('unsafe', `Expected at least one of ${Object.keys(box).join(', ')} but found none`)
  return to
}
