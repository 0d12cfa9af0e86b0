/**
 * The generation loop: logits, constraint, sampler, text, again, until something ends it.
 * takes  a program or a session on it, prompt ids, a sampler · gives  Tokens as they come, then why it ended
 * before sdk/tokenizer, sdk/sampler · after sdk/stream makes it an Observable
 */
import type { Program } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'
import type { Constraint } from '../grammar/constraint.js'
import type { Sampler } from '../sampler/sampler.js'
import type { Token } from '../stream/token.js'
import { Detokenizer } from '../tokenizer/detokenizer.js'
import type { Tokenizer } from '../tokenizer/tokenizer.js'
import { likeliest } from './likeliest.js'
import { type LookupOptions, PromptLookup } from './lookup.js'
import { Session } from './session.js'
import { logSumExp } from './softmax.js'
import { TextStop } from './text-stop.js'

export interface GenerateOptions {
  readonly program: Program
  /** Keeps keys and values from call to call; without one, the generation makes its own and closes it. */
  readonly session?: Session
  readonly tokenizer: Tokenizer
  /** The prompt; at least one id, at most the context. */
  readonly ids: readonly number[]
  readonly sampler: Sampler
  readonly constraint?: Constraint
  readonly maxTokens: number
  /** Ids that end it; default: the tokenizer's. */
  readonly stops?: ReadonlySet<number>
  /** Texts that end it; they and what follows them are not part of the text. */
  readonly stopStrings?: readonly string[]
  /** Each token also tells the so many likeliest in its place. */
  readonly logprobs?: number
  /** Guesses from earlier text, confirmed several at a time: the same output, sooner where the text repeats itself. */
  readonly speculate?: LookupOptions
  readonly signal?: AbortSignal
  /** Milliseconds that a governor has let computing wait so far; their growth meanwhile is told. */
  readonly pausedMs?: () => number
}

const mostLogprobs = 100

/** `eos` a stop id · `length` maxTokens or the context is full · `stop` a stop string · `constraint` it is complete. */
export type StopReason = 'eos' | 'length' | 'stop' | 'constraint' | 'cancelled'

export interface Generation {
  readonly stopReason: StopReason
  readonly promptTokens: number
  /** Prompt tokens that an earlier call had computed. */
  readonly reusedTokens: number
  readonly generatedTokens: number
  /** Milliseconds to the first token; absent if there was none. */
  readonly ttftMs?: number
  readonly ms: number
  /** After the first token; absent with fewer than two. */
  readonly tokensPerSecond?: number
  /** Of `ms`, what was spent waiting for a governor's budget; absent without a governor. */
  readonly pausedMs?: number
}

/**
 * Yields each token, the stop id that ends it included (its text is what stop strings held back, most often empty).
 * Aborting the signal ends it within a token with `cancelled`; leaving the loop does as well.
 */
export async function* generate(options: GenerateOptions): AsyncGenerator<Token, Generation, void> {
  const { program, tokenizer, sampler, constraint, maxTokens, signal, logprobs = 0 } = options
  const begin = performance.now()
  const paused = options.pausedMs?.() ?? 0
  checkPrompt(options)
  const session = options.session ?? new Session(program)
  const stops = options.stops ?? tokenizer.stops
  const detokenizer = new Detokenizer(tokenizer)
  const textStop = new TextStop((options.stopStrings ?? []).filter((stop) => stop !== ''))
  const ids = [...options.ids]
  const reusedTokens = session.reusable(ids)
  const lookup = options.speculate && new PromptLookup(options.speculate)
  let index = 0
  let ttftMs: number | undefined

  const end = (stopReason: StopReason): Generation => {
    const ms = performance.now() - begin
    const speed = ttftMs !== undefined && index > 1 ? ((index - 1) * 1000) / (ms - ttftMs) : undefined
    return {
      stopReason,
      promptTokens: options.ids.length,
      reusedTokens,
      generatedTokens: index,
      ttftMs,
      ms,
      tokensPerSecond: speed,
      ...(options.pausedMs ? { pausedMs: options.pausedMs() - paused } : {}),
    }
  }

  try {
    if (constraint?.done) return end('constraint')
    while (index < maxTokens && ids.length <= program.context) {
      if (signal?.aborted) return end('cancelled')
      const room = Math.min(maxTokens - index - 1, program.context - ids.length)
      const rows = await session.logits(ids, signal, () => (lookup && room > 0 ? lookup.draft(ids, room) : []))
      // Matrices may be rounded up beyond the vocabulary (Qwen's are); those rows spell nothing.
      const logits = rows.subarray(0, tokenizer.size)
      const total = logSumExp(logits)
      const top =
        logprobs > 0 ? likeliest(logits, logprobs).map((id) => ({ id, logprob: logits[id] - total })) : undefined
      await constraint?.prepare?.(signal)
      constraint?.mask(logits)
      const id = sampler.sample(logits, ids)
      const logprob = logits[id] - total
      const isStop = stops.has(id)
      if (!isStop) constraint?.accept(id)
      ids.push(id)
      const full = index + 1 >= maxTokens || ids.length > program.context
      const reason = isStop ? 'eos' : constraint?.done ? 'constraint' : full ? 'length' : undefined
      let text = isStop ? '' : textStop.push(detokenizer.push(id))
      if (reason) text += textStop.push(detokenizer.flush()) + textStop.flush()
      const ms = performance.now() - begin
      ttftMs ??= ms
      yield { id, text, logprob, ...(top ? { top } : {}), index: index++, ms }
      if (textStop.found && !isStop) return end('stop')
      if (reason) return end(reason)
    }
    return end(signal?.aborted ? 'cancelled' : 'length')
  } catch (error) {
    if (error instanceof LutraError && error.kind === 'cancelled') return end('cancelled')
    throw error
  } finally {
    if (!options.session) session.close()
  }
}

function checkPrompt({ program, session, ids, maxTokens, logprobs = 0, speculate }: GenerateOptions): void {
  if (!(Number.isInteger(logprobs) && logprobs >= 0 && logprobs <= mostLogprobs))
    throw new LutraError('limit', `Expected logprobs from 0 to ${mostLogprobs} but found ${logprobs}`)
  for (const [name, value] of Object.entries({ ngram: speculate?.ngram ?? 3, draft: speculate?.draft ?? 8 }))
    if (!(Number.isInteger(value) && value >= 1 && value <= 64))
      throw new LutraError('limit', `Expected ${name} from 1 to 64 but found ${value}`)
  if (session && session.program !== program)
    throw new LutraError('mismatch', 'Expected a session of this program but found one of another')
  if (ids.length === 0)
    throw new LutraError('mismatch', 'Expected a prompt of at least one token; begin with the tokenizer’s bos')
  if (ids.length > program.context)
    throw new LutraError(
      'limit',
      `Expected a prompt up to ${program.context} tokens but found ${ids.length}; shorten it`,
    )
  if (!(maxTokens >= 0)) throw new LutraError('limit', `Expected maxTokens of 0 or more but found ${maxTokens}`)
}
