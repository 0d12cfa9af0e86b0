/** What an answer took: OpenAI's usage, with the prompt tokens that were kept from before, and llama-server's timings. */
import type { Generation } from '../../decoder/index.js'

export type Taken = Pick<Generation, 'promptTokens' | 'reusedTokens' | 'generatedTokens' | 'ttftMs' | 'ms'>

/** `counts` says whose prompt counts: that of several choices does once, as OpenAI bills it. */
export function usageOf(all: readonly Taken[], counts: (index: number) => boolean = (index) => index === 0) {
  const prompts = all.filter((_, index) => counts(index))
  const sum = (taken: readonly Taken[], of: (one: Taken) => number) => taken.reduce((total, one) => total + of(one), 0)
  const prompt = sum(prompts, ({ promptTokens }) => promptTokens)
  const completion = sum(all, ({ generatedTokens }) => generatedTokens)
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: sum(prompts, ({ reusedTokens }) => reusedTokens) },
  }
}

export function timingsOf({ promptTokens, reusedTokens, generatedTokens, ttftMs, ms }: Taken) {
  const computed = promptTokens - reusedTokens
  const [promptMs, restMs] = [ttftMs ?? ms, ms - (ttftMs ?? ms)]
  return {
    cache_n: reusedTokens,
    prompt_n: computed,
    prompt_ms: promptMs,
    prompt_per_second: perSecond(computed, promptMs),
    // The first token comes with the prompt.
    predicted_n: generatedTokens,
    predicted_ms: restMs,
    predicted_per_second: perSecond(generatedTokens - 1, restMs),
  }
}

function perSecond(count: number, ms: number): number {
  return count > 0 && ms > 0 ? (count * 1000) / ms : 0
}
