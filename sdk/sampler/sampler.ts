/**
 * Chooses the next token: bias, penalties, then top-k, typical, top-p, min-p, temperature (llama.cpp's order), a draw.
 * takes  logits (vocab), the ids so far · gives  an id
 * before sdk/decoder, after its constraint has masked the logits
 */
import { LutraError } from '../../hal/error.js'
import { argmax } from '../decoder/argmax.js'
import { bias } from './bias.js'
import { Candidates } from './candidates.js'
import { draw } from './draw.js'
import { minP } from './min-p.js'
import { penalize } from './penalty.js'
import { createRandom } from './random.js'
import { temperature } from './temperature.js'
import { topK } from './top-k.js'
import { topP } from './top-p.js'
import { typical } from './typical.js'

export interface SamplerOptions {
  /** 0 (the default) always takes the likeliest token; then only bias and penalties matter. */
  readonly temperature?: number
  /** Only the k likeliest; 0 (the default) for all. */
  readonly topK?: number
  /** Only those as surprising as expected, that together have this probability; 1 (the default) for all. */
  readonly typical?: number
  /** Only the likeliest that together have this probability; 1 (the default) for all. */
  readonly topP?: number
  /** Only tokens at least this share as likely as the likeliest; 0 (the default) for all. */
  readonly minP?: number
  /** Above 1 makes recent tokens less likely; 1 is off. */
  readonly repetitionPenalty?: number
  /** Taken off the logit of every token among the recent ones, once; 0 (the default) is off, below 0 invites them. */
  readonly presencePenalty?: number
  /** Taken off the logit for each time that the token is among the recent ones; 0 (the default) is off. */
  readonly frequencyPenalty?: number
  /** How many recent tokens, of prompt and answer, the penalties look at; default 64. */
  readonly repetitionWindow?: number
  /** The same seed gives the same choices from the same logits; default: drawn by chance. */
  readonly seed?: number
  /** Added to the logits of single ids; -Infinity forbids one. */
  readonly logitBias?: ReadonlyMap<number, number> | Readonly<Record<number, number>>
}

export interface Sampler {
  readonly seed: number
  /** Leaves `logits` as they are. Where none is allowed: LutraError mismatch. */
  sample(logits: Float32Array, history: readonly number[]): number
}

export function createSampler(options: SamplerOptions = {}): Sampler {
  const t = within('temperature', options.temperature ?? 0, 0, 100)
  const k = within('topK', options.topK ?? 0, 0, 2 ** 31)
  const typicalP = within('typical', options.typical ?? 1, 0, 1)
  const p = within('topP', options.topP ?? 1, 0, 1)
  const least = within('minP', options.minP ?? 0, 0, 1)
  const penalties = {
    repetition: within('repetitionPenalty', options.repetitionPenalty ?? 1, 0.01, 100),
    presence: within('presencePenalty', options.presencePenalty ?? 0, -100, 100),
    frequency: within('frequencyPenalty', options.frequencyPenalty ?? 0, -100, 100),
    window: within('repetitionWindow', options.repetitionWindow ?? 64, 0, 2 ** 31),
  }
  const penalizes = penalties.repetition !== 1 || penalties.presence !== 0 || penalties.frequency !== 0
  const biases = readBiases(options.logitBias)
  const seed = (options.seed ?? Math.floor(Math.random() * 2 ** 32)) >>> 0
  const random = createRandom(seed)
  const candidates = new Candidates()
  const asTheyAre = biases.length === 0 && !penalizes

  return {
    seed,
    sample(logits, history) {
      if (t === 0 && asTheyAre) return allowed(argmax(logits))
      candidates.fill(logits)
      bias(candidates, biases)
      if (penalizes) penalize(candidates, history, penalties)
      if (t === 0) return allowed(argmax(candidates.logits, candidates.count))
      candidates.keepFrom(Number.NEGATIVE_INFINITY)
      if (k > 0 && k < candidates.count) topK(candidates, k)
      if (typicalP < 1) typical(candidates, typicalP)
      if (p < 1) topP(candidates, Math.max(p, Number.MIN_VALUE))
      if (least > 0) minP(candidates, least)
      temperature(candidates, t)
      return allowed(candidates.count === 0 ? -1 : draw(candidates, random()))
    },
  }
}

function allowed(id: number): number {
  if (id >= 0) return id
  throw new LutraError('mismatch', 'Expected at least one token that may come next but all are forbidden or NaN')
}

function within(name: string, value: number, from: number, to: number): number {
  if (value >= from && value <= to) return value
  throw new LutraError('limit', `Expected ${name} from ${from} to ${to} but found ${value}`)
}

function readBiases(biases: SamplerOptions['logitBias']): [number, number][] {
  const entries = biases instanceof Map ? [...biases] : Object.entries(biases ?? {})
  return entries.map(([key, amount]) => {
    const id = Number(key)
    if (!Number.isInteger(id) || id < 0) throw new LutraError('mismatch', `Expected ids in logitBias but found ${key}`)
    if (!(amount < Number.POSITIVE_INFINITY))
      throw new LutraError('limit', `Expected a bias below Infinity but found ${amount} for token ${id}`)
    return [id, amount]
  })
}
