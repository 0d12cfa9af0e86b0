/**
 * Measured on a real H100 by `python3 bench/gpu/layers.py OUT.json`, of which bench/gpu/h100.json is the result: what
 * building tables adds to a layer in half precision, as shares of the layer's time.
 * after  ./table-4
 */

export interface MeasuredOverhead {
  readonly model: string
  readonly phase: 'prefill' | 'decode'
  /** A naive kernel before each linear, each of 8 entries gathering its activations (overheadMs.naive8PerLinear). */
  readonly separate: number
  /** Fused into norm and gate; attention's output by a kernel of its own (overheadMs.fused). */
  readonly fused: number
}

export const measuredOverheads: readonly MeasuredOverhead[] = [
  { model: 'BitNet-3B', phase: 'prefill', separate: 0.1904, fused: 0.02718 },
  { model: 'BitNet-3B', phase: 'decode', separate: 0.124, fused: 0.004939 },
  { model: 'OPT-175B', phase: 'prefill', separate: 0.06011, fused: 0.006152 },
  { model: 'OPT-175B', phase: 'decode', separate: 0.05109, fused: 0.006378 },
  { model: 'BLOOM-176B', phase: 'prefill', separate: 0.05041, fused: 0.004588 },
  { model: 'BLOOM-176B', phase: 'decode', separate: 0.04226, fused: 0.00496 },
  { model: 'LLAMA2-70B', phase: 'prefill', separate: 0.09071, fused: 0.007352 },
  { model: 'LLAMA2-70B', phase: 'decode', separate: 0.0971, fused: 0.009734 },
]
