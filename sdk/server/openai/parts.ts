/**
 * An answer as it comes, whatever makes it: text, or calls of tools. What is said is told to those who watch and count.
 * takes  Parts · gives  the same Parts · before ./speaker · after ./chat, ./completions
 */
import type { StopReason } from '../../decoder/index.js'
import type { Token } from '../../stream/token.js'
import type { ToolCall } from '../../tools/index.js'
import type { Served } from '../options.js'
import type { Call } from '../route.js'
import type { Taken } from './usage.js'

export interface Part {
  readonly text: string
  /** Absent where the text is no single token's. */
  readonly token?: Token
  /** A tool's call, when it is whole; the text is then empty. */
  readonly call?: ToolCall
}

export interface Ending extends Taken {
  readonly stopReason: StopReason
  /** Something was called. */
  readonly calls?: boolean
}

export type Parts = AsyncGenerator<Part, Ending, void>

/** Characters of a prompt that is shown to who watches. */
const mostShown = 4000

export async function* told(
  { watch, metrics }: Served,
  { id: request }: Call,
  kind: 'chat' | 'completion',
  prompt: string,
  parts: Parts,
): Parts {
  watch.emit({ type: 'request', request, kind, prompt: prompt.slice(0, mostShown) })
  let index = 0
  let ending: Ending | undefined
  const began = performance.now()
  try {
    for (;;) {
      const step = await parts.next()
      if (step.done) {
        ending = step.value
        return ending
      }
      const { text, call } = step.value
      const shown = call ? `${call.name}(${JSON.stringify(call.arguments)})` : text
      watch.emit({ type: 'token', request, index: index++, text: shown })
      yield step.value
    }
  } finally {
    await parts.return(undefined as never)
    const { promptTokens = 0, reusedTokens = 0, generatedTokens = index, ttftMs, ms } = ending ?? {}
    const reason = ending?.stopReason ?? 'cancelled'
    const seconds = ((ms ?? performance.now() - began) - (ttftMs ?? 0)) / 1000
    metrics.count('lutra_generations_total', 'Generations that ended.', { kind, reason })
    metrics.count('lutra_prompt_tokens_total', 'Tokens of prompts.', {}, promptTokens)
    metrics.count(
      'lutra_prompt_tokens_reused_total',
      'Tokens of prompts that an earlier turn had computed.',
      {},
      reusedTokens,
    )
    metrics.count('lutra_generated_tokens_total', 'Generated tokens.', {}, generatedTokens)
    if (ttftMs !== undefined)
      metrics.observe('lutra_first_token_seconds', 'From the turn in line to the first token.', ttftMs / 1000)
    const tokensPerSecond = seconds > 0 && generatedTokens > 1 ? (generatedTokens - 1) / seconds : 0
    watch.emit({ type: 'end', request, reason, tokens: generatedTokens, ttftMs: ttftMs ?? 0, tokensPerSecond })
  }
}

/** OpenAI's word for why it ended. */
export function finishReason({ stopReason, calls }: Ending): 'stop' | 'length' | 'tool_calls' {
  if (calls) return 'tool_calls'
  return stopReason === 'length' ? 'length' : 'stop'
}
