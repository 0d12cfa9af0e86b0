/**
 * How a trainer quantizes the weights of a linear, and its kinds of parameters, as the addon numbers them.
 * after  ./train · before  native/train/schemes.inl, which has the formulas
 */
import { LutraError } from '../../hal/error.js'
import type { TrainerConfig } from './trainer.js'

export const parameterKinds = ['embedding', 'linear', 'gain', 'head', 'scale', 'zero', 'low-rank'] as const
export type ParameterKind = (typeof parameterKinds)[number]

/**
 * A weight in training is scale · level, the level being the nearest to weight / scale on a grid; gradients pass straight
 * through where the weight lies within the grid's range. Scales are parameters, `NAME.scale` (rows, columns / group), and
 * start at 1: set them.
 */
export interface WeightScheme {
  /**
   * - `absmean`: BitNet b1.58. Levels -1, 0, 1; the scale is the tensor's mean magnitude, not learned.
   * - `seq`: ParetoQ's stretched elastic grid, clipped at 0.99 of the scale. Levels (k + 1/2) / 2^(bits - 1): for 2 bits
   *   ±0.25, ±0.75; for 1.58 bits -2/3, 0, 2/3.
   * - `lsq`: learned step size (Esser et al. 2020). Levels -2^(bits - 1) … 2^(bits - 1) - 1; for 1.58 bits -1, 0, 1.
   * - `affine`: EfficientQAT. Levels -z … 2^bits - 1 - z with a learned `NAME.zero`, rounded.
   * - `fixed`: `NAME.weight` holds levels that stay; only scales are learned (EfficientQAT's E2E-QP).
   */
  readonly grid: 'absmean' | 'seq' | 'lsq' | 'affine' | 'fixed'
  /** 1.58 (three levels) or 2 to 8. Needed by seq, lsq and affine. */
  readonly bits?: number
  /** Columns that share a scale; default all of a row. */
  readonly group?: number
  /**
   * LR-QAT (Bondarenko et al. 2024), for seq and lsq: `NAME.weight` stays and holds weights in units of their scale; what is
   * learned is A B times alpha / rank added to it, A being `NAME.lora_a` (rows, rank), B `NAME.lora_b` (rank, columns).
   */
  readonly rank?: number
  /** Default `rank`. */
  readonly alpha?: number
}

const grids = ['none', 'absmean', 'seq', 'lsq', 'affine', 'fixed']
const linears = ['attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_gate', 'ffn_up', 'ffn_down']

/** In the addon's order. */
export function linearNames(layers: number): string[] {
  const inLayers = Array.from({ length: layers }, (_, l) => linears.map((name) => `blk.${l}.${name}.weight`)).flat()
  return [...inLayers, 'output.weight']
}

export function gridNumber({ grid }: WeightScheme): number {
  const number = grids.indexOf(grid)
  if (number < 1) throw new LutraError('unsupported', `trainer: no grid is named ${grid}`)
  return number
}

/** How many values a weight may take; 0 where that is not asked. */
export function levelsOf({ grid, bits, rank }: WeightScheme): number {
  if (rank && grid !== 'seq' && grid !== 'lsq')
    throw new LutraError('unsupported', `trainer: low rank goes with seq and lsq, found ${grid}`)
  if (grid === 'absmean' || grid === 'fixed') return 0
  if (bits === 1.58 && grid !== 'affine') return 3
  if (bits === undefined || !Number.isInteger(bits) || bits < 2 || bits > 8)
    throw new LutraError('unsupported', `trainer: ${grid} has 1.58 or 2 to 8 bits, found ${bits}`)
  return 2 ** bits
}

/** Five numbers a linear, the head's last; the addon's Scheme. */
export function schemeNumbers(
  config: Pick<TrainerConfig, 'layers' | 'scheme' | 'schemes'> & { readonly quantizeWeights: boolean },
): Float64Array {
  const fallback: WeightScheme | undefined = config.scheme ?? (config.quantizeWeights ? { grid: 'absmean' } : undefined)
  const names = linearNames(config.layers)
  for (const name of Object.keys(config.schemes ?? {}))
    if (!names.includes(name)) throw new LutraError('mismatch', `trainer: no linear is named ${name}`)
  const numbers = names.flatMap((name) => {
    const scheme =
      config.schemes?.[name] === undefined ? (name === 'output.weight' ? undefined : fallback) : config.schemes[name]
    if (!scheme) return [0, 0, 0, 0, 0]
    const { group = 0, rank = 0, alpha = rank } = scheme
    return [gridNumber(scheme), levelsOf(scheme), group, rank, rank > 0 ? alpha / rank : 0]
  })
  return Float64Array.from(numbers)
}
