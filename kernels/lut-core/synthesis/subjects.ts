/**
 * What is synthesized: the paper's chain (its Table 2) on M2N64K4 in several configurations, and what a LUT array is compared
 * with, all of 512 products with one bit of weight a cycle, or of 512 multiply-adds.
 * before ./vectors · after ./measure, ./ratios
 */
import type { DataKind } from './vectors.js'
import type { Flow } from './yosys.js'

export interface Subject {
  readonly name: string
  readonly module: string
  readonly parameters: Readonly<Record<string, number>>
  readonly data?: DataKind
  readonly flow?: Flow
}

const array = { M: 2, N: 64, K: 4, W_BIT: 2 }

/** The steps of the paper's Table 2, and the parameters that make them. */
export const chainSteps = [
  { name: 'unpu', SYMMETRIC: 0, REINTERPRET: 0, NEGATE_INDEX: 0, PRECOMPUTE: 1 },
  { name: '+reinterpretation', SYMMETRIC: 1, REINTERPRET: 1, NEGATE_INDEX: 1, PRECOMPUTE: 1 },
  { name: '+negation-elimination', SYMMETRIC: 1, REINTERPRET: 1, NEGATE_INDEX: 0, PRECOMPUTE: 1 },
  { name: '+fusion', SYMMETRIC: 1, REINTERPRET: 1, NEGATE_INDEX: 0, PRECOMPUTE: 0 },
] as const

/** Exact tables of 10 bits, the sum of a group in the element, accumulators outside: see docs/lut-core-synthesis.md for why. */
export const reference: Readonly<Record<string, number>> = { LUT_BIT: 10, WIDE: 0 }

export function chain(prefix: string, change: Readonly<Record<string, number>>, data?: DataKind): Subject[] {
  return chainSteps.map(({ name, ...step }) => ({
    name: `${prefix}${name}`,
    module: 'lut_array',
    parameters: { ...array, ...change, ...step },
    ...(data && { data }),
  }))
}

/**
 * A column of an INT8 tensor core, 32 of which make an array of 512 multiply-adds with nothing shared: with a 32-bit
 * accumulator as there, and without, as the LUT array is counted. Booth's multipliers, the smallest of three (sweep
 * `multipliers`).
 */
export function macs(data?: DataKind): Subject[] {
  const shape = { K: 16, A_BIT: 8, B_BIT: 8, MULTIPLIER: 1 }
  return [
    { name: 'mac', module: 'mac_dot', parameters: { ...shape, SUM_BIT: 32, ACC: 1 }, ...(data && { data }) },
    { name: 'mac-bare', module: 'mac_dot', parameters: { ...shape, SUM_BIT: 20, ACC: 0 }, ...(data && { data }) },
  ]
}

/** One dot product of 4: units, not arrays. */
const dp4: Subject[] = [
  { name: 'dp4-lut', module: 'lut_array', parameters: { M: 1, N: 1, K: 4, W_BIT: 1, LUT_BIT: 8 } },
  {
    name: 'dp4-mac-int8',
    module: 'mac_dot',
    parameters: { K: 4, A_BIT: 8, B_BIT: 8, SUM_BIT: 18, ACC: 0, MULTIPLIER: 1 },
  },
  // Comparisons need a carry alone, for which an adder cell is too much.
  { name: 'dp4-mac-fp16', module: 'fp_dot', parameters: {}, flow: { adders: 'gates' } },
  { name: 'dp4-add', module: 'add_dot', parameters: { K: 4, A_BIT: 8, B_BIT: 1 } },
]

export const sweeps: Readonly<Record<string, readonly Subject[]>> = {
  reference: [...chain('', reference), ...macs(), ...dp4],
  ternary: [...chain('', reference, 'ternary'), ...macs('ternary')],
  'table-bits': [...chain('8:', { ...reference, LUT_BIT: 8 }), ...chain('12:', { ...reference, LUT_BIT: 12 })],
  accumulators: [
    ...chain('wide:', { ...reference, WIDE: 1 }),
    ...chain('wide-24:', { ...reference, WIDE: 1, ACC_BIT: 24 }),
  ],
  signed: chain('signed:', reference).map((one) => ({ ...one, parameters: { ...one.parameters, REINTERPRET: 1 } })),
  multipliers: [
    ...chain('', reference).slice(3),
    ...[0, 2].flatMap((MULTIPLIER) =>
      macs().map((one) => ({
        ...one,
        name: `${one.name}-${MULTIPLIER === 0 ? 'baugh-wooley' : 'plain'}`,
        parameters: { ...one.parameters, MULTIPLIER },
      })),
    ),
  ],
  gates: [...chain('', reference), ...macs()].map((one) => ({ ...one, flow: { adders: 'gates' } })),
  effort: chain('plain:', reference).map((one) => ({ ...one, flow: { effort: 'plain' } })),
  registers: chain('double:', { ...reference, DOUBLE: 1 }),
}
