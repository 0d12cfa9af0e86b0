/**
 * The AI SDK's settings as ours; what nothing here can do is told as a warning.
 * takes  call options · gives  ChatOptions · before sdk/open/chat · after ./language-model
 */
import type { LanguageModelV3CallOptions, SharedV3Warning } from '@ai-sdk/provider'
import { LutraError } from '../../hal/error.js'
import { grammarOf, type SchemaObject } from '../grammar/index.js'
import type { ChatOptions } from '../open/options.js'
import type { ToolChoice } from '../tools/index.js'

const anyObject: SchemaObject = { type: 'object', additionalProperties: true }

export function settingsOf(
  call: LanguageModelV3CallOptions,
  context: number,
  warnings: SharedV3Warning[],
): ChatOptions {
  const { responseFormat, toolChoice, tools = [] } = call
  const functions = tools.flatMap((tool) => {
    if (tool.type === 'function') {
      const { name, description, inputSchema } = tool
      const parameters = inputSchema as SchemaObject
      return [{ type: 'function' as const, function: { name, description: description ?? '', parameters } }]
    }
    warnings.push({ type: 'unsupported', feature: `tool ${tool.id}`, details: 'tools that a provider runs' })
    return []
  })
  const wantsJson = responseFormat?.type === 'json'
  if (wantsJson && functions.length > 0)
    warnings.push({ type: 'unsupported', feature: 'responseFormat', details: 'JSON is not held to beside tools' })
  return {
    maxTokens: call.maxOutputTokens ?? context,
    temperature: call.temperature,
    topP: call.topP,
    topK: call.topK,
    presencePenalty: call.presencePenalty,
    frequencyPenalty: call.frequencyPenalty,
    seed: call.seed,
    stop: call.stopSequences,
    signal: call.abortSignal,
    ...(functions.length > 0 ? { tools: functions, toolChoice: choiceOf(toolChoice) } : {}),
    ...(wantsJson && functions.length === 0 ? { schema: schemaOf(responseFormat.schema, warnings) } : {}),
  }
}

/** A schema that cannot be held to is left to the AI SDK, which checks the answer afterwards. */
function schemaOf(schema: unknown, warnings: SharedV3Warning[]): unknown {
  if (schema === undefined) return anyObject
  try {
    grammarOf(schema as SchemaObject)
    return schema
  } catch (fault) {
    if (!(fault instanceof LutraError)) throw fault
    warnings.push({ type: 'unsupported', feature: 'responseFormat.schema', details: fault.message })
    return anyObject
  }
}

function choiceOf(choice: LanguageModelV3CallOptions['toolChoice']): ToolChoice {
  if (!choice) return 'auto'
  return choice.type === 'tool' ? { name: choice.toolName } : choice.type
}
