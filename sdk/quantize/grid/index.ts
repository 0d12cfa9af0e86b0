/** The number formats that models can be quantized into. A new one is an entry in this list. */
import { LutraError } from '../../../hal/error.js'
import { BF16, F16, F32 } from './float.js'
import { MXFP4, NVFP4 } from './fp4.js'
import type { Grid } from './grid.js'
import { IQ4_NL, IQ4_XS } from './iq4.js'
import { Q2_K, Q4_K, Q5_K } from './k-minima.js'
import { Q3_K, Q6_K } from './k-signed.js'
import { Q4_0, Q5_0, Q8_0 } from './legacy.js'
import { Q4_1, Q5_1 } from './legacy-minima.js'
import { Q1_0, Q2_0, TQ1_0, TQ2_0 } from './ternary.js'
import { zeroPointGrids } from './zero-point.js'

export type { Grid } from './grid.js'

export const grids: readonly Grid[] = [
  ...[F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1],
  ...[Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS, MXFP4, NVFP4],
  ...[Q1_0, Q2_0, TQ1_0, TQ2_0],
  ...zeroPointGrids,
]

/** The grid of the dtype of that name, in any case. LutraError unsupported where there is none. */
export function gridOf(name: string): Grid {
  const found = grids.find(({ dtype }) => dtype.name === name.toUpperCase())
  if (found) return found
  throw new LutraError(
    'unsupported',
    `Expected a format to quantize into among ${grids.map(({ dtype }) => dtype.name).join(', ')} but found "${name}"`,
  )
}
