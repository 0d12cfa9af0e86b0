/**
 * `lutra tune` on the wasm engine: what Ladder's cost model predicts for every kernel of a model's linears, and what each takes.
 * takes  a Model on wasm · gives  rows, the fastest of a shape marked · before kernels/ladder/tune · after ./tune
 * The engine races its own rivals when a model is first opened, and keeps the answer; this shows all candidates.
 */
import type { ActivationMode } from '../../hal/backend.js'
import { dtypeByName } from '../../hal/dtypes/index.js'
import { describeKernel, type KernelMeasurement } from '../../hal/kernel-choice.js'
import { tuneLinear } from '../../kernels/ladder/tune.js'
import { ttypeOf } from '../../kernels/ladder/type/registry.js'
import type { Model } from '../open.js'

export interface PredictedRow extends KernelMeasurement {
  /** Seconds, by the cost model. */
  readonly predicted: number
  readonly best: boolean
}

/** Candidates of a linear that are run. */
const most = 8

export function* tuneWasm(model: Model): Generator<PredictedRow> {
  const { isa } = model.backend
  const features = isa === 'wasm-relaxed-simd' ? ['wasm-simd128', isa] : [isa]
  for (const shape of model.plan.ops) {
    const { op, dtype, rows, cols, mode } = shape
    if (op !== 'linear' || !dtype || !rows || !cols) continue
    const type = ttypeOf(dtypeByName(dtype))
    const tuned =
      type && tuneLinear({ type, mode: (mode ?? 'float') as ActivationMode, rows, cols }, features, { most })
    for (const { algorithm, predicted, measured } of tuned?.trials ?? [])
      yield {
        kernel: describeKernel(shape, isa, algorithm),
        ...{ rows, cols, threads: 1, seconds: measured, predicted },
        best: algorithm === tuned?.algorithm,
      }
  }
}
