/**
 * One vector for a text: the hidden states of its tokens, their mean or the last one's.
 * takes  a program, ids · gives  a vector as wide as the model
 * before hal's `hidden` rows · after sdk/open
 */
import type { Program } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'

export interface EmbedOptions {
  /** `mean` (the default) over all tokens, or the `last` one's, which alone has seen them all. */
  readonly pooling?: 'mean' | 'last'
  /** To length 1 (the default), so that a dot product is the cosine. */
  readonly normalize?: boolean
  readonly signal?: AbortSignal
}

/** Tokens a run, as in ./session. */
const chunk = 128

export async function embed(
  program: Program,
  ids: readonly number[],
  { pooling = 'mean', normalize = true, signal }: EmbedOptions = {},
): Promise<Float32Array> {
  if (pooling !== 'mean' && pooling !== 'last')
    throw new LutraError('mismatch', `Expected the pooling mean or last but found ${String(pooling)}`)
  if (ids.length === 0) throw new LutraError('mismatch', 'Expected a text of at least one token but found none')
  if (ids.length > program.context)
    throw new LutraError('limit', `Expected a text up to ${program.context} tokens but found ${ids.length}; shorten it`)
  const state = program.createState()
  try {
    let sum = new Float64Array(0)
    // The last token by itself where only its row is wanted.
    for (let at = 0; at < ids.length; ) {
      const to = pooling === 'last' && at < ids.length - 1 ? ids.length - 1 : ids.length
      const part = Int32Array.from(ids.slice(at, Math.min(at + chunk, to)))
      const wanted = pooling === 'mean' || at === ids.length - 1 ? 'hidden' : 'none'
      const rows = await program.run(state, part, wanted, signal)
      const width = rows.length / part.length
      if (sum.length === 0) sum = new Float64Array(width)
      for (let i = 0; i < rows.length; i++) sum[i % width] += rows[i]
      at += part.length
    }
    const count = pooling === 'mean' ? ids.length : 1
    const mean = sum.map((value) => value / count)
    const length = normalize ? Math.sqrt(mean.reduce((squares, value) => squares + value * value, 0)) : 1
    return Float32Array.from(mean, (value) => (length > 0 ? value / length : value))
  } finally {
    state.close()
  }
}
