/**
 * A conversation, with tools or without: the model answers in text and calls, each call valid by its tool's schema.
 * takes  a model's parts, messages, tools · gives  ChatParts as they come, then the whole answer
 * before sdk/tools, sdk/decoder · after ./model, sdk/server
 */
import { LutraError } from '../../hal/error.js'
import { type Generation, generate, type Session } from '../decoder/index.js'
import { TextStop } from '../decoder/text-stop.js'
import { prepareConstraint } from '../grammar/constrain.js'
import type { Constraint } from '../grammar/constraint.js'
import { grammarOf } from '../grammar/grammar-of.js'
import type { JsonSchema } from '../grammar/schema.js'
import { createSampler } from '../sampler/index.js'
import { ChatTemplate } from '../tokenizer/chat.js'
import { chatTemplateOf } from '../tokenizer/chat-source.js'
import {
  type AnyMessage,
  CallReader,
  type ChatPart,
  callConstraint,
  type Dialect,
  dialectOf,
  prepareMessages,
  type ReadyTool,
  readyTools,
  type ToolCall,
} from '../tools/index.js'
import { either, pausedBy, type Speaker } from './generate.js'
import type { ChatOptions } from './options.js'

/** All of an answer. */
export interface ChatAnswer {
  readonly text: string
  readonly calls: readonly ToolCall[]
  /** Why it ended: `constraint` also where nothing may follow a call, `length` with a call cut off, which is not given. */
  readonly generation: Generation
}

/** A conversation as the model reads it, with the tools that it is told of. */
export interface ChatReady {
  readonly ids: readonly number[]
  readonly tools: readonly ReadyTool[]
  readonly dialect: Dialect
}

export async function* chatFrom(
  speaker: Speaker,
  messages: readonly AnyMessage[],
  options: ChatOptions,
): AsyncGenerator<ChatPart, ChatAnswer, void> {
  return yield* answerChat(speaker, await readyChat(speaker, messages, options), options)
}

export async function readyChat(
  { file, tokenizer }: Speaker,
  messages: readonly AnyMessage[],
  options: ChatOptions,
): Promise<ChatReady> {
  const tools = options.toolChoice === 'none' ? [] : readyTools(options.tools ?? [])
  checkChoice(options, tools)
  const template = chatTemplateOf(file)
  const dialect = dialectOf(template)
  const prepared = prepareMessages(messages, tools, dialect, template)
  const ids = await encode(new ChatTemplate(file, tokenizer), prepared, options.signal)
  return { ids, tools, dialect }
}

/** `session` holds what the conversation shares with earlier ones. */
export async function* answerChat(
  speaker: Speaker,
  { ids, tools, dialect }: ChatReady,
  options: ChatOptions,
  session?: Session,
): AsyncGenerator<ChatPart, ChatAnswer, void> {
  const { tokenizer, program } = speaker
  const { speculate } = options
  const stopped = new AbortController()
  const generation = generate({
    program,
    session,
    tokenizer,
    ids,
    sampler: createSampler(options),
    constraint: await constraintOf(speaker, tools, dialect, options),
    maxTokens: options.maxTokens ?? 256,
    logprobs: options.logprobs,
    speculate: speculate === true ? {} : speculate || undefined,
    signal: either(stopped.signal, options.signal),
    pausedMs: pausedBy(speaker),
  })
  const reader = new CallReader(dialect, new Set(tools.map(({ name }) => name)), tokenizer)
  const stop = new TextStop((options.stop ?? []).filter((text) => text !== ''))
  const answer = { text: '', calls: [] as ToolCall[] }
  function* given(parts: readonly ChatPart[]): Generator<ChatPart> {
    for (const part of parts) {
      if (stop.found) return
      // A call is no place to stop: what was held back before it is text.
      const text = part.call === undefined ? stop.push(part.text) : stop.flush()
      if (text !== '') yield { text }
      answer.text += text
      if (part.call === undefined) continue
      answer.calls.push(part.call)
      yield part
    }
  }
  try {
    for (;;) {
      const step = await generation.next()
      if (step.done) {
        if (!stop.found) {
          yield* given(reader.end())
          const text = stop.flush()
          if (text !== '') yield { text }
          answer.text += text
        }
        const ended: Generation = stop.found ? { ...step.value, stopReason: 'stop' } : step.value
        return { ...answer, generation: ended }
      }
      options.onToken?.(step.value)
      yield* given(reader.token(step.value.id))
      if (stop.found) stopped.abort()
    }
  } finally {
    await generation.return(undefined as never)
  }
}

function checkChoice({ toolChoice = 'auto', schema }: ChatOptions, tools: readonly ReadyTool[]): void {
  if (schema !== undefined && tools.length > 0)
    throw new LutraError('unsupported', 'Expected a schema or tools but found both; ask for one after the other')
  if (typeof toolChoice !== 'object' && toolChoice !== 'required') return
  if (tools.length === 0)
    throw new LutraError('mismatch', 'Expected tools to choose from but found none; give some, or choose "auto"')
}

async function encode(
  template: ChatTemplate,
  { messages, variables }: ReturnType<typeof prepareMessages>,
  signal: AbortSignal | undefined,
): Promise<number[]> {
  try {
    return await template.encodeInTurns(messages, { variables }, signal)
  } catch (fault) {
    const [system, first, ...rest] = messages
    const refused = fault instanceof LutraError && fault.kind === 'format'
    if (!refused || system?.role !== 'system' || first?.role !== 'user') throw fault
    // Some templates (Gemma's) know no system message: it opens the user's first.
    const merged = { ...first, content: `${system.content}\n\n${first.content}` }
    return template.encodeInTurns([merged, ...rest], { variables }, signal)
  }
}

async function constraintOf(
  { tokenizer }: Speaker,
  tools: readonly ReadyTool[],
  dialect: Dialect,
  { toolChoice = 'auto', parallel = true, schema }: ChatOptions,
): Promise<Constraint | undefined> {
  if (schema !== undefined) return prepareConstraint(grammarOf(schema as JsonSchema), tokenizer)
  if (tools.length === 0 || toolChoice === 'none') return undefined
  return callConstraint(tools, dialect, { choice: toolChoice, parallel }, tokenizer)
}
