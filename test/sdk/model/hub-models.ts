/**
 * Small random models of every family, written twice: as the hub has them, and as the GGUF that a converter would make.
 * What the two share is only this table; the reader's own tables are not used.
 */

import { F32 } from '../../../hal/dtypes/index.js'
import type { TensorToWrite } from '../../../sdk/model/gguf-writer.js'
import type { MetadataValue } from '../../../sdk/model/model-file.js'
import { normal, random } from '../../kernels/random.js'
import { f32, type Part } from './hub-folder.js'

const width = 32
const heads = 4
const kvHeads = 2
const headDim = 8
export const hidden = 64
const vocab = 40
const layers = 2

interface HubModel {
  readonly config: Record<string, unknown>
  readonly parts: Part[]
  readonly metadata: Map<string, MetadataValue>
  readonly tensors: TensorToWrite[]
}

interface Kind {
  readonly architecture: string
  readonly name: string
  readonly config?: Record<string, unknown>
  readonly keys?: Record<string, MetadataValue>
  /** Extra tensors of the GGUF. */
  readonly factors?: Record<string, number[]>
  readonly tied?: boolean
  readonly prefix?: string
  /** The GGUF has q and k in rotary pairs. */
  readonly pairs?: boolean
  readonly qkvBias?: boolean
  readonly headNorms?: boolean
  readonly fourNorms?: boolean
  readonly fused?: boolean
  readonly plusOne?: boolean
}

type Change = (values: Float32Array, shape: number[]) => Float32Array

const llama3Factors = () => {
  // Four angles of base 10000 in a head of 8, waves 6.28, 62.8, 628, 6283 tokens, against 64 / 4 and 64 / 1.
  const smooth = (64 / (2 * Math.PI * 10) - 1) / 3
  return [1, 1 / ((1 - smooth) / 8 + smooth), 8, 8]
}

export const kinds: readonly Kind[] = [
  { architecture: 'llama', name: 'LlamaForCausalLM', pairs: true },
  {
    architecture: 'llama',
    name: 'LlamaForCausalLM',
    pairs: true,
    tied: true,
    config: {
      rope_scaling: {
        ...{ rope_type: 'llama3', factor: 8, low_freq_factor: 1, high_freq_factor: 4 },
        original_max_position_embeddings: 64,
      },
    },
    factors: { 'rope_freqs.weight': llama3Factors() },
  },
  {
    architecture: 'llama',
    name: 'MistralForCausalLM',
    pairs: true,
    config: { sliding_window: 3, rope_scaling: { type: 'linear', factor: 4 }, head_dim: null },
    keys: { 'attention.sliding_window': 3, 'rope.scaling.type': 'linear', 'rope.scaling.factor': 4 },
  },
  {
    architecture: 'qwen2',
    name: 'Qwen2ForCausalLM',
    qkvBias: true,
    config: {
      sliding_window: 3,
      use_sliding_window: false,
      rope_theta: 1e6,
      rope_scaling: { type: 'yarn', factor: 4, original_max_position_embeddings: 32 },
    },
    keys: {
      'rope.freq_base': 1e6,
      'rope.scaling.type': 'yarn',
      'rope.scaling.factor': 4,
      'rope.scaling.original_context_length': 32,
    },
  },
  { architecture: 'qwen3', name: 'Qwen3ForCausalLM', headNorms: true, tied: true },
  {
    architecture: 'gemma3',
    name: 'Gemma3ForCausalLM',
    ...{ headNorms: true, fourNorms: true, plusOne: true, tied: true },
    config: {
      ...{ sliding_window: 3, sliding_window_pattern: 2, rope_theta: 1e6, rope_local_base_freq: 1e4 },
      ...{ query_pre_attn_scalar: headDim, hidden_activation: 'gelu_pytorch_tanh', hidden_act: undefined },
    },
    keys: {
      ...{ 'rope.freq_base': 1e6, 'rope.freq_base_swa': 1e4 },
      ...{ 'attention.sliding_window': 3, 'attention.sliding_window_pattern': 2 },
    },
  },
  {
    architecture: 'phi3',
    name: 'Phi3ForCausalLM',
    fused: true,
    config: {
      original_max_position_embeddings: 32,
      sliding_window: 100,
      rope_scaling: { type: 'longrope', long_factor: [1, 2, 3, 4], short_factor: [1, 1.25, 1.5, 2] },
    },
    keys: {
      'attention.sliding_window': 100,
      'rope.scaling.original_context_length': 32,
      'rope.scaling.attn_factor': Math.sqrt(1 + Math.log(4) / Math.log(32)),
    },
    factors: { 'rope_factors_long.weight': [1, 2, 3, 4], 'rope_factors_short.weight': [1, 1.25, 1.5, 2] },
  },
]

