/**
 * A transformer as data: ops over named buffers. Every buffer is (tokens × width) float32; weights are tensor names.
 * takes  built by an architecture file (sdk/model/arch) · gives  what every engine compiles
 */
import type { ActivationMode } from '../../hal/backend.js'

export type Op =
  /** out (width) = row `id` of weight, times scale (default 1). */
  | { readonly op: 'embed'; readonly weight: string; readonly out: string; readonly scale?: number }
  /** RMSNorm: out = in / sqrt(mean(in²) + eps) · weight. */
  | { readonly op: 'norm'; readonly in: string; readonly weight: string; readonly out: string; readonly eps: number }
  /** out (rows) = weight (rows × cols) · in (cols) [+ bias]. */
  | {
      readonly op: 'linear'
      readonly in: string
      readonly weight: string
      readonly out: string
      readonly mode: ActivationMode
      readonly bias?: string
    }
  /** Rotary embedding in place over `heads` heads: `pairs` rotates (2i, 2i+1), `halves` rotates (i, i + dims/2). */
  | {
      readonly op: 'rope'
      readonly buffer: string
      readonly heads: number
      readonly headDim: number
      readonly dims: number
      readonly theta: number
      readonly style: 'pairs' | 'halves'
    }
  /** Causal attention over the state's KV cache of `layer`; k and v are appended to it first. */
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
    }
  /** out = activation(gate) · up; relu2 is max(0, x)². */
  | {
      readonly op: 'gate'
      readonly gate: string
      readonly up: string
      readonly out: string
      readonly activation: 'silu' | 'relu2' | 'gelu'
    }
  /** out = a + b; out may be a or b. */
  | { readonly op: 'add'; readonly a: string; readonly b: string; readonly out: string }

export interface Graph {
  readonly architecture: string
  readonly vocab: number
  readonly context: number
  readonly layers: number
  readonly kvHeads: number
  readonly headDim: number
  /** Width of every named buffer. */
  readonly buffers: Readonly<Record<string, number>>
  /** Run for every token. */
  readonly body: readonly Op[]
  /** Run only for tokens whose logits are wanted; its last op writes the buffer `logits` (vocab). */
  readonly head: readonly Op[]
}
