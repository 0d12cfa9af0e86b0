/**
 * How long a linear takes, told once for each core and shape: equal questions get the same answer, at once. Simulated.
 * takes  CoreConfig, LinearShape · gives  Timing
 * before ../lmma/driver, ./model · after ./whole and the accelerator's counters
 */
import type { CoreConfig } from '../config.js'
import { groupsOf } from '../core/groups.js'
import { linearProgram } from '../lmma/driver.js'
import type { LinearShape } from '../lmma/tiling.js'
import { timeProgram } from './model.js'
import type { Timing } from './timing.js'

const known = new Map<string, Timing>()

/** More shapes than any model has; a process that explores cores forgets the oldest. */
const kept = 4096

/** Lookups are those that the shape needs; slots also count rows, columns and tokens of padding. */
export function timeLinear(config: CoreConfig, shape: LinearShape): Timing {
  const { rows, cols, bits, tokens, segment = shape.cols } = shape
  const key = JSON.stringify([config, rows, cols, bits, tokens, segment])
  const found = known.get(key)
  if (found) return found
  const lookups = rows * groupsOf(cols, segment, config.k).length * bits * tokens
  const timing = timeProgram(linearProgram(config, shape).program, config, { lookups })
  const oldest = known.size >= kept ? known.keys().next().value : undefined
  if (oldest !== undefined) known.delete(oldest)
  known.set(key, timing)
  return timing
}
