/** The number formats that models can be quantized into. A new one is an entry in this list. */
import { LutraError } from '../../../hal/error.js'
import type { Grid } from './grid.js'
import { IQ4_NL } from './iq4-nl.js'
import { Q2_K, Q4_K, Q5_K } from './k-minima.js'
import { Q3_K, Q6_K } from './k-signed.js'
import { Q4_0, Q5_0, Q8_0 } from './legacy.js'

export type { Grid } from './grid.js'

export const grids: readonly Grid[] = [Q8_0, Q4_0, Q5_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL]

/** The grid of the dtype of that name, in any case. LutraError unsupported where there is none. */
export function gridOf(name: string): Grid {
  const found = grids.find(({ dtype }) => dtype.name === name.toUpperCase())
  if (found) return found
  throw new LutraError(
    'unsupported',
    `Expected a format to quantize into among ${grids.map(({ dtype }) => dtype.name).join(', ')} but found "${name}"`,
  )
}
