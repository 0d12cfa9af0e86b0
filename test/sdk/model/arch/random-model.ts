/**
 * Small models of every architecture and of its variants, from a seed: what the goldens are made of.
 * takes  a variant's name · gives  metadata and F32 tensors, with a vocabulary that reference runtimes accept
 * after  ./goldens.test (in memory), ./make-goldens.mjs (as GGUF files)
 */
import { F32, I32 } from '../../../../hal/dtypes/index.js'
import type { Tensor } from '../../../../hal/tensor.js'
import type { Graph } from '../../../../kernels/graph/graph.js'
import { buildGraph } from '../../../../sdk/model/arch/index.js'
import { GgufFloat, writeGguf } from '../../../../sdk/model/gguf-writer.js'
import type { MetadataValue } from '../../../../sdk/model/model-file.js'
import { normal, random } from '../../../kernels/random.js'

/** The writer of the same modules, for a script that loads this file by itself. */
export { writeGguf }

export interface Variant {
  readonly architecture: string
  /** Keys without the architecture, over the usual ones. */
  readonly keys?: Readonly<Record<string, MetadataValue | GgufFloat>>
  /** Tokens that the program is for. */
  readonly context?: number
  readonly layers?: number
  readonly width?: number
  readonly headDim?: number
  readonly hidden?: number
  /** Factor tensors, by name. */
  readonly factors?: readonly string[]
  readonly biases?: boolean
  readonly untied?: boolean
}

const yarn = { 'rope.scaling.type': 'yarn', 'rope.scaling.factor': f(4), 'rope.scaling.original_context_length': 64 }
const long = ['rope_factors_long.weight', 'rope_factors_short.weight']
const longrope = {
  'attention.sliding_window': 262_144, // as the files of the 128k models say
  'rope.scaling.original_context_length': 256, // llama.cpp rounds contexts up to multiples of 256
  context_length: 1024,
  'rope.scaling.attn_factor': f(1.19),
}

export const variants: Readonly<Record<string, Variant>> = {
  llama: { architecture: 'llama', untied: true },
  'llama-linear': { architecture: 'llama', keys: { 'rope.scaling.type': 'linear', 'rope.scaling.factor': f(4) } },
  'llama-yarn': { architecture: 'llama', keys: yarn },
  'llama-freqs': { architecture: 'llama', factors: ['rope_freqs.weight'], keys: { 'rope.freq_base': f(500_000) } },
  'llama-head-dim': { architecture: 'llama', headDim: 48, keys: { 'rope.dimension_count': 48 } },
  qwen2: { architecture: 'qwen2', biases: true, keys: { 'rope.freq_base': f(1e6) } },
  'qwen2-yarn': { architecture: 'qwen2', biases: true, keys: yarn },
  qwen3: { architecture: 'qwen3', headDim: 48, keys: { 'rope.freq_base': f(1e6) } },
  gemma3: {
    architecture: 'gemma3',
    layers: 7,
    headDim: 48,
    keys: {
      'attention.sliding_window': 9,
      'rope.freq_base': f(1e6),
      'rope.scaling.type': 'linear',
      'rope.scaling.factor': f(8),
    },
  },
  'gemma3-27b': {
    architecture: 'gemma3',
    layers: 62,
    width: 32,
    headDim: 16,
    hidden: 48,
    keys: { 'attention.sliding_window': 9, 'rope.freq_base': f(1e6) },
  },
  phi3: { architecture: 'phi3', untied: true, keys: { 'attention.sliding_window': 256 } },
  'phi3-window': { architecture: 'phi3', untied: true, keys: { 'attention.sliding_window': 9 } },
  'phi3-short': { architecture: 'phi3', untied: true, context: 256, factors: long, keys: longrope },
  'phi3-long': { architecture: 'phi3', untied: true, context: 512, factors: long, keys: longrope },
  'bitnet-b1.58': { architecture: 'bitnet-b1.58' },
}

/** What every golden is of; longer than the windows and the engines' chunks of 16. */
export const ids = Int32Array.from({ length: 41 }, (_, i) => 3 + ((i * i * 7 + i * 31) % 317))

const [vocab, context, heads, kvHeads] = [320, 256, 4, 2]

export interface Draft {
  readonly metadata: Map<string, MetadataValue | GgufFloat>
  readonly tensors: Map<string, Tensor>
}

