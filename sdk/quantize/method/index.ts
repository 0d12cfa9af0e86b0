/** Methods that run row by row in worker threads, by name. after one file a method beside this · before ../rows/jobs */
import { LutraError } from '../../../hal/error.js'
import { gptvq } from './gptvq.js'
import type { Method } from './problem.js'
import { rtn } from './rtn.js'
import { seqMse } from './seq-mse.js'

/** Options are each method's own. */
export const methods: readonly Method<never>[] = [rtn, seqMse, gptvq]

export function methodOf(name: string): Method<never> {
  const found = methods.find((method) => method.name === name)
  if (found) return found
  throw new LutraError(
    'unsupported',
    `Expected a method among ${methods.map((each) => each.name).join(', ')} but found "${name}"`,
  )
}
