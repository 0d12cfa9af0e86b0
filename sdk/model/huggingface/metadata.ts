/**
 * config.json as the metadata of the GGUF that the same model would be: keys that sdk/model/arch reads.
 * takes  config.json · gives  the family, metadata, and tensors of rotary factors
 * before ./config, ./rope · after ./open; then sdk/model/arch
 */
import { LutraError } from '../../../hal/error.js'
import type { MetadataValue } from '../model-file.js'
import { quote } from '../quote.js'
import type { Config } from './config.js'
import { readRope } from './rope.js'

export interface Described {
  readonly metadata: ReadonlyMap<string, MetadataValue>
  readonly factors: ReadonlyMap<string, Float32Array>
  readonly family: Family
  /** The head is the embedding, whatever else the file holds. */
  readonly tied: boolean
}

export interface Family {
  /** general.architecture, and the prefix of the other keys. */
  readonly architecture: string
  /** Norms store what is added to 1. */
  readonly normsFromOne?: true
  /** Four norms a layer: the one behind attention is no longer that before the feed-forward. */
  readonly fourNorms?: true
  readonly tied?: true
  /** Where `sliding_window` holds: in all layers, or in those above max_window_layers, if at all. */
  readonly window?: 'all' | 'upper'
  /** What transformers takes where config.json is silent. */
  readonly defaults?: Readonly<Record<string, number>>
}

const gemma3: Family = {
  architecture: 'gemma3',
  normsFromOne: true,
  fourNorms: true,
  tied: true,
  defaults: {
    num_attention_heads: 8,
    num_key_value_heads: 4,
    head_dim: 256,
    max_position_embeddings: 131_072,
    rms_norm_eps: 1e-6,
    rope_theta: 1_000_000,
    rope_local_base_freq: 10_000,
    sliding_window: 4096,
    query_pre_attn_scalar: 256,
  },
}

const families: ReadonlyMap<string, Family> = new Map([
  ['LlamaForCausalLM', { architecture: 'llama' }],
  ['MistralForCausalLM', { architecture: 'llama', window: 'all' }],
  ['Qwen2ForCausalLM', { architecture: 'qwen2', window: 'upper' }],
  ['Qwen3ForCausalLM', { architecture: 'qwen3', window: 'upper', defaults: { head_dim: 128 } }],
  ['Gemma3ForCausalLM', gemma3],
  ['Gemma3ForConditionalGeneration', gemma3],
  ['Phi3ForCausalLM', { architecture: 'phi3', window: 'all' }],
  ['BitNetForCausalLM', { architecture: 'bitnet-b1.58', tied: true, defaults: { rope_theta: 500_000 } }],
])

export function describe(whole: Config): Described {
  const named = whole.texts('architectures') ?? []
  const name = named.find((each) => families.has(each))
  const family = families.get(name ?? '')
  if (!family)
    throw new LutraError(
      'unsupported',
      `Expected an architecture among ${[...families.keys()].join(', ')} in ${whole.what} but found ` +
        (named.length > 0 ? named.slice(0, 4).map(quote).join(', ') : 'none'),
    )
  const config = name === 'Gemma3ForConditionalGeneration' ? (whole.object('text_config') ?? whole) : whole
  refuseOthers(config, family)
  const { metadata, factors } = keysOf(config, family)
  const tied = config.flag('tie_word_embeddings', whole.flag('tie_word_embeddings', family.tied ?? false))
  return { metadata, factors, family, tied }
}

function keysOf(config: Config, { architecture, defaults = {}, window }: Family) {
  const or = (key: string) => (Object.hasOwn(defaults, key) ? defaults[key] : undefined)
  const metadata = new Map<string, MetadataValue>([['general.architecture', architecture]])
  const set = (key: string, value: MetadataValue | undefined) => {
    if (typeof value === 'number' && !Number.isFinite(value))
      throw new LutraError('format', `Expected numbers in ${config.what} that give a finite ${key} but found ${value}`)
    if (value !== undefined) metadata.set(`${architecture}.${key}`, value)
  }
  const heads = config.size('num_attention_heads', or('num_attention_heads'))
  const width = config.size('hidden_size')
  const context = config.size('max_position_embeddings', or('max_position_embeddings'))
  set('vocab_size', config.numberIf('vocab_size'))
  set('context_length', context)
  set('embedding_length', width)
  set('block_count', config.size('num_hidden_layers'))
  set('feed_forward_length', config.size('intermediate_size'))
  set('attention.head_count', heads)
  set('attention.head_count_kv', config.size('num_key_value_heads', or('num_key_value_heads') ?? heads))
  set('attention.layer_norm_rms_epsilon', config.number('rms_norm_eps', or('rms_norm_eps')))
  const headDim = config.numberIf('head_dim') ?? or('head_dim')
  set('attention.key_length', headDim)
  set('attention.value_length', headDim)
  const dims = Math.floor((headDim ?? Math.floor(width / heads)) * config.number('partial_rotary_factor', 1))
  set('rope.dimension_count', dims)
  const rope = readRope(config, dims, context, or('rope_theta'))
  for (const [key, value] of rope.keys) set(key, value)
  if (architecture === 'gemma3') gemma3Keys(config, set)
  else if (architecture === 'llama') {
    // A GGUF has the rows of q and k in another order, for rotary pairs; here they are as trained.
    metadata.set('lutra.rope_style', 'halves')
  }
  if (slides(config, window)) set('attention.sliding_window', config.size('sliding_window'))
  return { metadata, factors: rope.factors }
}

