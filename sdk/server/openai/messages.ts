/**
 * A conversation from OpenAI's messages: text only, tool calls and their results kept for the model's template.
 * takes  the field `messages` · gives  ChatMessages · before sdk/tokenizer/chat · after ./chat
 */
import { isObject, type Json, type JsonObject } from '../../model/json.js'
import type { ChatMessage } from '../../tokenizer/chat.js'
import { invalid } from '../fault.js'
import { Fields } from './fields.js'

const mostMessages = 4096
const roles = ['system', 'developer', 'user', 'assistant', 'tool'] as const

export function messagesOf(fields: Fields): readonly ChatMessage[] {
  const given = fields.needs('messages', fields.list('messages', mostMessages))
  if (given.length === 0) throw invalid('messages', 'Expected at least one message but found none')
  return given.map((each, i) => messageOf(each, `messages[${i}]`))
}

function messageOf(given: Json, path: string): ChatMessage {
  if (!isObject(given)) throw invalid(path, `Expected ${path} to be an object`)
  const fields = new Fields(given, path)
  const role = fields.needs('role', fields.choice('role', roles))
  fields.refuse({ audio: 'send text', function_call: 'use tool_calls' })
  const calls = role === 'assistant' ? callsOf(fields) : []
  const content = contentOf(fields, calls.length > 0)
  const name = fields.text('name')
  const id = role === 'tool' ? fields.needs('tool_call_id', fields.text('tool_call_id')) : undefined
  return {
    role: role === 'developer' ? 'system' : role,
    content,
    ...(name === undefined ? {} : { name }),
    ...(id === undefined ? {} : { tool_call_id: id }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  }
}

/** A text, or parts of one. */
function contentOf(fields: Fields, mayBeEmpty: boolean): string {
  const given = fields.get('content')
  if (typeof given === 'string') return given
  if (given === undefined && mayBeEmpty) return ''
  if (!Array.isArray(given)) throw fields.wrong('content', 'a string or a list of text parts')
  return given.map((part, i) => textOf(part, `${fields.at('content')}[${i}]`)).join('')
}

function textOf(part: Json, path: string): string {
  if (!isObject(part)) throw invalid(path, `Expected ${path} to be an object`)
  const fields = new Fields(part, path)
  const type = fields.needs('type', fields.text('type'))
  if (type === 'text') return fields.needs('text', fields.text('text'))
  if (type === 'refusal') return fields.needs('refusal', fields.text('refusal'))
  throw invalid(
    `${path}.type`,
    `Expected text but found a part of type ${type.slice(0, 40)}, which no model here reads`,
    'unsupported_content',
  )
}

/** Calls as templates read them: arguments as an object where they are one. */
function callsOf(fields: Fields): readonly JsonObject[] {
  return (fields.list('tool_calls', 128) ?? []).map((each, i) => {
    const path = `${fields.at('tool_calls')}[${i}]`
    if (!isObject(each)) throw invalid(path, `Expected ${path} to be an object`)
    const call = new Fields(each, path)
    const called = call.needs('function', call.object('function'))
    const name = called.needs('name', called.text('name'))
    const text = called.text('arguments') ?? '{}'
    return { id: call.text('id') ?? `call_${i}`, type: 'function', function: { name, arguments: argumentsOf(text) } }
  })
}

function argumentsOf(text: string): Json {
  try {
    const value = JSON.parse(text) as Json
    return isObject(value) ? value : text
  } catch {
    return text
  }
}
