/**
 * The decoder-only transformer that the architectures vary: norm, attention, norm, gated feed-forward, tied or own head.
 * takes  sizes, weights (shapes checked here) and what is particular · gives  Graph
 * before ./sizes, ./weights, ./rope · after ./llama and its kin
 */
import type { ActivationMode } from '../../../hal/backend.js'
import type { Tensor } from '../../../hal/tensor.js'
import type { Graph, Op } from '../../../kernels/graph/graph.js'
import type { Rotation } from './rope.js'
import type { Sizes } from './sizes.js'
import type { Weights } from './weights.js'

export interface Particulars {
  readonly architecture: string
  readonly rope: 'pairs' | 'halves'
  readonly activation: 'silu' | 'relu2' | 'gelu'
  /** How positions turn queries and keys of a layer, and how far back it sees; all the way without a window. */
  readonly layer: (layer: number) => { readonly rotation: Rotation; readonly window?: number }
  /** How a linear of a layer treats its input. */
  readonly mode: (weight: Tensor) => ActivationMode
  /** Norms before the attention's output projection and the down projection (BitNet). */
  readonly subNorms?: boolean
  /** Norms of each head of queries and keys (Qwen 3, Gemma 3). */
  readonly headNorms?: boolean
  /** Norms of what attention and feed-forward give, before it is added (Gemma). */
  readonly postNorms?: boolean
  /** Queries, keys and values are rows of one matrix, gate and up of another (Phi 3). */
  readonly fused?: boolean
  /** What embeddings are multiplied by. */
  readonly embedScale?: number
  /** What scores are multiplied by; default: 1 / sqrt(headDim). */
  readonly attentionScale?: number
}

/** Weights of one scale per tensor come from training with int8 activations (BitNet's Llama 3, Falcon 3). */
export const modeByFormat = ({ dtype }: Tensor): ActivationMode =>
  dtype.ternary && dtype.tailBytes > 0 ? 'int8' : 'float'

/** A linear's output: rows of a matrix, from `at` where it holds those of others too. */
interface Target {
  readonly out: string
  readonly rows: number
  readonly matrix: string
  readonly at?: number
}

