/**
 * The parameters of lut_core.v that make it a given core.
 * takes  a core's config, what only hardware has · gives  Verilog parameters by name
 * after  ./build, ./hello
 */
import { LutraError } from '../../../hal/error.js'
import { type CoreConfig, checkConfig } from '../config.js'
import { mostShift } from '../core/tables.js'

/** What changes the hardware and its clock cycles, but no number that comes out. */
export interface RtlStyle {
  /** A second set of table registers: tables are loaded while the first ones are in use. Default false. */
  readonly double?: boolean
  /** A shifter and an accumulator of full width in every element, instead of a narrow one and wide ones behind. Default false. */
  readonly wide?: boolean
}

export const parameterNames = [
  'M',
  'N',
  'K',
  'LUT_BIT',
  'W_BIT',
  'ACC_BIT',
  'A_BIT',
  'SHIFT_BIT',
  'SYMMETRIC',
  'NEGATE_INDEX',
  'PRECOMPUTE',
  'REINTERPRET',
  'DOUBLE',
  'WIDE',
] as const
export type RtlParameters = Readonly<Record<(typeof parameterNames)[number], number>>

/** Bits of a table's shift. */
const shiftBits = Math.ceil(Math.log2(mostShift + 1))

/** LutraError unsupported for float tables: the RTL adds integers. */
export function parametersOf(config: CoreConfig, { double = false, wide = false }: RtlStyle = {}): RtlParameters {
  const { m, n, k, activation, weightBits, tableBits, tableMode, accumulatorBits, ideas } = checkConfig(config)
  if (tableMode === 'float')
    throw new LutraError(
      'unsupported',
      'Expected table mode exact, shift or scale for RTL, which adds integers, but found float; take table mode shift or scale',
    )
  return {
    M: m,
    N: n,
    K: k,
    LUT_BIT: tableBits,
    W_BIT: Math.max(1, ...weightBits),
    ACC_BIT: accumulatorBits,
    A_BIT: activation === 'i16' ? 16 : 8,
    SHIFT_BIT: tableMode === 'shift' ? shiftBits : 0,
    SYMMETRIC: Number(ideas.symmetrization),
    NEGATE_INDEX: Number(ideas.symmetrization && !ideas.negationElimination),
    PRECOMPUTE: Number(!ideas.fusedPrecompute),
    REINTERPRET: Number(ideas.reinterpretation),
    DOUBLE: Number(double),
    WIDE: Number(wide),
  }
}
