/**
 * Formats whose grid training can stand on exactly: what is learned is what the file holds, but for scales in half precision.
 * takes  a format's name · gives  the scheme to train in, and how its levels and scales become the format's
 * before kernels/native/train-scheme · after ./pack, ./qat
 *
 * llama.cpp loads them all, Q2_0 since 2026.
 */
import { LutraError } from '../../../hal/error.js'
import type { WeightScheme } from '../../../kernels/native/train-scheme.js'

export interface TrainedFormat {
  readonly name: string
  readonly scheme: WeightScheme & { readonly bits: number; readonly group: number }
  /** The format's scale over the scheme's. */
  readonly stretch: number
  /** The format's level is (level - offset) / stretch, its minimum offset · scale; of an affine scheme the offset is -zero. */
  readonly offset: number
}

const of = (
  name: string,
  grid: 'seq' | 'lsq' | 'affine',
  bits: number,
  group: number,
  stretch = 1,
  offset = 0,
): TrainedFormat => ({ name, scheme: { grid, bits, group }, stretch, offset })

export const trainedFormats: readonly TrainedFormat[] = [
  of('TQ1_0', 'seq', 1.58, 256, 2 / 3),
  of('TQ2_0', 'seq', 1.58, 256, 2 / 3),
  // The format's levels are -1 … 2, the scheme's -2 … 1: its scale is negative.
  of('Q2_0', 'lsq', 2, 64, -1),
  // One scale for all sixteen segments: levels 0 … 3 times d less 1.5 d are ±1.5 d and ±0.5 d.
  of('Q2_K', 'seq', 2, 256, 0.5, -0.75),
  of('Q3_K', 'lsq', 3, 256),
  of('Q4_0', 'lsq', 4, 32),
  of('Q5_0', 'lsq', 5, 32),
  of('Q4_1', 'affine', 4, 32),
  of('Q5_1', 'affine', 5, 32),
]

/** LutraError unsupported where training has no such grid. */
export function trainedFormat(name: string): TrainedFormat {
  const found = trainedFormats.find((format) => format.name === name.toUpperCase())
  if (found) return found
  throw new LutraError(
    'unsupported',
    `Expected a format to train in among ${trainedFormats.map((format) => format.name).join(', ')} but found "${name}"`,
  )
}
