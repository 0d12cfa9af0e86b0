/**
 * Text → ids in turns with others on the event loop.
 * takes  any tokenizer, a text · gives  what its encode gives; LutraError cancelled at the next turn after an abort
 */
import { inTurns } from '../../hal/turns.js'
import type { EncodeOptions, Tokenizer } from './tokenizer.js'

export async function encodeInTurns(
  tokenizer: Tokenizer,
  text: string,
  options: EncodeOptions = {},
  signal?: AbortSignal,
): Promise<number[]> {
  const steps = tokenizer.encodeSteps?.(text, options)
  return steps ? inTurns(steps, signal) : tokenizer.encode(text, options)
}
