/**
 * A conversation for a model without a chat template: the speakers' names before what they say.
 * takes  messages · gives  a text that ends where the assistant speaks · after ./speaker
 */
import type { ChatMessage } from '../../tokenizer/chat.js'

/** Where such a model would go on for the user. */
export const plainStop = '\nUser:'

const speakers: Readonly<Record<string, string>> = { user: 'User: ', assistant: 'Assistant: ', tool: 'Result: ' }

export function plainChat(messages: readonly ChatMessage[]): string {
  const lines = messages.map(({ role, content }) => `${speakers[role] ?? ''}${content}`)
  return `${lines.join('\n')}\nAssistant:`
}
