/**
 * Transforms by name, one after the other: each leaves what the float model computes the same, and makes rounding harm less.
 * takes  FloatWeights, names in order, what AWQ needs · gives  FloatWeights · before the files beside this · after ../quantize
 */
import { LutraError } from '../../../hal/error.js'
import type { FloatWeights } from '../source/weights.js'
import { type AwqOptions, awq } from './awq.js'
import { equalize } from './equalize.js'
import { foldNorms } from './fold-norms.js'
import { rotateHeads, rotateStream } from './rotate.js'

/**
 * `fold-norms`; `rotate-stream` (R1, folds norms first); `rotate-heads` (R2); `equalize` (cross-layer); `awq` (wants
 * calibration). Scales undo what a rotation evens out: `awq` and `equalize` are meant instead of rotations, or after them.
 */
export const transformNames = ['fold-norms', 'rotate-stream', 'rotate-heads', 'equalize', 'awq'] as const
export type TransformName = (typeof transformNames)[number]

export interface TransformOptions {
  /** Of rotations; default 0. */
  readonly seed?: number
  /** Absent: there is no calibration. */
  readonly awq?: AwqOptions
}

/** @throws LutraError unsupported where a transform is not valid for the architecture, mismatch without calibration for AWQ. */
export async function transform(
  weights: FloatWeights,
  names: readonly TransformName[],
  { seed = 0, awq: calibration }: TransformOptions = {},
): Promise<FloatWeights> {
  let changed = weights
  for (const name of names) changed = await one(changed, name, seed, calibration)
  return changed
}

async function one(
  weights: FloatWeights,
  name: TransformName,
  seed: number,
  calibration: AwqOptions | undefined,
): Promise<FloatWeights> {
  switch (name) {
    case 'fold-norms':
      return foldNorms(weights)
    case 'rotate-stream':
      return rotateStream(weights, seed)
    case 'rotate-heads':
      return rotateHeads(weights, seed)
    case 'equalize':
      return equalize(weights)
    case 'awq':
      if (!calibration) throw new LutraError('mismatch', 'Expected a calibration text for awq but there is none')
      return awq(weights, calibration)
    default:
      throw new LutraError(
        'unsupported',
        `Expected transforms among ${transformNames.join(', ')} but found "${String(name)}"`,
      )
  }
}