export function buildTransformer(sizes: Sizes, weights: Weights, particular: Particulars): Graph {
  const { width, hidden, heads, kvHeads, headDim, layers, eps, vocab } = sizes
  const { architecture, activation, subNorms, headNorms, postNorms, fused } = particular
  const qWidth = heads * headDim
  const kvWidth = kvHeads * headDim
  const buffers: Record<string, number> = {
    ...{ x: width, n: width, q: qWidth, k: kvWidth, v: kvWidth, a: qWidth, o: width },
    ...{ g: hidden, u: hidden, h: hidden, logits: vocab },
  }
  const body: Op[] = []

  const norm = (from: string, name: string, out: string, size: number, parts?: number): Op => {
    weights.expect(name, size)
    return { op: 'norm', in: from, weight: name, out, eps, ...(parts ? { heads: parts } : {}) }
  }
  /** A norm in a buffer of its own; gives the buffer's name. */
  const apart = (from: string, name: string, size: number): string => {
    const out = `${from}n`
    buffers[out] = size
    body.push(norm(from, name, out, size))
    return out
  }
  /** Linears over one input, which those of a matrix with sorted columns read in its order. */
  const linears = (from: string, cols: number, targets: readonly Target[]): void => {
    let sorted: Float32Array | undefined
    for (const { out, rows, matrix, at } of targets) {
      const whole = at === undefined ? rows : targets.reduce((sum, each) => sum + each.rows, 0)
      const mode = particular.mode(weights.expect(`${matrix}.weight`, cols, whole))
      const weight = at === undefined ? `${matrix}.weight` : weights.slice(`${matrix}.weight`, at, rows)
      const perm = `${matrix}.perm`
      const input = weights.has(perm) ? `${from}s` : from
      if (input !== from) {
        const places = weights.places(perm, cols)
        buffers[input] = cols
        if (!sorted?.every((place, i) => place === places[i]))
          body.push({ op: 'gather', in: from, weight: perm, out: input })
        sorted = places
      }
      const bias = at === undefined && weights.has(`${matrix}.bias`) ? `${matrix}.bias` : undefined
      if (bias) weights.expect(bias, rows)
      body.push({ op: 'linear', in: input, weight, out, mode, ...(bias ? { bias } : {}) })
    }
  }
  /** Adds what a part of a layer gave to the stream. */
  const add = (post: string): void => {
    if (postNorms) body.push(norm('o', post, 'o', width))
    body.push({ op: 'add', a: 'x', b: 'o', out: 'x' })
  }

  weights.expect('token_embd.weight', width, vocab)
  const { embedScale } = particular
  body.push({ op: 'embed', weight: 'token_embd.weight', out: 'x', ...(embedScale ? { scale: embedScale } : {}) })
  for (let layer = 0; layer < layers; layer++) {
    const blk = `blk.${layer}`
    const { rotation, window } = particular.layer(layer)
    const one = (name: string, out: string, rows: number): Target => ({ out, rows, matrix: `${blk}.${name}` })
    const part = (name: string, out: string, rows: number, at: number): Target => ({ ...one(name, out, rows), at })

    body.push(norm('x', `${blk}.attn_norm.weight`, 'n', width))
    linears(
      'n',
      width,
      fused
        ? [
            part('attn_qkv', 'q', qWidth, 0),
            part('attn_qkv', 'k', kvWidth, qWidth),
            part('attn_qkv', 'v', kvWidth, qWidth + kvWidth),
          ]
        : [one('attn_q', 'q', qWidth), one('attn_k', 'k', kvWidth), one('attn_v', 'v', kvWidth)],
    )
    if (headNorms) body.push(norm('q', `${blk}.attn_q_norm.weight`, 'q', headDim, heads))
    if (headNorms) body.push(norm('k', `${blk}.attn_k_norm.weight`, 'k', headDim, kvHeads))
    const turn = { op: 'rope', headDim, ...rotation, style: particular.rope } as const
    body.push({ ...turn, buffer: 'q', heads }, { ...turn, buffer: 'k', heads: kvHeads })
    body.push({
      op: 'attention',
      ...{ q: 'q', k: 'k', v: 'v', out: 'a' },
      ...{ layer, heads, kvHeads, headDim },
      scale: particular.attentionScale ?? 1 / Math.sqrt(headDim),
      // What reaches over the whole context is no window.
      ...(window !== undefined && window < sizes.context ? { window } : {}),
    })
    const attended = subNorms ? apart('a', `${blk}.attn_sub_norm.weight`, qWidth) : 'a'
    linears(attended, qWidth, [one('attn_output', 'o', width)])
    add(`${blk}.post_attention_norm.weight`)

    body.push(norm('x', `${blk}.ffn_norm.weight`, 'n', width))
    linears(
      'n',
      width,
      fused
        ? [part('ffn_up', 'g', hidden, 0), part('ffn_up', 'u', hidden, hidden)]
        : [one('ffn_gate', 'g', hidden), one('ffn_up', 'u', hidden)],
    )
    body.push({ op: 'gate', gate: 'g', up: 'u', out: 'h', activation })
    const gated = subNorms ? apart('h', `${blk}.ffn_sub_norm.weight`, hidden) : 'h'
    linears(gated, hidden, [one('ffn_down', 'o', width)])
    add(`${blk}.post_ffw_norm.weight`)
  }

  const output = weights.has('output.weight') ? 'output.weight' : 'token_embd.weight'
  const last = weights.expect(output, width, vocab)
  // The head is part of no activation scheme: BitNet keeps it in float, and tied embeddings are never ternary by meaning.
  const mode = output === 'output.weight' && !subNorms ? particular.mode(last) : 'float'
  const head: Op[] = [
    norm('x', 'output_norm.weight', 'n', width),
    { op: 'linear', in: 'n', weight: output, out: 'logits', mode },
  ]
  weights.refuseStrangers(architecture)
  const { slices } = weights
  const cut = Object.keys(slices).length > 0 ? { slices } : {}
  return { architecture, vocab, context: sizes.context, layers, kvHeads, headDim, ...cut, buffers, body, head }
}
