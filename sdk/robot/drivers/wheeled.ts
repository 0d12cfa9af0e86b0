/**
 * A board with two driven wheels: drive and turn, whatever the wheels' own language is.
 * takes  Wheels, DriveOptions · gives  the skills drive, turn, wait, stop, repeat, refuse as ../skills declares them
 * before ./waveshare, ./roboclaw, ./sabertooth · after ./board, ../motion
 */
import { LutraError } from '../../../hal/error.js'
import type { Action, Skills } from '../../action/index.js'
import type { Call } from '../driver.js'
import { type DriveOptions, travel, type Wheels } from '../motion/index.js'
import { roverSkills } from '../skills.js'
import type { Transport } from '../transport.js'
import { Board } from './board.js'

const { drive, turn, wait, stop, repeat, refuse } = roverSkills
export const driveSkills = { drive, turn, wait, stop, repeat, refuse } as const satisfies Skills
export type DriveSkills = typeof driveSkills

export abstract class WheeledBoard extends Board<DriveSkills> implements Wheels {
  readonly watchdog: 'board' | 'host' = 'board'
  abstract set(left: number, right: number): Promise<void>
  abstract rolled?: Wheels['rolled']

  constructor(
    transport: Transport,
    readonly drive: DriveOptions,
  ) {
    super(transport, driveSkills)
    positive(drive as unknown as Record<string, unknown>, ['wheelBase', 'speed', 'turnSpeed', 'acceleration'])
    const { hz = 25 } = drive
    if (!(hz >= 5 && hz <= 50)) throw new LutraError('limit', `Expected hz from 5 to 50 but received ${hz}`)
  }

  protected async act(action: Action, call: Call): Promise<void> {
    const { stopAfter } = this.settings
    const limits = { ...call, stopAfter }
    if (action.skill === 'drive') await travel(this, { metres: Number(action.metres) }, this.drive, limits)
    else if (action.skill === 'turn') await travel(this, { degrees: Number(action.degrees) }, this.drive, limits)
    else throw new LutraError('unsafe', `Expected drive, turn or wait but received ${String(action.skill)}`)
  }
}

/** Each of these options that is given must be a number above zero. */
export function positive(options: Record<string, unknown>, names: readonly string[]): void {
  for (const name of names) {
    const value = options[name]
    if (value === undefined) continue
    if (typeof value !== 'number' || !(value > 0 && value < Number.POSITIVE_INFINITY))
      throw new LutraError('limit', `Expected ${name} to be a number above zero but received ${String(value)}`)
  }
}
