/**
 * Activation-aware scaling of a whole model (AWQ, Lin et al., arXiv 2306.00978): each input's best scales, folded into what
 * feeds it.
 * takes  FloatWeights, calibration windows, each tensor's format · gives  FloatWeights of the same function
 * before ./site-inputs, ./scale-search, ./scale-inputs · after ../quantize
 */
import type { LinearAlgebra } from '../../../hal/linear-algebra.js'
import { sharedFloats } from '../rows/shared.js'
import type { FloatWeights } from '../source/weights.js'
import type { Matrix } from './anatomy.js'
import { type Site, scaleInputs } from './scale-inputs.js'
import { type FoundScales, type ScaleSearch, searchScales } from './scale-search.js'
import { siteInputs } from './site-inputs.js'

export interface AwqOptions extends Pick<ScaleSearch, 'steps' | 'sample'> {
  readonly windows: readonly Int32Array[]
  readonly algebra: LinearAlgebra
  /** The format that a tensor will have; undefined where it stays as it is, and does not count. */
  readonly grid: (tensor: string) => string | undefined
  readonly signal?: AbortSignal
  readonly onSite?: (site: Site, found: FoundScales) => void
}

/**
 * Sites of which no matrix is quantized stay as they are.
 * @throws LutraError as anatomyOf and siteInputs.
 */
export async function awq(weights: FloatWeights, options: AwqOptions): Promise<FloatWeights> {
  const { windows, algebra, grid, signal } = options
  const scales = new Map<string, Float32Array>()
  await siteInputs({
    ...{ weights, windows, algebra, signal },
    async onSite(site, inputs) {
      const { readers, cols, rowOf } = site
      const matrices: { weights: Float32Array; grid: string }[] = []
      for (const reader of readers) {
        const name = grid(reader.tensor)
        if (name !== undefined) matrices.push({ weights: await readMatrix(weights, reader), grid: name })
      }
      if (matrices.length === 0) return
      const tokens = inputs.length / cols
      const hessian = sharedFloats(cols * cols)
      await algebra.gram(inputs, hessian, tokens, cols, 1 / tokens)
      const magnitudes = new Float32Array(cols)
      for (let at = 0; at < inputs.length; at += cols)
        for (let c = 0; c < cols; c++) magnitudes[c] += Math.abs(inputs[at + c]) / tokens
      const { steps, sample } = options
      const found = await searchScales(algebra, { matrices, cols, hessian, magnitudes, rowOf, steps, sample })
      options.onSite?.(site, found)
      if (found.exponent > 0) scales.set(site.name, found.scales)
    },
  })
  return scaleInputs(weights, scales)
}

async function readMatrix(weights: FloatWeights, { tensor, from, rows, cols }: Matrix): Promise<Float32Array> {
  if (weights.rows) return weights.rows(tensor, from, from + rows)
  return (await weights.read(tensor)).subarray(from * cols, (from + rows) * cols)
}
