/**
 * From a prompt and a user's options to tokens: encode, prepare sampler and constraint, decode.
 * takes  a model's parts, a prompt · gives  Tokens, then why it ended
 * before sdk/decoder · after ./model, ./session
 */
import type { Program } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'
import { type Generation, generate, type Session } from '../decoder/index.js'
import { grammarOf } from '../grammar/grammar-of.js'
import type { JsonSchema } from '../grammar/schema.js'
import type { ModelFile } from '../model/model-file.js'
import { createSampler } from '../sampler/index.js'
import type { Token } from '../stream/token.js'
import type { ChatMessage } from '../tokenizer/chat.js'
import { encodeInTurns } from '../tokenizer/encode-in-turns.js'
import type { EncodeOptions, Tokenizer } from '../tokenizer/tokenizer.js'
import type { GenerateOptions, Prompt } from './options.js'

export interface Speaker {
  readonly file: ModelFile
  readonly tokenizer: Tokenizer
  readonly program: Program
  readonly governor?: { readonly pausedMs: number }
}

/** `begun` gets the prompt's ids once they are known and may put others before them; `session` holds what they share. */
export async function* generateFrom(
  speaker: Speaker,
  prompt: Prompt,
  options: GenerateOptions,
  session?: Session,
  begun: (ids: readonly number[]) => readonly number[] = (ids) => ids,
  encoding: EncodeOptions = {},
): AsyncGenerator<Token, Generation, void> {
  const started = performance.now()
  const encoded = await encode(speaker, prompt, options, encoding).catch((fault) => {
    if (fault instanceof LutraError && fault.kind === 'cancelled') return undefined
    throw fault
  })
  if (!encoded) {
    const ms = performance.now() - started
    return { stopReason: 'cancelled', promptTokens: 0, reusedTokens: 0, generatedTokens: 0, ms }
  }
  const { schema, speculate } = options
  return yield* generate({
    program: speaker.program,
    session,
    tokenizer: speaker.tokenizer,
    ids: begun(encoded),
    sampler: createSampler(options),
    constraint: schema === undefined ? undefined : await constraint(speaker, schema, prompt, options.copyFrom),
    maxTokens: options.maxTokens ?? 256,
    stopStrings: options.stop,
    logprobs: options.logprobs,
    speculate: speculate === true ? {} : speculate || undefined,
    signal: options.signal,
    pausedMs: pausedBy(speaker),
  })
}

/** For Generation.pausedMs. */
export function pausedBy({ governor }: Speaker): (() => number) | undefined {
  return governor && (() => governor.pausedMs)
}

async function encode(
  { file, tokenizer }: Speaker,
  prompt: Prompt,
  { chat, signal }: GenerateOptions,
  encoding: EncodeOptions,
): Promise<readonly number[]> {
  if (isIds(prompt)) return checkIds(prompt, tokenizer)
  if (typeof prompt === 'string' && !chat) return encodeInTurns(tokenizer, prompt, encoding, signal)
  const { ChatTemplate } = await import('../tokenizer/chat.js')
  const messages = typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt
  return new ChatTemplate(file, tokenizer).encodeInTurns(messages, {}, signal)
}

function isIds(prompt: Prompt): prompt is readonly number[] {
  return Array.isArray(prompt) && typeof prompt[0] !== 'object'
}

export function checkIds(ids: readonly number[], { size }: Tokenizer): readonly number[] {
  const wrong = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < size))
  if (wrong === undefined) return ids
  throw new LutraError('mismatch', `Expected ids from 0 to ${size - 1} but found ${String(wrong)}`)
}

async function constraint({ tokenizer }: Speaker, schema: unknown, prompt: Prompt, copyFrom: string | undefined) {
  const { prepareConstraint } = await import('../grammar/constrain.js')
  const source = copyFrom ?? textOf(prompt, tokenizer)
  return prepareConstraint(grammarOf(schema as JsonSchema), tokenizer, { prompt: source })
}

/** What a schema's copies come from: the text, or what a conversation's user said last; never what a tool gave. */
function textOf(prompt: Prompt, tokenizer: Tokenizer): string {
  if (typeof prompt === 'string') return prompt
  if (isIds(prompt)) return tokenizer.decode(prompt)
  return (prompt as readonly ChatMessage[]).findLast(({ role }) => role === 'user')?.content ?? ''
}

/** Aborted by whichever is. */
export function either(a: AbortSignal, b: AbortSignal | undefined): AbortSignal {
  return b ? AbortSignal.any([a, b]) : a
}
