/**
 * How config.json stretches rotary angles, as GGUF says it: rope.scaling.* keys, and factors per angle as tensors.
 * takes  config, head sizes · gives  keys without their architecture's prefix, and tensors by name
 * before ./config · after ./metadata, ./open
 */
import { LutraError } from '../../../hal/error.js'
import { quote } from '../quote.js'
import type { Config } from './config.js'

export interface Rope {
  readonly keys: ReadonlyMap<string, string | number>
  /** F32, a factor for each pair; angles are divided by it. */
  readonly factors: ReadonlyMap<string, Float32Array>
}

/** Angles of a head, whatever the config claims; sdk/model/arch has the bounds that matter. */
const maxDims = 8192

export function readRope(config: Config, dims: number, context: number, theta = 10_000): Rope {
  // transformers 5 calls it rope_parameters and keeps theta in it; models with two kinds of layers have one for each.
  const parameters = config.object('rope_parameters')
  const scaling = parameters?.object('full_attention') ?? parameters ?? config.object('rope_scaling')
  const local = parameters?.object('sliding_attention')
  const keys = new Map<string, string | number>([
    ['rope.freq_base', scaling?.numberIf('rope_theta') ?? config.number('rope_theta', theta)],
  ])
  const localTheta = local?.numberIf('rope_theta') ?? config.numberIf('rope_local_base_freq')
  if (localTheta !== undefined) keys.set('rope.freq_base_swa', localTheta)
  const factors = new Map<string, Float32Array>()
  const type = scaling?.text('rope_type') ?? scaling?.text('type') ?? 'default'
  if (!scaling || type === 'default') return { keys, factors }
  if (type === 'linear') {
    keys.set('rope.scaling.type', 'linear')
    keys.set('rope.scaling.factor', scaling.number('factor'))
  } else if (type === 'yarn') yarn(config, scaling, context, keys)
  else if (type === 'llama3')
    factors.set('rope_freqs.weight', llama3(config, scaling, dims, Number(keys.get('rope.freq_base'))))
  else if (type === 'longrope' || type === 'su') longrope(config, scaling, dims, context, keys, factors)
  else
    throw new LutraError(
      'unsupported',
      `Expected rope_type default, linear, yarn, llama3 or longrope in ${config.what} but found ${quote(type)}`,
    )
  return { keys, factors }
}

function yarn(config: Config, scaling: Config, context: number, keys: Map<string, string | number>): void {
  const factor = scaling.number('factor')
  keys.set('rope.scaling.type', 'yarn')
  keys.set('rope.scaling.factor', factor)
  keys.set(
    'rope.scaling.original_context_length',
    scaling.numberIf('original_max_position_embeddings') ??
      config.numberIf('original_max_position_embeddings') ??
      context,
  )
  // GGUF's factor comes on top of YaRN's own, that of config.json instead of it.
  const attention = scaling.numberIf('attention_factor')
  if (attention !== undefined)
    keys.set('rope.scaling.attn_factor', attention / (1 + 0.1 * Math.log(Math.max(1, factor))))
  for (const [from, to] of [
    ['beta_fast', 'rope.scaling.yarn_beta_fast'],
    ['beta_slow', 'rope.scaling.yarn_beta_slow'],
  ] as const)
    if (scaling.has(from)) keys.set(to, scaling.number(from))
  // Their magnitudes follow another rule than yarn's own; a graph that does not know it would answer wrongly.
  for (const key of ['mscale', 'mscale_all_dim'])
    if (scaling.has(key))
      throw new LutraError('unsupported', `Expected yarn without ${key} in ${config.what} but found it`)
}

/** Long waves are slowed by `factor`, short ones stay, those between go over smoothly. */
function llama3(config: Config, scaling: Config, dims: number, theta: number): Float32Array {
  const factor = scaling.number('factor', 8)
  const low = scaling.number('low_freq_factor', 1)
  const high = scaling.number('high_freq_factor', 4)
  const old =
    scaling.numberIf('original_max_position_embeddings') ?? config.number('original_max_position_embeddings', 8192)
  if (!(factor > 0 && low > 0 && high > low && old > 0))
    throw new LutraError(
      'format',
      `Expected llama3 scaling with factors above 0 and low below high in ${config.what} but found ${factor}, ${low}, ${high}, ${old}`,
    )
  // In float32 step by step, as the converter's tensors are: at the borders a rounding decides.
  const f = Math.fround
  return Float32Array.from({ length: angles(dims, config) }, (_, i) => {
    const frequency = f(1 / f(theta ** f((2 * i) / dims)))
    const wave = f((2 * Math.PI) / frequency)
    if (wave < old / high) return 1
    if (wave > old / low) return factor
    const smooth = f(f(f(old / wave) - low) / (high - low))
    return 1 / f(f(f(1 - smooth) / factor) + smooth)
  })
}

function longrope(
  config: Config,
  scaling: Config,
  dims: number,
  context: number,
  keys: Map<string, string | number>,
  factors: Map<string, Float32Array>,
): void {
  const old =
    config.numberIf('original_max_position_embeddings') ?? scaling.number('original_max_position_embeddings', context)
  const scale = context / old
  keys.set('rope.scaling.original_context_length', old)
  keys.set(
    'rope.scaling.attn_factor',
    scaling.numberIf('attention_factor') ?? (scale > 1 ? Math.sqrt(1 + Math.log(scale) / Math.log(old)) : 1),
  )
  for (const kind of ['long', 'short'] as const) {
    const list = scaling.numbers(`${kind}_factor`)
    if (list?.length !== angles(dims, config))
      throw new LutraError(
        'format',
        `Expected ${dims / 2} numbers in ${kind}_factor of ${config.what} but found ${list?.length ?? 'none'}`,
      )
    factors.set(`rope_factors_${kind}.weight`, Float32Array.from(list))
  }
}

function angles(dims: number, config: Config): number {
  if (dims % 2 === 0 && dims <= maxDims) return dims / 2
  throw new LutraError(
    'format',
    `Expected an even number of rotated dimensions up to ${maxDims} in ${config.what} but found ${dims}`,
  )
}
