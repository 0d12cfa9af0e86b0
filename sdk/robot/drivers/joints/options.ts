/**
 * Joints and poses as a user declares them, and the skills that come of them.
 * takes  ArmOptions · gives  the skills move, pose, torque, read, wait, stop, repeat, refuse; degrees ↔ counts
 * before ./joints, ../feetech, ../dynamixel
 */
import { LutraError } from '../../../../hal/error.js'
import type { Skills } from '../../../action/index.js'
import { roverSkills, skill } from '../../skills.js'
import { positive } from '../wheeled.js'

export interface JointOptions {
  /** The servo's number on the bus. */
  readonly id: number
  /** Degrees that the joint may be sent to. */
  readonly min: number
  readonly max: number
  /** The servo's own count at 0 degrees. Default its middle. */
  readonly zero?: number
  /** -1 where the servo counts the other way. Default 1. */
  readonly direction?: 1 | -1
  /** Degrees per second at most. Default 60. */
  readonly speed?: number
  /** Degrees per second squared. Default 180. */
  readonly acceleration?: number
}

export interface ArmOptions {
  readonly joints: Readonly<Record<string, JointOptions>>
  /** Named poses: degrees by joint; joints that are left out stay where they are. */
  readonly poses?: Readonly<Record<string, Readonly<Record<string, number>>>>
  /**
   * What a stop does: `hold` keeps every joint where it is, under torque; `limp` takes the torque away, so that the arm
   * may fall. Default `hold`.
   */
  readonly stop?: 'hold' | 'limp'
  /**
   * What closing leaves once the joints stand, also after Ctrl-C: `hold` the torque, until the supply goes; `limp` none, so
   * that the arm may fall. Or a function that is asked then whether somebody has the arm: whatever but true, or no answer
   * within 15 s, holds. Default `hold`.
   */
  readonly end?: 'hold' | 'limp' | (() => boolean | Promise<boolean>)
  /** Degrees that a goal may lie ahead of where the joint is: what a joint may still move when nobody speaks to it any more. Default 5. */
  readonly maxStep?: number
  /** Degrees that count as arrived. Default 2. */
  readonly tolerance?: number
  /** Per cent of load that ends a motion when it lasts half a second. Default 85. */
  readonly maxLoad?: number
  /** Degrees Celsius that end a motion. Default 65. */
  readonly maxTemperature?: number
  /** Volts outside of which nothing moves. Default not looked at. */
  readonly minVoltage?: number
  readonly maxVoltage?: number
  /** Goals per second, 5 to 50. Default 25. */
  readonly hz?: number
}

export type Joint = Required<JointOptions> & { readonly name: string }

/** The joints with their defaults; LutraError limit or mismatch for what cannot be. */
export function jointsOf(options: ArmOptions, middle: number, lastId: number): readonly Joint[] {
  const { hz = 25 } = options
  positive(options as unknown as Record<string, unknown>, ['maxStep', 'tolerance', 'maxLoad', 'maxTemperature'])
  if (!(hz >= 5 && hz <= 50)) throw new LutraError('limit', `Expected hz from 5 to 50 but received ${hz}`)
  const joints = Object.entries(options.joints).map(([name, joint]): Joint => {
    positive(joint as unknown as Record<string, unknown>, ['speed', 'acceleration'])
    const { id, min, max, zero = middle, direction = 1, speed = 60, acceleration = 180 } = joint
    if (!Number.isInteger(id) || id < 0 || id > lastId)
      throw new LutraError('limit', `Expected the id of ${name} from 0 to ${lastId} but received ${id}`)
    if (!(Number.isFinite(min) && Number.isFinite(max) && min < max))
      throw new LutraError('limit', `Expected min below max in degrees for ${name} but received ${min} and ${max}`)
    return { name, id, min, max, zero, direction, speed, acceleration }
  })
  if (joints.length === 0) throw new LutraError('mismatch', 'Expected at least one joint but found none')
  if (new Set(joints.map(({ id }) => id)).size < joints.length)
    throw new LutraError('mismatch', 'Expected each joint to have an id of its own but two share one')
  for (const [pose, degrees] of Object.entries(options.poses ?? {}))
    for (const [name, value] of Object.entries(degrees)) {
      const joint = joints.find((each) => each.name === name)
      if (!joint) throw new LutraError('mismatch', `Expected the joints of pose ${pose} to exist but ${name} does not`)
      if (!(value >= joint.min && value <= joint.max))
        throw new LutraError(
          'limit',
          `Expected ${name} of pose ${pose} from ${joint.min} to ${joint.max} but found ${value}`,
        )
    }
  return joints
}

/** Skills of these joints; `move` spans the widest range, and each joint's own is checked when it is to move. */
export function armSkills(joints: readonly Joint[], poses: ArmOptions['poses'] = {}): Skills {
  const { wait, stop, repeat, refuse } = roverSkills
  // Where the tool ends up is not told by angles alone: no fence can judge that.
  const moves = 'open'
  const minimum = Math.min(...joints.map(({ min }) => min))
  const maximum = Math.max(...joints.map(({ max }) => max))
  return {
    move: skill(
      'move one joint to an angle',
      {
        joint: { enum: joints.map(({ name }) => name) },
        degrees: { type: 'number', minimum, maximum, multipleOf: 0.1, unit: '°' },
      },
      moves,
    ),
    ...(Object.keys(poses).length > 0 && {
      pose: skill('move to a named pose', { name: { enum: Object.keys(poses) } }, moves),
    }),
    torque: skill('hold the joints, or let them go limp', { state: { enum: ['on', 'off'] } }, moves),
    read: skill('read angles, load, voltage and temperature', {}),
    wait,
    stop,
    repeat,
    refuse,
  }
}
