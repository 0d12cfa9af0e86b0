/**
 * A language model by the AI SDK's V3 interface, over a Model in this process.
 * takes  call options · gives  content, or a stream of parts that waits for its reader · before ./prompt, ./settings
 */
import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3Content,
  LanguageModelV3FinishReason,
  LanguageModelV3GenerateResult,
  LanguageModelV3StreamPart,
  LanguageModelV3StreamResult,
  LanguageModelV3Usage,
  SharedV3Warning,
} from '@ai-sdk/provider'
import type { ChatAnswer } from '../open/chat.js'
import type { Model, Session } from '../open.js'
import type { ChatPart } from '../tools/index.js'
import { messagesOf } from './prompt.js'
import { settingsOf } from './settings.js'

export class LutraLanguageModel implements LanguageModelV3 {
  readonly specificationVersion = 'v3'
  readonly provider = 'lutra'
  readonly modelId: string
  readonly supportedUrls = {}
  /** Between calls: the next step of the same conversation computes only what is new. */
  #idle: Session | undefined

  constructor(readonly model: Model) {
    this.modelId = model.name
  }

  async doGenerate(options: LanguageModelV3CallOptions): Promise<LanguageModelV3GenerateResult> {
    const warnings: SharedV3Warning[] = []
    const parts = this.#answer(options, warnings)
    const content: LanguageModelV3Content[] = []
    for (;;) {
      const step = await parts.next()
      if (step.done) return { content, warnings, ...ending(step.value) }
      const { text, call } = step.value
      const last = content.at(-1)
      if (call) content.push(toolCall(call))
      else if (last?.type === 'text') last.text += text
      else content.push({ type: 'text', text })
    }
  }

  async doStream(options: LanguageModelV3CallOptions): Promise<LanguageModelV3StreamResult> {
    const parts = this.#parts(options)
    // Nothing is made ahead: who reads slowly slows the decoder.
    const stream = new ReadableStream<LanguageModelV3StreamPart>(
      {
        pull: async (controller) => {
          const { done, value } = await parts.next()
          if (done) controller.close()
          else controller.enqueue(value)
        },
        cancel: async () => void (await parts.return()),
      },
      { highWaterMark: 0 },
    )
    return { stream }
  }

  async *#parts(options: LanguageModelV3CallOptions): AsyncGenerator<LanguageModelV3StreamPart, void, void> {
    const warnings: SharedV3Warning[] = []
    const parts = this.#answer(options, warnings)
    let texts = 0
    let open = false
    try {
      // The first step has read all settings.
      let step = await parts.next()
      yield { type: 'stream-start', warnings }
      for (; !step.done; step = await parts.next()) {
        const { text, call } = step.value
        if (open === (call !== undefined)) {
          yield call ? { type: 'text-end', id: String(texts++) } : { type: 'text-start', id: String(texts) }
          open = !open
        }
        if (call === undefined) yield { type: 'text-delta', id: String(texts), delta: text }
        else yield* toolParts(call)
      }
      if (open) yield { type: 'text-end', id: String(texts) }
      yield { type: 'finish', ...ending(step.value) }
    } finally {
      await parts.return(undefined as never)
    }
  }

  async *#answer(
    options: LanguageModelV3CallOptions,
    warnings: SharedV3Warning[],
  ): AsyncGenerator<ChatPart, ChatAnswer, void> {
    options.abortSignal?.throwIfAborted()
    const session = this.#idle ?? this.model.session()
    this.#idle = undefined
    try {
      const settings = settingsOf(options, this.model.program.context, warnings)
      const answer = yield* session.chat(messagesOf(options.prompt, warnings), settings)
      options.abortSignal?.throwIfAborted()
      return answer
    } finally {
      if (this.#idle) session.close()
      else this.#idle = session
    }
  }
}

function toolCall({ id, name, arguments: input }: NonNullable<ChatPart['call']>) {
  return { type: 'tool-call' as const, toolCallId: id, toolName: name, input: JSON.stringify(input) }
}

function* toolParts(call: NonNullable<ChatPart['call']>): Generator<LanguageModelV3StreamPart> {
  const whole = toolCall(call)
  const { toolCallId: id, toolName, input } = whole
  yield { type: 'tool-input-start', id, toolName }
  yield { type: 'tool-input-delta', id, delta: input }
  yield { type: 'tool-input-end', id }
  yield whole
}

function ending({ calls, generation }: ChatAnswer): {
  finishReason: LanguageModelV3FinishReason
  usage: LanguageModelV3Usage
} {
  const { stopReason, promptTokens, reusedTokens, generatedTokens } = generation
  const unified = calls.length > 0 ? 'tool-calls' : stopReason === 'length' ? 'length' : 'stop'
  return {
    finishReason: { unified, raw: stopReason },
    usage: {
      inputTokens: {
        total: promptTokens,
        noCache: promptTokens - reusedTokens,
        cacheRead: reusedTokens,
        cacheWrite: undefined,
      },
      outputTokens: { total: generatedTokens, text: undefined, reasoning: undefined },
    },
  }
}
