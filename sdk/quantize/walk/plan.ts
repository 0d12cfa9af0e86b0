/** What becomes of each tensor: plain data, made by the allocation or by one type for all. before ./walk */
import type { InputAnalysis } from '../report/analysis.js'

export interface TensorPlan {
  /** Name of the format. */
  readonly type: string
  readonly method: MethodName
}

/** Tensors that are not named are carried over as they are. */
export type Plan = ReadonlyMap<string, TensorPlan>

/**
 * `rtn`: round to nearest by the format's reference encoder; `imatrix`: the same, weighted by H's diagonal (both as
 * llama-quantize); `min-max`, `mse`: other ways to choose scales; `clip` (AWQ's), `seq-mse` (AIMET), `adaround`, `gptq` (with descent), `gptvq`.
 */
export const methodNames = ['rtn', 'imatrix', 'min-max', 'mse', 'clip', 'seq-mse', 'adaround', 'gptq', 'gptvq'] as const
export type MethodName = (typeof methodNames)[number]

/** Methods that look at the weights alone. */
export const blind: readonly MethodName[] = ['rtn', 'min-max']

/** What a tensor became. */
export interface LayerReport {
  readonly name: string
  readonly type: string
  readonly method: MethodName
  readonly rows: number
  readonly cols: number
  readonly bytes: number
  /** tr(D H Dᵀ) / tr(W H Wᵀ), D = W − Q: the share of the layer's output energy that rounding takes; D and W alone without H. */
  readonly error: number
  /** Of its inputs over all calibration tokens, as the quantized layers before it give them. */
  readonly inputs?: InputAnalysis
  /** λ over the mean of H's diagonal, where the method factors H. */
  readonly damping?: number
  /** Why another method than the one asked for did it. */
  readonly fallback?: string
  readonly seconds: number
}
