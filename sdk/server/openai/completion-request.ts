/**
 * What a completion request asks for, checked before it waits for its turn.
 * takes  a body · gives  a CompletionRequest, or a Fault 400 that names the field · before ./fields · after ./completions
 */
import type { GenerateOptions } from '../../open.js'
import { invalid } from '../fault.js'
import { mostChoices, sharedOf, tokensOf } from './chat-request.js'
import type { Fields } from './fields.js'
import { type PromptText, promptsOf } from './prompts.js'
import { samplingOf } from './sampling.js'
import type { Speaker } from './speaker.js'

/** As OpenAI's. */
const usualTokens = 16

const refused = {
  suffix: 'models here continue texts and do not fill them in',
  grammar: 'use /v1/chat/completions with response_format',
  json_schema: 'use /v1/chat/completions with response_format',
}

export interface CompletionRequest {
  readonly prompts: readonly PromptText[]
  readonly options: GenerateOptions
  /** Of each prompt. */
  readonly choices: number
  readonly echo: boolean
  readonly logprobs: boolean
  readonly stream: boolean
  readonly includeUsage: boolean
  readonly keep: boolean
}

export async function completionRequestOf(
  fields: Fields,
  speaker: Speaker,
  signal: AbortSignal,
): Promise<CompletionRequest> {
  fields.refuse(refused)
  const shared = sharedOf(fields)
  const best = fields.whole('best_of', 1, 20)
  if (best !== undefined && best !== shared.choices)
    throw invalid('best_of', 'Expected best_of to be n: choices are not ranked here', 'unsupported_parameter')
  const top = fields.whole('logprobs', 0, 20)
  const echo = fields.flag('echo') ?? false
  if (echo && top !== undefined)
    throw invalid('logprobs', 'Expected no logprobs beside echo: a prompt has none here', 'unsupported_parameter')
  const options = {
    ...samplingOf(fields, speaker.model),
    maxTokens: tokensOf(fields, 'max_tokens') ?? usualTokens,
    logprobs: top,
  }
  const prompts = await promptsOf(fields, speaker, signal)
  if (prompts.length * shared.choices > mostChoices)
    throw invalid(
      'n',
      `Expected at most ${mostChoices} choices but found ${prompts.length} prompts times ${shared.choices}`,
    )
  return { ...shared, prompts, options, echo, logprobs: top !== undefined }
}
