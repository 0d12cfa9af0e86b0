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

/** `accepted`: keys beyond these sizes that the architecture reads itself. */
export function readSizes(
  metadata: Metadata,
  tensors: ReadonlyMap<string, Tensor>,
  accepted: readonly string[] = [],
): Sizes {
  refuseUnknown(metadata, accepted)
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

/** Keys that change the computation, each with the values that mean "as without it". */
const neutral: Readonly<Record<string, readonly unknown[]>> = {
  expert_count: [0],
  expert_used_count: [0],
  expert_shared_count: [0],
  leading_dense_block_count: [0],
  nextn_predict_layers: [0],
  embedding_length_per_layer_input: [0],
  embedding_scale: [0, 1],
  residual_scale: [0, 1],
  logit_scale: [0, 1],
  attn_logit_softcapping: [0],
  final_logit_softcapping: [0],
  use_parallel_residual: [false],
  'attention.causal': [true],
  'attention.clamp_kqv': [0],
  'attention.max_alibi_bias': [0],
  'attention.scale': [0],
  'attention.output_scale': [0, 1],
  'attention.value_scale': [0, 1],
  'attention.temperature_length': [0],
  'attention.temperature_scale': [0],
  'attention.shared_kv_layers': [0],
  'attention.sliding_window': [0],
  'attention.sliding_window_pattern': [],
  'attention.key_length_mla': [0],
  'attention.value_length_mla': [0],
  'attention.q_lora_rank': [0],
  'attention.kv_lora_rank': [0],
  'attention.key_length_swa': [],
  'attention.value_length_swa': [],
  'rope.dimension_count_swa': [],
  'rope.dimension_count_per_layer': [],
  'rope.dimension_sections': [],
  'rope.freq_base_swa': [],
  'rope.freq_base_per_layer': [],
  'rope.scaling.yarn_log_multiplier': [0],
  'rope.scaling.yarn_ext_factor': [-1, 1],
  'rope.scaling.yarn_attn_factor': [1],
  full_attention_interval: [],
}
/** Whole rooms of keys that belong to other kinds of layers. */
const foreign = ['ssm.', 'kda.', 'wkv.', 'hyper_connection.', 'attention.indexer.', 'convnext.', 'posnet.']

/** Running on with such a key would give wrong text; `accepted` are those that the architecture reads itself. */
function refuseUnknown(metadata: Metadata, accepted: readonly string[]): void {
  const prefix = metadata.key('')
  for (const [key, value] of metadata.values) {
    if (!key.startsWith(prefix)) continue
    const name = key.slice(prefix.length)
    const values = Object.hasOwn(neutral, name) ? neutral[name] : undefined
    const strange = values ? !values.includes(value) : foreign.some((room) => name.startsWith(room))
    if (!strange || accepted.includes(name)) continue
    const found = typeof value === 'object' ? 'a list' : JSON.stringify(String(value).slice(0, 40))
    throw new LutraError(
      'unsupported',
      `Expected no ${key}${values?.length ? ` but ${values.join(' or ')}` : ''} but found ${found}; ` +
        `the architecture ${metadata.architecture} is not known with it`,
    )
  }
}
