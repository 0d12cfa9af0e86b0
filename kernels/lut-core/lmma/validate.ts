/**
 * Whether a program can run on a core with memories of given sizes: types, registers, loops, every address, and that
 * nothing is read while a copy may still be writing it. What a validated program does, the machine need not refuse.
 * takes  a program, a core, sizes in bytes · gives  what was decided; LutraError with the first instruction that is wrong
 * before ./check, ./contents, ./bounds, ./races · after ./kernel, sdk/cli
 */
import type { CoreConfig } from '../config.js'
import { checkBounds, type Sizes } from './bounds.js'
import { checkProgram } from './check.js'
import { checkContents } from './contents.js'
import { loopEffects } from './effects.js'
import type { Program } from './instruction.js'
import { checkRaces } from './races.js'

/** Steps in which races are looked for; the driver's programs take some thousands, since rounds repeat. */
const mostLooks = 500_000

export interface Validated {
  /** False: the program is so long that races behind its first part are left to the machine, which refuses them as well. */
  readonly races: boolean
}

export function validate(program: Program, config: CoreConfig, sizes: Sizes): Validated {
  checkProgram(program, config)
  checkContents(program, config)
  const loops = loopEffects(program)
  checkBounds(program, loops, sizes)
  return { races: checkRaces(program, loops, mostLooks) }
}
