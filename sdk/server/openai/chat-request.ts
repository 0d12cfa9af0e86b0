/**
 * What a chat request asks for, checked to the last field before it waits for its turn.
 * takes  a body · gives  a ChatRequest, or a Fault 400 that names the field · before ./fields · after ./chat
 */
import type { GenerateOptions, Model } from '../../open.js'
import type { ChatMessage } from '../../tokenizer/chat.js'
import { invalid } from '../fault.js'
import type { Fields } from './fields.js'
import type { Formats } from './format.js'
import { messagesOf } from './messages.js'
import { samplingOf } from './sampling.js'
import { type AskedTools, toolsOf } from './tools.js'

export interface ChatRequest {
  readonly messages: readonly ChatMessage[]
  readonly options: GenerateOptions
  readonly tools?: AskedTools
  readonly choices: number
  readonly stream: boolean
  readonly includeUsage: boolean
  readonly logprobs: boolean
  /** May go on from, and be gone on from, an idle session. */
  readonly keep: boolean
}

/** Choices of one request: they are made one after the other in one turn. */
export const mostChoices = 16

const refused = {
  audio: 'ask for text',
  functions: 'use tools',
  function_call: 'use tool_choice',
  web_search_options: 'bring a tool',
  moderation: 'leave it out',
  store: 'nothing is stored here',
  grammar: 'use response_format',
  json_schema: 'use response_format',
}

export function chatRequestOf(fields: Fields, model: Model, formats: Formats): ChatRequest {
  fields.refuse(refused)
  if ((fields.list('modalities', 8) ?? []).some((each) => each !== 'text'))
    throw invalid('modalities', 'Expected the modality text alone', 'unsupported_parameter')
  const logprobs = fields.flag('logprobs') ?? false
  const top = fields.whole('top_logprobs', 0, 20)
  if (top !== undefined && !logprobs) throw invalid('top_logprobs', 'Expected logprobs to be true beside top_logprobs')
  const [schema, tools] = [formats.of(fields), toolsOf(fields)]
  if (schema && tools)
    throw invalid(
      'response_format',
      'Expected tools or a response_format of JSON but found both; ask for one',
      'unsupported_parameter',
    )
  return {
    messages: messagesOf(fields),
    tools,
    options: {
      ...samplingOf(fields, model),
      maxTokens: tokensOf(fields, 'max_completion_tokens') ?? tokensOf(fields, 'max_tokens') ?? model.program.context,
      schema,
      logprobs: top,
    },
    logprobs,
    ...sharedOf(fields),
  }
}

export function tokensOf(fields: Fields, name: string): number | undefined {
  return fields.whole(name, 0, 2 ** 31)
}

/** What chats and completions have in common beside sampling. */
export function sharedOf(fields: Fields) {
  const stream = fields.flag('stream') ?? false
  const options = fields.object('stream_options')
  if (options && !stream) throw invalid('stream_options', 'Expected stream to be true beside stream_options')
  return {
    stream,
    includeUsage: options?.flag('include_usage') ?? false,
    choices: fields.whole('n', 1, mostChoices) ?? 1,
    keep: fields.flag('cache_prompt') ?? true,
  }
}
