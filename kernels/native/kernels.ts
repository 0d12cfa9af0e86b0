/**
 * The native engine's kernels for linear as the plan ranks them: what each costs by its inner loop, until measurements
 * (`lutra tune`) say better.
 * Instructions are those of one token; NEON's as `npm run bench arm-loops` counts.
 */
import type { Kernel } from '../../hal/kernel-choice.js'
import { gridded, nativeDtypes, ternary, uniform } from './tensor.js'

/** As C++ names them: multiply-add, table lookup, tables of many tokens, triples (TL2), averages for sums. */
export const algorithms = ['mad', 'lut', 'vec', 'tl2', 'fast'] as const

/** Tiers that decode as neon-dotprod does, and differ in prompts. */
const likewise = ['sve2', 'neon-i8mm', 'neon-dotprod']

/** Per so many ternary weights. */
const loops: readonly (readonly [tier: string, weights: number, mad: number, lut: number, tl2: number])[] = [
  ['avx512-vnni', 256, 9, 24, 26],
  ['avx-vnni', 128, 12, 12, 16],
  ['avx2', 128, 18, 12, 16],
  ['sse4.1', 64, 18, 12, 16],
  ['neon-dotprod', 64, 10.5, 8, 12],
  ['neon', 64, 13, 8, 12],
  // Without vectors all are slow; a table costs a load where a product costs an instruction.
  ['scalar', 4, 16, 24, 32],
]
/** Packed, with a scale per 256: multiply-add and planes take two bits a weight, triples five thirds. */
const bytes = { mad: 66 / 256, lut: 66 / 256, tl2: 57 / 256 }

/** Per so many weights of one, two, three, four bits: a product costs about the same for all, a lookup is per bit. */
const bitLoops: readonly (readonly [tier: string, weights: number, mad: readonly number[], lut: readonly number[]])[] =
  [
    ['avx512-vnni', 256, [35, 35, 43, 35], [18, 26, 38, 50]],
    ['avx-vnni', 256, [35, 35, 43, 35], [18, 26, 38, 50]],
    ['sse4.1', 128, [45, 46, 55, 46], [18, 26, 38, 50]],
    ['avx2', 256, [45, 46, 55, 46], [18, 26, 38, 50]],
    ['neon-dotprod', 256, [67, 64, 110, 58], [32, 58, 82, 86]],
    ['neon', 256, [130, 126, 177, 121], [32, 58, 82, 86]],
    ['scalar', 4, [16, 16, 18, 16], [6, 12, 18, 24]],
  ]

export const linearKernels: readonly Kernel[] = [
  ...spread(loops).flatMap(([tier, weights, mad, lut, tl2]) =>
    Object.entries({ mad, lut, tl2 }).map(([algorithm, instructions]) => ({
      ...{ op: 'linear', algorithm, tier, dtypes: ternary },
      instructionsPerWeight: instructions / weights,
      bytesPerWeight: bytes[algorithm as keyof typeof bytes],
    })),
  ),
  // Tables of many tokens, for prompts: no faster than `lut` where it was measured (docs/performance.md).
  ...['avx-vnni', 'avx2', 'sse4.1'].map((tier) => ({
    ...{ op: 'linear', algorithm: 'vec', tier, dtypes: ternary, asked: true },
  })),
  ...spread(bitLoops).flatMap(([tier, weights, mad, lut]) =>
    [...new Set(uniform.values())].flatMap((bits) => {
      const of = { op: 'linear', tier, dtypes: [...uniform.keys()].filter((name) => uniform.get(name) === bits) }
      return [
        { ...of, algorithm: 'mad', instructionsPerWeight: mad[bits - 1] / weights },
        { ...of, algorithm: 'lut', instructionsPerWeight: lut[bits - 1] / weights },
      ]
    }),
  ),
  // Loses accuracy (docs/kernels.md).
  { op: 'linear', algorithm: 'fast', dtypes: [...uniform.keys()], asked: true },
  ...[...gridded].map(([name, bytes]) => ({
    ...{ op: 'linear', algorithm: 'mad', dtypes: [name] },
    bytesPerWeight: bytes / 256,
  })),
  {
    op: 'linear',
    algorithm: 'mad',
    dtypes: nativeDtypes.filter((name) => !ternary.includes(name) && !uniform.has(name) && !gridded.has(name)),
  },
]

function spread<T extends readonly unknown[]>(
  rows: readonly (readonly [string, ...T])[],
): readonly (readonly [string, ...T])[] {
  return rows.flatMap(([tier, ...costs]) =>
    (tier === 'neon-dotprod' ? likewise : [tier]).map((name) => [name, ...costs] as const),
  )
}
