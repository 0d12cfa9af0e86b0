/** The documents of a chat's answer: whole, or in chunks as it comes. */
import { randomUUID } from 'node:crypto'
import type { ToolCall } from '../../tools/index.js'
import { type Taken, timingsOf, usageOf } from './usage.js'

export interface CallOfTool {
  readonly id: string
  readonly name: string
  /** JSON. */
  readonly arguments: string
}

export interface Choice {
  readonly text: string
  readonly calls: readonly CallOfTool[]
  readonly logprobs?: readonly unknown[]
  readonly reason: string
}

/** What all documents of one answer begin with. */
export class ChatAnswer {
  readonly #head: { readonly id: string; readonly created: number; readonly model: string }

  constructor(model: string) {
    this.#head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model }
  }

  whole(choices: readonly Choice[], taken: readonly Taken[]) {
    return {
      ...this.#head,
      object: 'chat.completion',
      choices: choices.map(({ text, calls, logprobs, reason }, index) => ({
        index,
        message: {
          role: 'assistant',
          content: text === '' && calls.length > 0 ? null : text,
          refusal: null,
          ...(calls.length > 0 ? { tool_calls: calls.map(callDocument) } : {}),
        },
        logprobs: logprobs ? { content: logprobs, refusal: null } : null,
        finish_reason: reason,
      })),
      usage: usageOf(taken),
      timings: timingsOf(taken[0]),
    }
  }

  chunk(index: number, delta: object, logprobs?: readonly unknown[]) {
    return this.#chunk([
      { index, delta, logprobs: logprobs ? { content: logprobs, refusal: null } : null, finish_reason: null },
    ])
  }

  /** The last chunk of a choice. */
  last(index: number, reason: string, taken: Taken) {
    const choices = [{ index, delta: {}, logprobs: null, finish_reason: reason }]
    return { ...this.#chunk(choices), timings: timingsOf(taken) }
  }

  usage(taken: readonly Taken[]) {
    return { ...this.#chunk([]), usage: usageOf(taken) }
  }

  #chunk(choices: readonly object[]) {
    return { ...this.#head, object: 'chat.completion.chunk', choices }
  }
}

export function callOf({ id, name, arguments: given }: ToolCall): CallOfTool {
  return { id, name, arguments: JSON.stringify(given) }
}

/** A call in two deltas, as OpenAI sends it: who is called, then with what. */
export function callDeltas(call: CallOfTool, index: number): readonly object[] {
  const { id, type, function: called } = callDocument({ ...call, arguments: '' })
  return [
    { tool_calls: [{ index, id, type, function: called }] },
    { tool_calls: [{ index, function: { arguments: call.arguments } }] },
  ]
}

function callDocument({ id, name, arguments: given }: CallOfTool) {
  return { id, type: 'function', function: { name, arguments: given } }
}
