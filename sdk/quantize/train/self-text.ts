/**
 * Text that the float model writes itself, where there is no corpus (LLM-QAT, Liu et al. 2023): each sample begins with
 * another token, a few likeliest tokens follow, the rest are drawn from the model's distribution.
 * takes  path of a model · gives  ids, the same for the same seed and engine
 * before sdk/open · after ./train
 */
import type { Program } from '../../../hal/backend.js'
import { LutraError } from '../../../hal/error.js'
import { open } from '../../open.js'
import { random } from './text.js'

export interface OwnTextOptions {
  readonly tokens: number
  /** Tokens of a sample. */
  readonly context: number
  readonly seed: number
  readonly signal?: AbortSignal
}

/** Tokens after the first that are the likeliest ones, as in LLM-QAT (3 to 5). */
const SURE = 4
/** Samples that are written side by side. */
const TOGETHER = 16

export async function ownText(path: string, o: OwnTextOptions): Promise<Int32Array> {
  const model = await open(path, { context: o.context })
  try {
    const { program, tokenizer } = model
    const firsts: number[] = []
    for (let id = 0; id < program.vocab; id++) if (!tokenizer.isControl(id)) firsts.push(id)
    const bos = tokenizer.addBos ? tokenizer.bos : undefined
    const ids = new Int32Array(o.tokens)
    const next = random(o.seed, 0)
    const stops = tokenizer.stops
    for (let at = 0; at < ids.length; ) {
      const starts = Array.from({ length: TOGETHER }, () => firsts[Math.floor(next() * firsts.length)])
      for (const sample of await write(program, starts, bos, stops, next, o)) {
        const part = sample.slice(0, ids.length - at)
        ids.set(part, at)
        at += part.length
      }
    }
    return ids
  } finally {
    await model.close()
  }
}

async function write(
  program: Program,
  starts: readonly number[],
  bos: number | undefined,
  stops: ReadonlySet<number>,
  next: () => number,
  { context, signal }: OwnTextOptions,
): Promise<number[][]> {
  const samples = starts.map((id) => [id])
  const states = starts.map(() => program.createState())
  try {
    const most = context - (bos === undefined ? 0 : 1)
    let live = samples.map((_, i) => i)
    for (let length = 1; length < most && live.length > 0; length++) {
      if (signal?.aborted) throw new LutraError('cancelled', 'Writing text to train on was cancelled')
      const runs = live.map((i) => {
        const last = samples[i][samples[i].length - 1]
        return {
          state: states[i],
          ids: Int32Array.from(length === 1 && bos !== undefined ? [bos, last] : [last]),
          wanted: 'last' as const,
        }
      })
      const logits = await program.runBatch(runs, signal)
      live.forEach((i, n) => {
        samples[i].push(length <= SURE ? likeliest(logits[n]) : drawn(logits[n], next()))
      })
      live = live.filter((i) => !stops.has(samples[i][samples[i].length - 1]))
    }
    return samples
  } finally {
    for (const state of states) state.close()
  }
}

function likeliest(logits: Float32Array): number {
  return logits.reduce((best, x, i) => (x > logits[best] ? i : best), 0)
}

function drawn(logits: Float32Array, share: number): number {
  const most = logits[likeliest(logits)]
  const weights = logits.map((x) => Math.exp(x - most))
  let left = share * weights.reduce((a, b) => a + b, 0)
  for (let i = 0; i < weights.length; i++) {
    left -= weights[i]
    if (left < 0) return i
  }
  return weights.length - 1
}
