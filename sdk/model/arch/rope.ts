/**
 * How positions turn the pairs of a head: one frequency a pair, whatever way of scaling the file asks for (linear, YaRN,
 * Llama 3's factors, LongRoPE's short and long factors).
 * takes  metadata `rope.*`, factor tensors, the context wanted · gives  Rotation, and the context that it is right for
 * before ./metadata, ./weights · after ./llama and its kin
 */
import { LutraError } from '../../../hal/error.js'
import * as limits from './limits.js'
import type { Metadata } from './metadata.js'
import type { Sizes } from './sizes.js'
import type { Weights } from './weights.js'

export interface Rotation {
  /** Radians that a position adds to each pair. */
  readonly frequencies: readonly number[]
  /** What cosines and sines are multiplied by. */
  readonly magnitude: number
}

const scalings = ['none', 'linear', 'yarn', 'longrope']
const [freqs, short, long] = ['rope_freqs.weight', 'rope_factors_short.weight', 'rope_factors_long.weight']

/** Without any scaling. */
export function plainRotation(theta: number, dims: number): Rotation {
  const frequencies = Array.from({ length: dims / 2 }, (_, i) => theta ** ((-2 * i) / dims))
  return { frequencies, magnitude: 1 }
}

/**
 * Files with LongRoPE have two lists of factors. As in llama.cpp the context that a program is made for decides, not the
 * length of a text: up to the original context the short ones, and the graph is right for no more.
 */
export function readRotation(
  metadata: Metadata,
  weights: Weights,
  { ropeDims, theta, context }: Sizes,
  wanted = context,
  allowed: readonly string[] = scalings,
): { readonly rotation: Rotation; readonly context: number } {
  const type = metadata.text('rope.scaling.type') ?? 'linear'
  if (!allowed.includes(type))
    throw new LutraError(
      'unsupported',
      `Expected ${metadata.key('rope.scaling.type')} among ${allowed.join(', ')} but found ${JSON.stringify(type.slice(0, 40))}`,
    )
  const original = metadata.integer('rope.scaling.original_context_length', 1, limits.maxContext, context)
  const name = metadata.has('rope.scaling.factor') ? 'rope.scaling.factor' : 'rope.scale_linear'
  const stretch = type === 'none' ? 1 : metadata.real(name, 0, limits.maxStretch, 1) || 1
  const attention = metadata.real('rope.scaling.attn_factor', 0, limits.maxStretch, 1)

  let factors: Float32Array | undefined
  let fits = context
  if (type === 'longrope' || weights.has(short) || weights.has(long)) {
    const lists = [short, long].map((list) => readFactors(weights, list, ropeDims / 2))
    const begins = Math.min(wanted, context) <= original
    factors = lists[begins ? 0 : 1]
    if (begins) fits = Math.min(context, original)
  } else if (weights.has(freqs)) factors = readFactors(weights, freqs, ropeDims / 2)
  const plain = plainRotation(theta, ropeDims).frequencies.map((each, i) => each / (factors?.[i] ?? 1))
  if (type !== 'yarn')
    return { rotation: { frequencies: plain.map((each) => each / stretch), magnitude: attention }, context: fits }

  const ramp = yarnRamp(metadata, theta, ropeDims, original)
  const frequencies = plain.map((each, i) => (each / stretch) * (1 - ramp(i)) + each * ramp(i))
  const magnitude = attention * (stretch > 1 ? 1 + 0.1 * Math.log(stretch) : 1)
  return { rotation: { frequencies, magnitude }, context: fits }
}

/** How much of a pair stays as trained: all of those that turn often within the original context, none of the slow. */
function yarnRamp(metadata: Metadata, theta: number, dims: number, original: number): (pair: number) => number {
  if (theta <= 1)
    throw new LutraError('format', `Expected ${metadata.key('rope.freq_base')} above 1 for YaRN but found ${theta}`)
  const fast = metadata.real('rope.scaling.yarn_beta_fast', 0, limits.maxStretch, 32)
  const slow = metadata.real('rope.scaling.yarn_beta_slow', 0, limits.maxStretch, 1)
  if (fast === 0 || slow === 0)
    throw new LutraError('format', `Expected ${metadata.key('rope.scaling.yarn_beta_*')} above 0 but found 0`)
  /** The pair that turns so many times within the original context. */
  const pairOf = (turns: number) => (dims * Math.log(original / (turns * 2 * Math.PI))) / (2 * Math.log(theta))
  const low = Math.max(0, Math.floor(pairOf(fast)))
  const high = Math.min(dims - 1, Math.ceil(pairOf(slow)))
  return (pair) => 1 - Math.min(1, Math.max(0, (pair - low) / Math.max(0.001, high - low)))
}

function readFactors(weights: Weights, name: string, count: number): Float32Array {
  const factors = weights.values(name, count)
  for (const factor of factors)
    if (!(factor > 0 && factor < Number.POSITIVE_INFINITY))
      throw new LutraError('format', `Expected finite factors above 0 in ${name} but found ${factor}`)
  return factors
}