export function randomArchitecture(variant: Variant, seed = 1): Draft {
  const { architecture, layers = 3, width = 128, hidden = 192, keys = {} } = variant
  const headDim = variant.headDim ?? width / heads
  const next = random(seed)
  const tensors = new Map<string, Tensor>()
  const put = (name: string, shape: readonly number[], value: (i: number) => number) => {
    const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i))
    tensors.set(name, { name, dtype: F32, shape, bytes: new Uint8Array(values.buffer) })
  }
  const matrix = (name: string, cols: number, rows: number, spread = 1) =>
    put(name, [cols, rows], () => (normal(next) * spread) / Math.sqrt(cols))
  const gain = (name: string, size: number, most = 1) => put(name, [size], () => (0.5 + next()) * most)
  // Deep stacks of random layers would otherwise blow the references' rounding up.
  const post = layers > 8 ? 1 / 16 : 1

  const qWidth = heads * headDim
  const kvWidth = kvHeads * headDim
  put('token_embd.weight', [width, vocab], () => normal(next) * 0.3)
  gain('output_norm.weight', width)
  if (variant.untied) matrix('output.weight', width, vocab, 2)
  for (const name of variant.factors ?? [])
    put(name, [headDim / 2], (i) => (name.includes('short') ? 1 + 0.05 * i : 1 + (i * i) / 12))
  for (let layer = 0; layer < layers; layer++) {
    const blk = `blk.${layer}`
    const rows = (name: string, count: number, spread?: number) => {
      matrix(`${blk}.${name}.weight`, width, count, spread)
      if (variant.biases) put(`${blk}.${name}.bias`, [count], () => normal(next) * 0.3)
    }
    gain(`${blk}.attn_norm.weight`, width)
    gain(`${blk}.ffn_norm.weight`, width)
    // Large queries and keys, so that attention is pointed and a wrong angle or window shows.
    if (architecture === 'phi3') matrix(`${blk}.attn_qkv.weight`, width, qWidth + 2 * kvWidth, 2)
    else {
      rows('attn_q', qWidth, 2)
      rows('attn_k', kvWidth, 2)
      rows('attn_v', kvWidth)
    }
    matrix(`${blk}.attn_output.weight`, qWidth, width)
    if (architecture === 'phi3') matrix(`${blk}.ffn_up.weight`, width, 2 * hidden)
    else {
      matrix(`${blk}.ffn_gate.weight`, width, hidden)
      matrix(`${blk}.ffn_up.weight`, width, hidden)
    }
    matrix(`${blk}.ffn_down.weight`, hidden, width)
    if (architecture === 'qwen3' || architecture === 'gemma3') {
      put(`${blk}.attn_q_norm.weight`, [headDim], () => 1 + next())
      put(`${blk}.attn_k_norm.weight`, [headDim], () => 1 + next())
    }
    if (architecture === 'gemma3') {
      gain(`${blk}.post_attention_norm.weight`, width, post)
      gain(`${blk}.post_ffw_norm.weight`, width, post)
    }
    if (architecture.startsWith('bitnet')) {
      gain(`${blk}.attn_sub_norm.weight`, qWidth)
      gain(`${blk}.ffn_sub_norm.weight`, hidden)
    }
  }
  const own = {
    embedding_length: width,
    block_count: layers,
    feed_forward_length: hidden,
    context_length: context,
    'attention.head_count': heads,
    'attention.head_count_kv': kvHeads,
    'attention.layer_norm_rms_epsilon': f(1e-5),
    'rope.freq_base': f(10_000),
    ...(variant.headDim ? { 'attention.key_length': headDim, 'attention.value_length': headDim } : {}),
    ...keys,
  }
  const metadata = new Map<string, MetadataValue | GgufFloat>([
    ['general.architecture', architecture],
    ...Object.entries(own).map(([key, value]) => [`${architecture}.${key}`, value] as const),
    ...vocabulary(),
  ])
  return { metadata, tensors }
}

/** As if the model had been written to a file and opened. */
export function graphOf({ metadata, tensors }: Draft, context?: number): Graph {
  const values = new Map<string, MetadataValue>()
  for (const [key, value] of metadata) values.set(key, value instanceof GgufFloat ? Math.fround(value.value) : value)
  return buildGraph({ metadata: values, tensors }, { context })
}

/** The same model with the columns of some matrices in another order, each beside the places that they came from. */
export function sortColumns(tensors: Map<string, Tensor>, matrices: readonly (readonly [string, number])[]): void {
  for (const [name, seed] of matrices) {
    const { shape, bytes } = tensors.get(`${name}.weight`) as Tensor
    const [cols, rows] = shape
    const next = random(seed)
    const places = Int32Array.from({ length: cols }, (_, i) => i)
    for (let i = cols - 1; i > 0; i--) {
      const j = Math.floor(next() * (i + 1))
      ;[places[i], places[j]] = [places[j], places[i]]
    }
    const old = new Float32Array(bytes.buffer)
    const sorted = Float32Array.from({ length: cols * rows }, (_, i) => old[i - (i % cols) + places[i % cols]])
    tensors.set(`${name}.weight`, { name: `${name}.weight`, dtype: F32, shape, bytes: new Uint8Array(sorted.buffer) })
    const perm = { name: `${name}.perm`, dtype: I32, shape: [cols], bytes: new Uint8Array(places.buffer) }
    tensors.set(perm.name, perm)
  }
}

/** A number that files hold as f32. */
function f(value: number): GgufFloat {
  return new GgufFloat(value)
}

/** Three control tokens, the bytes, and words. */
function vocabulary(): [string, MetadataValue | GgufFloat][] {
  const tokens = ['<unk>', '<s>', '</s>']
  for (let byte = 0; byte < 256; byte++) tokens.push(`<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`)
  const bytes = tokens.length
  while (tokens.length < vocab) tokens.push(`\u2581word${tokens.length}`)
  return [
    ['tokenizer.ggml.model', 'llama'],
    ['tokenizer.ggml.pre', 'default'],
    ['tokenizer.ggml.tokens', tokens],
    ['tokenizer.ggml.scores', Float32Array.from(tokens, (_, i) => -i)],
    ['tokenizer.ggml.token_type', Int32Array.from(tokens, (_, i) => (i === 0 ? 2 : i < 3 ? 3 : i < bytes ? 6 : 1))],
    ['tokenizer.ggml.bos_token_id', 1],
    ['tokenizer.ggml.eos_token_id', 2],
    ['tokenizer.ggml.unknown_token_id', 0],
  ]
}
