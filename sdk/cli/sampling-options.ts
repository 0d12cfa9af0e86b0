/** Flags that say how the next token is chosen; see sdk/sampler for what they do. */
import type { SamplerOptions } from '../sampler/index.js'
import { type Invocation, list, number, UsageError, whole } from './command.js'

export const samplingOptions = {
  'top-k': { type: 'string' },
  typical: { type: 'string' },
  'top-p': { type: 'string' },
  'min-p': { type: 'string' },
  'repetition-penalty': { type: 'string' },
  'presence-penalty': { type: 'string' },
  'frequency-penalty': { type: 'string' },
  'penalty-window': { type: 'string' },
  'logit-bias': { type: 'string', multiple: true },
} as const

export function samplingOf(call: Invocation): SamplerOptions {
  return {
    topK: whole(call, 'top-k', 0, 1 << 20),
    typical: number(call, 'typical', 0, 1),
    topP: number(call, 'top-p', 0, 1),
    minP: number(call, 'min-p', 0, 1),
    repetitionPenalty: number(call, 'repetition-penalty', 0.01, 100),
    presencePenalty: number(call, 'presence-penalty', -100, 100),
    frequencyPenalty: number(call, 'frequency-penalty', -100, 100),
    repetitionWindow: whole(call, 'penalty-window', 0, 1 << 20),
    logitBias: new Map(list(call, 'logit-bias').map(biasOf)),
  }
}

/** `403=-1.5`; `403=-Infinity` forbids it. */
function biasOf(given: string): [number, number] {
  const found = /^(\d+)=([+-]?(?:\d+\.?\d*|\.\d+)|-Infinity)$/.exec(given)
  if (!found) throw new UsageError(`Expected --logit-bias ID=BIAS, for example 403=-1.5, but got "${given}"`)
  return [Number(found[1]), Number(found[2])]
}
