/**
 * A transformer as data: ops over named buffers. Every buffer is (tokens × width) float32; weights are tensor names.
 * takes  built by an architecture file (sdk/model/arch) · gives  what every engine compiles
 */
import type { ActivationMode } from '../../hal/backend.js'

export type Op =
  /** out (width) = row `id` of weight, times scale (default 1). */
  | { readonly op: 'embed'; readonly weight: string; readonly out: string; readonly scale?: number }
  /** RMSNorm: out = in / sqrt(mean(in²) + eps) · weight; of each of `heads` equal parts by itself. out may be in. */
  | {
      readonly op: 'norm'
      readonly in: string
      readonly weight: string
      readonly out: string
      readonly eps: number
      readonly heads?: number
    }
  /** out[j] = in[weight[j]], places as I32: inputs in the order of a matrix whose columns were sorted. */
  | { readonly op: 'gather'; readonly in: string; readonly weight: string; readonly out: string }
  /** out (rows) = weight (rows × cols) · in (cols) [+ bias]. */
  | {
      readonly op: 'linear'
      readonly in: string
      readonly weight: string
      readonly out: string
      readonly mode: ActivationMode
      readonly bias?: string
    }
  /**
   * Rotary embedding in place over `heads` heads: pair i of each turns by position · frequencies[i] and grows by
   * `magnitude` (default 1). With f frequencies, `pairs` are (2i, 2i + 1) and `halves` (i, i + f); what lies beyond 2f
   * stays. Every scaling of positions is in the frequencies, so that no engine knows one.
   */
  | {
      readonly op: 'rope'
      readonly buffer: string
      readonly heads: number
      readonly headDim: number
      readonly frequencies: readonly number[]
      readonly magnitude?: number
      readonly style: 'pairs' | 'halves'
    }
  /**
   * Causal attention over the state's KV cache of `layer`; k and v are appended to it first. With a `window` token p
   * sees p - window + 1 to p only.
   */
  | {
      readonly op: 'attention'
      readonly q: string
      readonly k: string
      readonly v: string
      readonly out: string
      readonly layer: number
      readonly heads: number
      readonly kvHeads: number
      readonly headDim: number
      readonly scale: number
      readonly window?: number
    }
  /** out = activation(gate) · up; relu2 is max(0, x)², gelu its tanh form. */
  | {
      readonly op: 'gate'
      readonly gate: string
      readonly up: string
      readonly out: string
      readonly activation: 'silu' | 'relu2' | 'gelu'
    }
  /** out = a + b; out may be a or b. */
  | { readonly op: 'add'; readonly a: string; readonly b: string; readonly out: string }

/** Rows from … from + rows of a tensor. */
export interface Slice {
  readonly weight: string
  readonly from: number
  readonly rows: number
}

export interface Graph {
  readonly architecture: string
  readonly vocab: number
  /** Most tokens that the graph is right for. */
  readonly context: number
  readonly layers: number
  readonly kvHeads: number
  readonly headDim: number
  /** Weights that are rows of another tensor, by the name that ops give them: see ./slice. */
  readonly slices?: Readonly<Record<string, Slice>>
  /** Width of every named buffer. */
  readonly buffers: Readonly<Record<string, number>>
  /** Run for every token. */
  readonly body: readonly Op[]
  /** Run only for tokens whose logits are wanted; its last op writes the buffer `logits` (vocab). */
  readonly head: readonly Op[]
}
