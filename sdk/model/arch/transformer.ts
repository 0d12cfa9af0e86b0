/**
 * The decoder-only transformer that the architectures vary: norm, attention, norm, gated feed-forward, tied or own head.
 * takes  sizes, tensors (shapes checked here) and what is particular · gives  Graph
 * before ./sizes · after ./llama, ./bitnet
 */
import type { ActivationMode } from '../../../hal/backend.js'
import { LutraError } from '../../../hal/error.js'
import type { Tensor } from '../../../hal/tensor.js'
import type { Graph, Op } from '../../../kernels/graph/graph.js'
import type { Sizes } from './sizes.js'

export interface Particulars {
  readonly architecture: string
  readonly rope: 'pairs' | 'halves'
  readonly activation: 'silu' | 'relu2'
  /** Norms before the attention's output projection and the down projection (BitNet). */
  readonly subNorms: boolean
  /** How a linear of a layer treats its input. */
  readonly mode: (weight: Tensor) => ActivationMode
}

export function buildTransformer(sizes: Sizes, tensors: ReadonlyMap<string, Tensor>, particular: Particulars): Graph {
  const { width, hidden, heads, kvHeads, headDim, layers, eps, vocab } = sizes
  const qWidth = heads * headDim
  const kvWidth = kvHeads * headDim
  const known = new Set<string>()

  const expect = (name: string, ...shape: number[]): Tensor => {
    const tensor = tensors.get(name)
    if (!tensor) throw new LutraError('format', `Expected a tensor ${name} but the file has none; convert it again`)
    // Writers may leave dimensions of 1 at the end.
    const fits = tensor.shape.length >= shape.length && tensor.shape.every((dim, i) => dim === (shape[i] ?? 1))
    if (!fits)
      throw new LutraError('mismatch', `Expected ${name} of ${shape.join(' x ')} but found ${tensor.shape.join(' x ')}`)
    known.add(name)
    return tensor
  }
  const norm = (from: string, name: string, out: string, size: number): Op => {
    expect(name, size)
    return { op: 'norm', in: from, weight: name, out, eps }
  }
  const linear = (from: string, name: string, out: string, cols: number, rows: number): Op => {
    const mode = particular.mode(expect(`${name}.weight`, cols, rows))
    const bias = `${name}.bias`
    if (!tensors.has(bias)) return { op: 'linear', in: from, weight: `${name}.weight`, out, mode }
    expect(bias, rows)
    return { op: 'linear', in: from, weight: `${name}.weight`, out, mode, bias }
  }
  const rope = (buffer: string, count: number): Op => ({
    op: 'rope',
    buffer,
    heads: count,
    headDim,
    dims: sizes.ropeDims,
    theta: sizes.theta,
    style: particular.rope,
  })

  expect('token_embd.weight', width, vocab)
  const body: Op[] = [{ op: 'embed', weight: 'token_embd.weight', out: 'x' }]
  for (let layer = 0; layer < layers; layer++) {
    const blk = `blk.${layer}`
    body.push(norm('x', `${blk}.attn_norm.weight`, 'n', width))
    body.push(linear('n', `${blk}.attn_q`, 'q', width, qWidth))
    body.push(linear('n', `${blk}.attn_k`, 'k', width, kvWidth))
    body.push(linear('n', `${blk}.attn_v`, 'v', width, kvWidth))
    body.push(rope('q', heads), rope('k', kvHeads))
    body.push({
      op: 'attention',
      q: 'q',
      k: 'k',
      v: 'v',
      out: 'a',
      layer,
      heads,
      kvHeads,
      headDim,
      scale: 1 / Math.sqrt(headDim),
    })
    if (particular.subNorms) body.push(norm('a', `${blk}.attn_sub_norm.weight`, 'an', qWidth))
    body.push(linear(particular.subNorms ? 'an' : 'a', `${blk}.attn_output`, 'o', qWidth, width))
    body.push({ op: 'add', a: 'x', b: 'o', out: 'x' })
    body.push(norm('x', `${blk}.ffn_norm.weight`, 'n', width))
    body.push(linear('n', `${blk}.ffn_gate`, 'g', width, hidden))
    body.push(linear('n', `${blk}.ffn_up`, 'u', width, hidden))
    body.push({ op: 'gate', gate: 'g', up: 'u', out: 'h', activation: particular.activation })
    if (particular.subNorms) body.push(norm('h', `${blk}.ffn_sub_norm.weight`, 'hn', hidden))
    body.push(linear(particular.subNorms ? 'hn' : 'h', `${blk}.ffn_down`, 'o', hidden, width))
    body.push({ op: 'add', a: 'x', b: 'o', out: 'x' })
  }

  const output = tensors.has('output.weight') ? 'output.weight' : 'token_embd.weight'
  // The head is part of no activation scheme: BitNet keeps it in float, and tied embeddings are never ternary by meaning.
  const headMode =
    output === 'output.weight' && !particular.subNorms ? particular.mode(expect(output, width, vocab)) : 'float'
  expect(output, width, vocab)
  const head: Op[] = [
    norm('x', 'output_norm.weight', 'n', width),
    { op: 'linear', in: 'n', weight: output, out: 'logits', mode: headMode },
  ]
  refuseStrangers(tensors, known, particular.architecture)
  return {
    architecture: particular.architecture,
    vocab,
    context: sizes.context,
    layers,
    kvHeads,
    headDim,
    buffers: {
      x: width,
      n: width,
      q: qWidth,
      k: kvWidth,
      v: kvWidth,
      a: qWidth,
      o: width,
      g: hidden,
      u: hidden,
      h: hidden,
      logits: vocab,
      ...(particular.subNorms ? { an: qWidth, hn: hidden } : {}),
    },
    body,
    head,
  }
}

/** A tensor that the graph does not use means a computation that it does not have. */
function refuseStrangers(tensors: ReadonlyMap<string, Tensor>, known: ReadonlySet<string>, architecture: string): void {
  const strangers = [...tensors.keys()].filter((name) => !known.has(name))
  if (strangers.length === 0) return
  throw new LutraError(
    'unsupported',
    `Expected only tensors of the architecture ${architecture} but found ${strangers.length} others, ` +
      `such as ${JSON.stringify(strangers[0].slice(0, 80))}`,
  )
}
