/**
 * The AI SDK's prompt as messages for a chat template: text, calls and their results; files come as warnings.
 * takes  a prompt · gives  messages · before sdk/tools/messages · after ./language-model
 */
import type { LanguageModelV3Message, LanguageModelV3Prompt, SharedV3Warning } from '@ai-sdk/provider'
import type { AnyMessage } from '../tools/index.js'

export function messagesOf(prompt: LanguageModelV3Prompt, warnings: SharedV3Warning[]): AnyMessage[] {
  return prompt.flatMap((message) => messageOf(message, warnings))
}

function messageOf(message: LanguageModelV3Message, warnings: SharedV3Warning[]): AnyMessage[] {
  if (message.role === 'system') return [{ role: 'system', content: message.content }]
  const { role } = message
  const parts: readonly Part[] = message.content
  for (const { type } of parts)
    if (type === 'file') warnings.push({ type: 'unsupported', feature: 'file parts', details: 'models here read text' })
  // Of an assistant's message the results are of tools that the provider ran; here it runs none.
  if (role === 'tool') return parts.flatMap(resultOf)
  const content = parts.map((part) => (part.type === 'text' ? part.text : '')).join('')
  const calls = parts.flatMap((part) =>
    part.type === 'tool-call'
      ? [{ id: part.toolCallId, type: 'function', function: { name: part.toolName, arguments: part.input ?? {} } }]
      : [],
  )
  return [{ role, content, ...(calls.length > 0 ? { tool_calls: calls } : {}) }]
}

type Part = Exclude<LanguageModelV3Message['content'], string>[number]

function resultOf(part: Part): AnyMessage[] {
  if (part.type !== 'tool-result') return []
  const { toolCallId: tool_call_id, toolName: name, output } = part
  const content =
    output.type === 'execution-denied'
      ? `denied: ${output.reason ?? 'no reason was given'}`
      : output.type === 'content'
        ? output.value.map((each) => (each.type === 'text' ? each.text : '')).join('')
        : output.value
  return [{ role: 'tool', tool_call_id, name, content }]
}
