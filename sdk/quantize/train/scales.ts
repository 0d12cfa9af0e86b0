/**
 * First scales and zeros of a linear that is to be trained on a grid: per group the range, shrunk step by step, whose
 * rounding has the least squared error (as GPTQ's and LR-QAT's range searches do).
 * takes  float weights, a scheme · gives  scales (rows, cols / group), zeros where the grid has them
 * before ./formats · after ./qat
 */
import type { WeightScheme } from '../../../kernels/native/train-scheme.js'

/** Ranges tried: 1, 0.98, … of the largest magnitude. */
const TRIES = 40
const SHRINK = 0.02
/** As the trainer's own least scale. */
const LEAST = 1e-5

export interface Scales {
  readonly scales: Float32Array
  readonly zeros?: Float32Array
}

type Scheme = Pick<WeightScheme, 'grid' | 'bits'> & { readonly group: number }

export function firstScales(weights: Float32Array, { grid, bits = 2, group }: Scheme): Scales {
  const count = weights.length / group
  const scales = new Float32Array(count)
  const zeros = grid === 'affine' ? new Float32Array(count) : undefined
  const levels = bits === 1.58 ? 3 : 2 ** bits
  for (let g = 0; g < count; g++) {
    const part = weights.subarray(g * group, (g + 1) * group)
    let [low, high] = [0, 0]
    for (const w of part) {
      low = Math.min(low, w)
      high = Math.max(high, w)
    }
    let best = Number.POSITIVE_INFINITY
    for (let k = 0; k < TRIES; k++) {
      const share = 1 - SHRINK * k
      const [scale, zero] = candidate(grid, levels, low * share, high * share)
      const error = errorOf(part, grid, levels, scale, zero)
      if (!(error < best)) continue
      best = error
      scales[g] = scale
      if (zeros) zeros[g] = zero
    }
  }
  return zeros ? { scales, zeros } : { scales }
}

function candidate(grid: WeightScheme['grid'], levels: number, low: number, high: number): [number, number] {
  const largest = Math.max(-low, high)
  if (grid === 'affine') {
    const scale = Math.max((high - low) / (levels - 1), LEAST)
    return [scale, Math.round(-low / scale)]
  }
  // A stretched grid's outermost level is (levels - 1) / levels of its scale.
  if (grid === 'seq') return [Math.max(largest * (levels / (levels - 1)), LEAST), 0]
  return [Math.max(largest / Math.floor(levels / 2), LEAST), 0]
}

/** The trainer's own rounding (native/train/schemes.inl), for choosing ranges. */
function errorOf(part: Float32Array, grid: WeightScheme['grid'], levels: number, scale: number, zero: number): number {
  const stretched = grid === 'seq'
  const low = stretched ? -0.99 : grid === 'affine' ? -zero : -Math.floor(levels / 2)
  const high = stretched ? 0.99 : low + levels - 1
  const per = stretched ? levels / 2 : 1
  const shift = stretched && levels % 2 === 0 ? 0.5 : 0
  const inverse = 1 / scale
  let error = 0
  for (let i = 0; i < part.length; i++) {
    const u = part[i] * inverse
    const clipped = Math.max(low, Math.min(high, u))
    const rest = part[i] - (scale * (Math.round(clipped * per - shift) + shift)) / per
    error += rest * rest
  }
  return error
}

/**
 * LR-QAT's frozen base: weights in units of their scale as fixed point of eight bits, b of them before the point, so that
 * it takes a byte a weight; clipped to the grid's range.
 */
export function fixedPoint(
  weights: Float32Array,
  scales: Float32Array,
  { grid, bits = 2, group }: Scheme,
): Float32Array {
  const levels = bits === 1.58 ? 3 : 2 ** bits
  const whole = grid === 'seq' ? 1 : Math.ceil(Math.log2(levels))
  const step = 2 ** (whole - 8)
  const half = 2 ** (whole - 1)
  return weights.map((w, i) => {
    const u = Math.round(w / Math.max(scales[Math.floor(i / group)], LEAST) / step) * step
    return Math.min(half - step, Math.max(-half, u))
  })
}
