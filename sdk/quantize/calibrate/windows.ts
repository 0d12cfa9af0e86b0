/**
 * Calibration text as windows of token ids, as llama.cpp cuts them: `context` tokens each, the first replaced by BOS where
 * the model begins with one; what is left over at the end is dropped.
 * takes  text, a tokenizer (or windows of ids) · gives  windows; LutraError limit where the text is too short to say anything
 */
import { LutraError } from '../../../hal/error.js'
import { encodeInTurns } from '../../tokenizer/encode-in-turns.js'
import type { Tokenizer } from '../../tokenizer/tokenizer.js'

export interface WindowOptions {
  /** Tokens a window. */
  readonly context: number
  /** Most windows taken, evenly spread over the text. */
  readonly windows: number
  readonly signal?: AbortSignal
}

/** A Hessian of fewer tokens says next to nothing. */
const LEAST = 64

export async function windowsOf(text: string, tokenizer: Tokenizer, options: WindowOptions): Promise<Int32Array[]> {
  const { context, windows, signal } = options
  const { bos, addBos } = tokenizer
  const begin = addBos && bos !== undefined ? [bos] : []
  const ids = [...begin, ...(await encodeInTurns(tokenizer, text, { bos: false }, signal))]
  if (ids.length < LEAST)
    throw new LutraError(
      'limit',
      `Expected a calibration text of at least ${LEAST} tokens but found ${ids.length}; some ten thousand are usual`,
    )
  const all = Math.floor(ids.length / context)
  // A short text is one short window.
  if (all === 0) return [Int32Array.from(ids)]
  const taken = Math.min(all, windows)
  return Array.from({ length: taken }, (_, i) => {
    const at = Math.floor((i * all) / taken) * context
    const window = Int32Array.from(ids.slice(at, at + context))
    if (begin.length > 0) window[0] = begin[0]
    return window
  })
}

/** Windows that the caller made, for models whose layout no plain text has (the pilot's marks): ids checked, else as they are. */
export function givenWindows(windows: readonly Int32Array[], vocab: number): Int32Array[] {
  const tokens = windows.reduce((sum, { length }) => sum + length, 0)
  if (tokens < LEAST)
    throw new LutraError('limit', `Expected calibration windows of at least ${LEAST} tokens but found ${tokens}`)
  for (const window of windows)
    for (const id of window)
      if (!(id >= 0 && id < vocab))
        throw new LutraError('mismatch', `Expected calibration ids below ${vocab}, the vocabulary, but found ${id}`)
  return windows.filter(({ length }) => length > 0)
}
