/**
 * The sizes that every transformer of this family declares, and whether they fit each other.
 * takes  metadata and tensors · gives  Sizes
 * before ./metadata · after ./transformer
 */
import { LutraError } from '../../../hal/error.js'
import type { Tensor } from '../../../hal/tensor.js'
import * as limits from './limits.js'
import type { Metadata } from './metadata.js'

export interface Sizes {
  readonly vocab: number
  readonly context: number
  readonly layers: number
  readonly width: number
  readonly hidden: number
  readonly heads: number
  readonly kvHeads: number
  readonly headDim: number
  readonly ropeDims: number
  readonly theta: number
  readonly eps: number
}

export function readSizes(metadata: Metadata, tensors: ReadonlyMap<string, Tensor>): Sizes {
  refuseUnknown(metadata)
  const width = metadata.integer('embedding_length', 1, limits.maxWidth)
  const heads = metadata.integer('attention.head_count', 1, limits.maxHeads)
  const kvHeads = metadata.integer('attention.head_count_kv', 1, limits.maxHeads, heads)
  if (heads % kvHeads !== 0)
    throw new LutraError('mismatch', `Expected heads in equal groups but found ${heads} heads over ${kvHeads} KV heads`)
  if (width % heads !== 0 && !metadata.has('attention.key_length'))
    throw new LutraError('mismatch', `Expected a width that ${heads} heads divide but found ${width}`)
  const headDim = metadata.integer('attention.key_length', 1, limits.maxHeadDim, Math.floor(width / heads))
  const valueDim = metadata.integer('attention.value_length', 1, limits.maxHeadDim, headDim)
  if (valueDim !== headDim)
    throw new LutraError('unsupported', `Expected keys and values of one length but found ${headDim} and ${valueDim}`)
  const ropeDims = metadata.integer('rope.dimension_count', 2, limits.maxHeadDim, headDim)
  if (ropeDims % 2 !== 0 || ropeDims > headDim)
    throw new LutraError('mismatch', `Expected an even rope.dimension_count up to ${headDim} but found ${ropeDims}`)
  return {
    vocab: readVocab(metadata, tensors),
    context: metadata.integer('context_length', 1, limits.maxContext),
    layers: metadata.integer('block_count', 1, limits.maxLayers),
    width,
    hidden: metadata.integer('feed_forward_length', 1, limits.maxHidden),
    heads,
    kvHeads,
    headDim,
    ropeDims,
    theta: metadata.real('rope.freq_base', 1, limits.maxTheta, 10_000),
    eps: metadata.real('attention.layer_norm_rms_epsilon', 0, 1),
  }
}

/** Rows of the embedding; the claimed size and the tokenizer's entries must agree with it. */
function readVocab(metadata: Metadata, tensors: ReadonlyMap<string, Tensor>): number {
  const rows = tensors.get('token_embd.weight')?.shape[1]
  if (rows === undefined)
    throw new LutraError(
      'format',
      'Expected a matrix token_embd.weight but the file has none; is it a vocabulary only?',
    )
  if (rows > limits.maxVocab)
    throw new LutraError('limit', `Expected up to ${limits.maxVocab} vocabulary entries but found ${rows}`)
  const claimed = metadata.integer('vocab_size', 1, limits.maxVocab, rows)
  if (claimed !== rows)
    throw new LutraError('mismatch', `Expected token_embd.weight of ${claimed} rows (vocab_size) but found ${rows}`)
  const tokens = metadata.values.get('tokenizer.ggml.tokens')
  if (Array.isArray(tokens) && tokens.length > rows)
    throw new LutraError(
      'mismatch',
      `Expected up to ${rows} tokens (rows of token_embd.weight) but found ${tokens.length}`,
    )
  return rows
}

/** Keys that change the computation in ways that no graph here says; running on would give wrong text. */
function refuseUnknown(metadata: Metadata): void {
  const scaling = metadata.text('rope.scaling.type')
  if (scaling !== undefined && scaling !== 'none')
    throw new LutraError(
      'unsupported',
      `Expected rope.scaling.type none but found ${JSON.stringify(scaling.slice(0, 40))}`,
    )
  const neutral: readonly (readonly [string, number])[] = [
    ['rope.scale_linear', 1],
    ['expert_count', 0],
    ['attention.sliding_window', 0],
    ['logit_scale', 1],
  ]
  for (const [name, value] of neutral) {
    const found = metadata.values.get(metadata.key(name))
    if (found !== undefined && found !== value)
      throw new LutraError(
        'unsupported',
        `Expected ${metadata.key(name)} ${value} or absent but found ${typeof found === 'object' ? 'a list' : String(found).slice(0, 40)}`,
      )
  }
}
