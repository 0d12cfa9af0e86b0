/**
 * A processing element with floating tables: halves in the table, sums in float32. FP8 activations have the same tables:
 * a sum of K of them needs a half. Tabulated by K; the width of weights moves only the exponent's increment and is left
 * out.
 * takes  parts of lut_float · gives  µm², joules of a lookup with its addition
 * before ./parts · after ./cost
 */
import { LutraError } from '../../../hal/error.js'
import type { Synthesis } from '../synthesis/part.js'
import type { ElementShape, Figures } from './element.js'
import { joulesOf, partsOf } from './parts.js'

/** What is added in: float32, as the functional core does, or half. */
export type SumFormat = 'f32' | 'f16'
const fractions: Readonly<Record<SumFormat, number>> = { f32: 23, f16: 10 }

export function floatElement(synthesis: Synthesis, shape: ElementShape, sum: SumFormat = 'f32'): Figures {
  if (!shape.symmetric || shape.negateIndex)
    throw new LutraError(
      'unsupported',
      'Expected symmetric tables with negation eliminated for floats: no other was synthesized',
    )
  const [part] = partsOf(synthesis, 'lut_float', { K: shape.k, MAN: fractions[sum] })
  if (!part) throw new LutraError('unsupported', `Expected a part of lut_float with K = ${shape.k} but found none`)
  return { area: part.area, energy: joulesOf(part) }
}
