/**
 * Which linears a LUT accelerator takes, and why it does not take others.
 * takes  what the accelerator can do, the shape of a linear · gives  yes or no, and why, in words for the plan
 * before ./take-apart · after ./plan
 */
import type { IntegerWeight } from './accelerator.js'
import type { LutAccelerator } from './device.js'
import type { DType } from './dtype.js'
import { dtypes, vqByName } from './dtypes/index.js'
import type { OpShape } from './shapes.js'
import { notUniform } from './take-apart.js'

export interface Lending {
  readonly takes: boolean
  readonly why: string
}

export function lendLinear(lut: LutAccelerator, { dtype, cols = 0, mode }: OpShape): Lending {
  const format = dtypes.find(({ name }) => name === dtype) ?? vqByName(dtype ?? '')
  if (!format) return { takes: false, why: `not lent: ${dtype} is no format of hal/dtypes` }
  const not = notUniform(format, cols)
  const bits = format.uniform?.bits ?? 0
  if (not !== undefined) return { takes: false, why: `not lent: ${not}` }
  if (!lut.weightBits.includes(bits))
    return { takes: false, why: `not lent: values of ${bits} bits, and ${lut.name} takes ${lut.weightBits.join(' ')}` }
  const how = mode === 'int8' && isExact(lut, format, cols) ? 'exact' : `${lut.tableMode} tables`
  return { takes: true, why: `lent: ${bits} bit ${bits === 1 ? 'plane' : 'planes'}, ${lut.activations[0]}, ${how}` }
}

/** Whether int8 sums are the model's own integers: no rounding, no minima, and no accumulator that might wrap around. */
function isExact(
  { activations, tableMode, accumulatorBits }: LutAccelerator,
  { uniform }: DType,
  cols: number,
): boolean {
  if (!uniform || uniform.minimum || tableMode !== 'exact' || !['i8', 'i16'].includes(activations[0])) return false
  return sumsFit({ cols, segment: cols, ...uniform }, accumulatorBits)
}

/** Whether no sum of a segment, int8 times an accelerator's reading of a weight's bits, can wrap around an accumulator. */
export function sumsFit(
  { cols, segment, bits }: Pick<IntegerWeight, 'cols' | 'segment' | 'bits'>,
  accumulatorBits: number,
): boolean {
  return Math.min(segment, cols) * (2 ** bits - 1) * 128 < 2 ** (accumulatorBits - 1)
}