function slides(config: Config, window: Family['window']): boolean {
  if (!window || !config.has('sliding_window')) return false
  if (window === 'all') return true
  if (!config.flag('use_sliding_window', false)) return false
  const below = config.number('max_window_layers', 28)
  if (below >= config.size('num_hidden_layers')) return false
  if (below === 0) return true
  throw new LutraError(
    'unsupported',
    `Expected a sliding window in all layers or in none in ${config.what} but found it from layer ${below} on`,
  )
}

/** Of six layers, five see a window and turn by the local theta. */
function gemma3Keys(config: Config, set: (key: string, value: MetadataValue | undefined) => void): void {
  const { defaults = {} } = gemma3
  set('attention.sliding_window', config.size('sliding_window', defaults.sliding_window))
  if (!config.has('rope_parameters') || config.has('rope_local_base_freq'))
    set('rope.freq_base_swa', config.number('rope_local_base_freq', defaults.rope_local_base_freq))
  set('attention.sliding_window_pattern', windowPeriod(config))
  const scalar = config.number('query_pre_attn_scalar', defaults.query_pre_attn_scalar)
  if (!(scalar > 0))
    throw new LutraError('format', `Expected query_pre_attn_scalar above 0 in ${config.what} but found ${scalar}`)
  // GGUF has no key for it: it follows from the sizes, in one way for the 27B model and in another for all others.
  const heads = config.size('num_attention_heads', defaults.num_attention_heads)
  const is27B = config.size('num_hidden_layers') === 62
  const usual = is27B ? config.size('hidden_size') / heads : config.number('head_dim', defaults.head_dim)
  if (scalar !== usual) set('attention.scale', 1 / Math.sqrt(scalar))
}

/** Every n-th layer sees all: n, from the list of kinds where there is one. */
function windowPeriod(config: Config): number {
  const kinds = config.texts('layer_types')
  if (!kinds) return config.size('sliding_window_pattern', 6)
  const first = kinds.indexOf('full_attention')
  const period = first < 0 ? kinds.length + 1 : first + 1
  const regular = kinds.every((kind, i) => kind === ((i + 1) % period === 0 ? 'full_attention' : 'sliding_attention'))
  if (regular) return period
  throw new LutraError(
    'unsupported',
    `Expected layer_types in ${config.what} with full attention in every n-th layer but found another order`,
  )
}

/** What changes the computation in ways that no key here says. */
function refuseOthers(config: Config, { architecture }: Family): void {
  const expected: Readonly<Record<string, readonly string[]>> = {
    llama: ['silu'],
    qwen2: ['silu'],
    qwen3: ['silu'],
    phi3: ['silu'],
    gemma3: ['gelu_pytorch_tanh'],
    'bitnet-b1.58': ['relu2'],
  }
  const act = config.text('hidden_activation') ?? config.text('hidden_act')
  if (act !== undefined && !expected[architecture].includes(act))
    throw new LutraError(
      'unsupported',
      `Expected the activation ${expected[architecture].join(' or ')} in ${config.what} but found ${quote(act)}`,
    )
  for (const key of ['attn_logit_softcapping', 'final_logit_softcapping', 'num_local_experts', 'num_experts'])
    if ((config.numberIf(key) ?? 0) !== 0)
      throw new LutraError('unsupported', `Expected no ${key} in ${config.what} but found ${config.number(key)}`)
  if (config.flag('use_bidirectional_attention', false))
    throw new LutraError('unsupported', `Expected causal attention in ${config.what} but found bidirectional`)
}
