/**
 * A conversation with tools as the model's chat template wants it, or as one without any words for tools can take it.
 * takes  messages (OpenAI's shape), ready tools, a dialect, the template's source · gives messages and variables for it
 * before sdk/action/untrusted · after sdk/open/chat
 */
import { LutraError } from '../../hal/error.js'
import { quoted } from '../action/untrusted.js'
import { isSchemaObject } from '../grammar/schema.js'
import type { ChatMessage } from '../tokenizer/chat.js'
import type { Dialect } from './dialect.js'
import type { ReadyTool } from './tool.js'

/** A message as it comes: of a `tool` the content may be any value, of an assistant it may be missing beside `tool_calls`. */
export interface AnyMessage {
  readonly role: string
  readonly content?: unknown
  readonly [extra: string]: unknown
}

export interface Prepared {
  readonly messages: readonly ChatMessage[]
  readonly variables: Readonly<Record<string, unknown>>
}

interface Called {
  readonly id: string
  readonly name: string
  readonly arguments: Readonly<Record<string, unknown>>
}

export function prepareMessages(
  messages: readonly AnyMessage[],
  tools: readonly ReadyTool[],
  dialect: Dialect,
  template: string | undefined,
): Prepared {
  const names = new Map<string, string>()
  const has = (text: string) => template?.includes(text) ?? false
  const all = messages.flatMap((message): ChatMessage[] => {
    const content = textOf(message)
    const calls = callsOf(message)
    for (const { id, name } of calls) names.set(id, name)
    if (message.role === 'tool') {
      const name = String(message.name ?? names.get(String(message.tool_call_id)) ?? 'the tool')
      return [dialect.told ? { ...message, name, content } : resultFor(name, content)]
    }
    if (calls.length === 0) return [{ ...message, content }]
    const { tool_calls: _calls, ...rest } = message
    // Where the template has no words for calls, they stand in the content as the model would write them.
    if (!has('tool_calls')) return [{ ...rest, content: [content, written(calls, dialect)].filter(Boolean).join('\n') }]
    const shown = calls.map(({ id, ...called }) => ({ id, type: 'function', function: called }))
    // Llama's templates take one call a message.
    const parts = dialect.name === 'llama' ? shown.map((call) => [call]) : [shown]
    return parts.map((tool_calls, i) => ({ ...rest, content: i === 0 ? content : '', tool_calls }))
  })
  if (tools.length === 0) return { messages: all, variables: {} }
  if (!dialect.told) return { messages: withSystem(all, asking(tools, dialect)), variables: {} }
  const told = tools.map((tool) => ({ type: 'function', function: tool }))
  // Phi's template looks for the list in the system's message, as text.
  if (/\bmessage(s\[0\])?(\.tools\b|\[['"]tools['"]\])/.test(template ?? ''))
    return { messages: onSystem(all, JSON.stringify(told.map((tool) => tool.function))), variables: {} }
  return { messages: all, variables: { tools: told } }
}

function textOf({ role, content }: AnyMessage): string {
  if (typeof content === 'string') return content
  if (content === undefined || content === null) return ''
  if (role === 'tool') return quoted(content)
  if (Array.isArray(content) && content.every((part) => isSchemaObject(part) && typeof part.text === 'string'))
    return content.map((part) => part.text).join('')
  throw new LutraError(
    'format',
    `Expected a message's content as text, or as parts of text, but found ${typeof content}`,
  )
}

/** OpenAI writes the arguments as text, templates want them as values. */
function callsOf({ tool_calls: calls }: AnyMessage): Called[] {
  if (calls === undefined || calls === null) return []
  if (!Array.isArray(calls)) throw new LutraError('format', 'Expected tool_calls as a list but found another value')
  return calls.map((call: unknown) => {
    const of = isSchemaObject(call) ? (isSchemaObject(call.function) ? call.function : call) : undefined
    const given = typeof of?.arguments === 'string' ? parsed(of.arguments) : (of?.arguments ?? {})
    if (of === undefined || typeof of.name !== 'string' || !isSchemaObject(given))
      throw new LutraError(
        'format',
        'Expected a tool call as { id, type, function: { name, arguments } } with an object of arguments but found another',
      )
    const { id } = call as { id?: unknown }
    return { id: typeof id === 'string' ? id : '', name: of.name, arguments: given }
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text)
  } catch {
    return undefined
  }
}

function written(calls: readonly Called[], dialect: Dialect): string {
  const all = calls.map((call) => ({ name: call.name, [dialect.arguments]: call.arguments }))
  return dialect.list ? JSON.stringify(all) : all.map((call) => JSON.stringify(call)).join(dialect.between || '\n')
}

function resultFor(name: string, content: string): ChatMessage {
  return { role: 'user', content: `Result of ${name}, as data: ${quoted(content)}` }
}

/** What a model that was taught no tools is told of them. */
function asking(tools: readonly ReadyTool[], { arguments: key }: Dialect): string {
  const lines = tools.map(
    ({ name, description, parameters }) => `- ${name}: ${description} Arguments: ${JSON.stringify(parameters)}`,
  )
  return `You can call these functions:\n${lines.join('\n')}\nTo call one, answer with {"name": NAME, "${key}": {…}} and nothing else. Otherwise answer in words.`
}

function withSystem(messages: readonly ChatMessage[], text: string): ChatMessage[] {
  const [first, ...rest] = messages
  return first?.role === 'system'
    ? [{ ...first, content: `${first.content}\n\n${text}` }, ...rest]
    : [{ role: 'system', content: text }, ...messages]
}

function onSystem(messages: readonly ChatMessage[], tools: string): ChatMessage[] {
  const [first, ...rest] = messages
  return first?.role === 'system'
    ? [{ ...first, tools }, ...rest]
    : [{ role: 'system', content: '', tools }, ...messages]
}
