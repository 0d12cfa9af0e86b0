/**
 * An Analysis of a float model and what it became, read tensor by tensor: one matrix of each in memory at a time.
 * takes  FloatWeights, the quantized file, what calibration and the walk tell · gives  Analysis
 * before ./measure, ../allocate/output-error · after ./page
 */
import { LutraError } from '../../../hal/error.js'
import type { LinearAlgebra } from '../../../hal/linear-algebra.js'
import { pause } from '../../../hal/pause.js'
import type { Tensor } from '../../../hal/tensor.js'
import type { ModelFile } from '../../model/model-file.js'
import { outputError } from '../calibrate/output-error.js'
import type { Importance } from '../imatrix/importance.js'
import type { FloatWeights } from '../source/weights.js'
import type { LayerReport } from '../walk/plan.js'
import type { Analysis, TensorAnalysis } from './analysis.js'
import { measureInputs, measureWeights } from './measure.js'

export interface AnalyzeOptions {
  /** Only used with H; the diagonal needs none. */
  readonly algebra: LinearAlgebra
  /** What drove the inputs; absent: nothing is said of them. */
  readonly importance?: Importance
  /** The walk's own reports, whose errors (by all of H), methods and fallbacks go before what is measured here. */
  readonly layers?: readonly LayerReport[]
  /** KL divergence of a tensor alone, by name. */
  readonly sensitivities?: ReadonlyMap<string, number>
  /** What else is known of the whole: name, divergence, perplexities. */
  readonly facts?: Partial<Omit<Analysis, 'tensors'>>
  readonly signal?: AbortSignal
}

/** @throws LutraError mismatch (the two are not the same model), format (weights that are not finite), cancelled */
export async function analyze(
  model: FloatWeights,
  quantized: ModelFile,
  { algebra, importance, layers = [], sensitivities, facts, signal }: AnalyzeOptions,
): Promise<Analysis> {
  const reports = new Map(layers.map((each) => [each.name, each]))
  const tensors: TensorAnalysis[] = []
  for (const [name, shape] of model.shapes) {
    if (shape.length !== 2) continue
    if (signal?.aborted) throw new LutraError('cancelled', 'The analysis was cancelled')
    const became = quantized.tensors.get(name)
    if (String(became?.shape) !== String(shape))
      throw new LutraError(
        'mismatch',
        `Expected ${name} of ${shape.join(' x ')} in the quantized model but found ${became?.shape.join(' x ') ?? 'none'}`,
      )
    const analysis = await tensorAnalysis(model, became as Tensor, algebra, importance?.diagonal.get(name))
    const report = reports.get(name)
    tensors.push({
      ...analysis,
      ...(report && { error: report.error, method: report.method, fallback: report.fallback }),
      ...(report?.inputs && { inputs: report.inputs }),
      ...(sensitivities?.has(name) && { sensitivity: sensitivities.get(name) }),
    })
    await pause()
  }
  const named = model.metadata.get('general.name') ?? quantized.path.split(/[/\\]/).at(-1)
  const architecture = String(model.metadata.get('general.architecture') ?? '')
  return { name: typeof named === 'string' ? named : '', architecture, bytesAfter: quantized.bytes, ...facts, tensors }
}

async function tensorAnalysis(
  model: FloatWeights,
  { name, dtype, shape, bytes }: Tensor,
  algebra: LinearAlgebra,
  diagonal: Float32Array | undefined,
): Promise<TensorAnalysis> {
  const [cols, rows] = shape
  const original = await model.read(name)
  const decoded = new Float32Array(original.length)
  dtype.decode(bytes, decoded.length, 0, decoded.length, decoded)
  // An importance of stacked experts, or of another model, says nothing of this matrix.
  const known = diagonal?.length === cols ? diagonal : undefined
  const { relative } = await outputError(algebra, original, decoded, cols, { diagonal: known })
  return {
    ...{ name, rows, cols, type: dtype.name, bytes: bytes.length, error: relative },
    ...measureWeights(original, decoded, cols),
    ...(known && { inputs: measureInputs(known) }),
  }
}