export function hubModel(kind: Kind, seed: number): HubModel {
  const next = random(seed)
  const parts: Part[] = []
  const tensors: TensorToWrite[] = []
  const put = (hub: string, gguf: string, shape: number[], spread: number, about = 0, change: Change = same) => {
    const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => about + spread * normal(next))
    parts.push(f32(hub, shape, values))
    const written = change(values, shape)
    tensors.push({ name: gguf, dtype: F32, shape: [...shape].reverse(), bytes: new Uint8Array(written.buffer) })
  }
  const { prefix = 'model.', plusOne } = kind
  const norm = (hub: string, gguf: string, size: number) =>
    plusOne ? put(hub, gguf, [size], 0.2, 0, (values) => values.map((x) => x + 1)) : put(hub, gguf, [size], 0.2, 1)
  const qWidth = heads * headDim
  const kvWidth = kvHeads * headDim
  const paired = (count: number): Change => (kind.pairs ? (v, s) => pairRows(v, s, count) : same)
  put(`${prefix}embed_tokens.weight`, 'token_embd.weight', [vocab, width], 1)
  norm(`${prefix}norm.weight`, 'output_norm.weight', width)
  if (!kind.tied) put('lm_head.weight', 'output.weight', [vocab, width], 0.3)
  for (let i = 0; i < layers; i++) {
    const [hub, gguf] = [`${prefix}layers.${i}`, `blk.${i}`]
    norm(`${hub}.input_layernorm.weight`, `${gguf}.attn_norm.weight`, width)
    if (kind.fused)
      put(`${hub}.self_attn.qkv_proj.weight`, `${gguf}.attn_qkv.weight`, [qWidth + 2 * kvWidth, width], 0.3)
    else
      for (const [letter, rows, count] of [
        ['q', qWidth, heads],
        ['k', kvWidth, kvHeads],
        ['v', kvWidth, 0],
      ] as const) {
        const change = count ? paired(count) : same
        put(`${hub}.self_attn.${letter}_proj.weight`, `${gguf}.attn_${letter}.weight`, [rows, width], 0.3, 0, change)
        if (kind.qkvBias) put(`${hub}.self_attn.${letter}_proj.bias`, `${gguf}.attn_${letter}.bias`, [rows], 0.1)
      }
    if (kind.headNorms)
      for (const letter of ['q', 'k'])
        norm(`${hub}.self_attn.${letter}_norm.weight`, `${gguf}.attn_${letter}_norm.weight`, headDim)
    put(`${hub}.self_attn.o_proj.weight`, `${gguf}.attn_output.weight`, [width, qWidth], 0.3)
    if (kind.fourNorms) {
      norm(`${hub}.post_attention_layernorm.weight`, `${gguf}.post_attention_norm.weight`, width)
      norm(`${hub}.pre_feedforward_layernorm.weight`, `${gguf}.ffn_norm.weight`, width)
      norm(`${hub}.post_feedforward_layernorm.weight`, `${gguf}.post_ffw_norm.weight`, width)
    } else norm(`${hub}.post_attention_layernorm.weight`, `${gguf}.ffn_norm.weight`, width)
    if (kind.fused) put(`${hub}.mlp.gate_up_proj.weight`, `${gguf}.ffn_up.weight`, [2 * hidden, width], 0.3)
    else {
      put(`${hub}.mlp.gate_proj.weight`, `${gguf}.ffn_gate.weight`, [hidden, width], 0.3)
      put(`${hub}.mlp.up_proj.weight`, `${gguf}.ffn_up.weight`, [hidden, width], 0.3)
    }
    put(`${hub}.mlp.down_proj.weight`, `${gguf}.ffn_down.weight`, [width, hidden], 0.2)
  }
  for (const [name, values] of Object.entries(kind.factors ?? {}))
    tensors.push({ name, dtype: F32, shape: [values.length], bytes: new Uint8Array(Float32Array.from(values).buffer) })
  return { config: configOf(kind), parts, metadata: metadataOf(kind), tensors }
}

export function configOf(kind: Kind): Record<string, unknown> {
  return {
    architectures: [kind.name],
    ...{ hidden_size: width, intermediate_size: hidden, num_hidden_layers: layers, vocab_size: vocab },
    ...{ num_attention_heads: heads, num_key_value_heads: kvHeads, head_dim: headDim },
    ...{ max_position_embeddings: 128, rms_norm_eps: 1e-5, hidden_act: 'silu' },
    ...(kind.tied ? { tie_word_embeddings: true } : {}),
    ...kind.config,
  }
}

function metadataOf({ architecture, keys, config }: Kind): Map<string, MetadataValue> {
  const sizes: Record<string, MetadataValue> = {
    ...{ embedding_length: width, feed_forward_length: hidden, block_count: layers, context_length: 128 },
    ...{ 'attention.head_count': heads, 'attention.head_count_kv': kvHeads },
    ...(config?.head_dim === null ? {} : { 'attention.key_length': headDim, 'attention.value_length': headDim }),
    'attention.layer_norm_rms_epsilon': 1e-5,
    ...keys,
  }
  const prefixed = Object.entries(sizes).map(([key, value]): [string, MetadataValue] => [
    `${architecture}.${key}`,
    value,
  ])
  return new Map([['general.architecture', architecture], ...prefixed])
}

function same(values: Float32Array): Float32Array {
  return values
}

/** The converter's order: of a head's rows, those of a pair side by side. */
function pairRows(values: Float32Array, [rows, cols]: number[], count: number): Float32Array {
  const out = new Float32Array(values.length)
  const size = rows / count
  for (let row = 0; row < rows; row++) {
    const [head, at] = [Math.floor(row / size), row % size]
    const to = head * size + 2 * (at % (size / 2)) + Math.floor(at / (size / 2))
    out.set(values.subarray(row * cols, (row + 1) * cols), to * cols)
  }
  return out
}
