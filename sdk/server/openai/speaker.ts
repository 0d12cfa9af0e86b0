/**
 * Prompts to answers: encoded, checked against the context, generated on a session that may hold their beginning already.
 * takes  messages or ids, options · gives  Parts · before sdk/open, ../sessions · after ./chat, ./completions
 */
import { LutraError } from '../../../hal/error.js'
import { type ChatReady, readyChat } from '../../open/chat.js'
import type { GenerateOptions, Model, Session } from '../../open.js'
import type { ChatMessage } from '../../tokenizer/chat.js'
import { chatTemplateOf } from '../../tokenizer/chat-source.js'
import { encodeInTurns } from '../../tokenizer/encode-in-turns.js'
import { invalid } from '../fault.js'
import type { Call } from '../route.js'
import type { Sessions } from '../sessions.js'
import type { Ending, Parts } from './parts.js'
import { plainChat, plainStop } from './plain-chat.js'
import type { AskedTools } from './tools.js'

export interface Ask {
  readonly ids: readonly number[]
  readonly options: GenerateOptions
  /** Looks for what an idle session holds of it, and stays for the next turn. */
  readonly keep: boolean
}

/** A conversation, as ids or as ready for tools. */
export interface ChatAsk {
  readonly ready: Pick<ChatReady, 'ids'> & Partial<ChatReady>
  readonly options: GenerateOptions
  readonly tools?: AskedTools
  readonly keep: boolean
}

export class Speaker {
  /** The model writes actions and nothing else. */
  readonly isPilot: boolean
  readonly #hasTemplate: boolean

  constructor(
    readonly model: Model,
    readonly sessions: Sessions,
  ) {
    this.isPilot = model.file.metadata.has('lutra.pilot.version')
    this.#hasTemplate = chatTemplateOf(model.file) !== undefined
  }

  /** Texts that end an answer because the model was never taught where it ends. */
  get chatStops(): readonly string[] {
    return this.#hasTemplate ? [] : [plainStop]
  }

  async readyChat(messages: readonly ChatMessage[], tools: AskedTools | undefined, signal: AbortSignal) {
    if (this.#hasTemplate) {
      const ready = await readyChat(this.model, messages, { ...tools, signal })
      return { ...ready, ids: this.#fit('messages', ready.ids) }
    }
    if (tools) throw invalid('tools', 'Expected a model with a chat template for tools', 'unsupported_parameter')
    return { ids: await this.encode(plainChat(messages), signal, 'messages') }
  }

  async encode(text: string, signal: AbortSignal, param = 'prompt'): Promise<readonly number[]> {
    return this.#fit(param, await encodeInTurns(this.model.tokenizer, text, {}, signal))
  }

  #fit(param: string, ids: readonly number[]): readonly number[] {
    const { context } = this.model.program
    if (ids.length === 0) throw invalid(param, `Expected ${param} of at least one token but found none`)
    if (ids.length <= context) return ids
    throw invalid(
      param,
      `Expected at most ${context} tokens, this server's context, but found ${ids.length}; shorten ${param}`,
      'context_length_exceeded',
    )
  }

  checkIds(ids: readonly number[], param: string): readonly number[] {
    const { size } = this.model.tokenizer
    const wrong = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < size))
    if (wrong !== undefined)
      throw invalid(
        param,
        `Expected token ids from 0 to ${size - 1} in ${param} but found ${String(wrong).slice(0, 40)}`,
      )
    return this.#fit(param, ids)
  }

  async *speak(call: Call, { ids, options, keep }: Ask): Parts {
    const { signal } = call
    return yield* this.#onSession(call, ids, keep, async function* (session) {
      const generation = session.generate(ids, { ...options, signal })
      try {
        for (;;) {
          const step = await generation.next()
          if (step.done) return alive(step.value)
          yield { text: step.value.text, token: step.value }
        }
      } finally {
        await generation.return(undefined as never)
      }
    })
  }

  /** The same for a conversation, which may call tools. */
  async *chat(call: Call, { ready, options, tools, keep }: ChatAsk): Parts {
    const { ids, tools: told, dialect } = ready
    if (!tools || !told || !dialect) return yield* this.speak(call, { ids, options, keep })
    const { signal } = call
    return yield* this.#onSession(call, ids, keep, async function* (session) {
      const answer = session.answer({ ids, tools: told, dialect }, { ...options, ...tools, signal })
      try {
        for (;;) {
          const step = await answer.next()
          if (step.done) return alive({ ...step.value.generation, calls: step.value.calls.length > 0 })
          yield step.value.call ? { text: '', call: step.value.call } : { text: step.value.text }
        }
      } finally {
        await answer.return(undefined as never)
      }
    })
  }

  async *#onSession({ client }: Call, ids: readonly number[], keep: boolean, work: (session: Session) => Parts): Parts {
    const session = keep ? await this.sessions.take(client, ids) : this.model.session()
    try {
      return yield* work(session)
    } finally {
      if (keep) this.sessions.give(client, session)
      else session.close()
    }
  }

  /** The pilot's answer to the last thing that the user said: its actions, as JSON, in one part. */
  async *pilot({ signal }: Call, messages: readonly ChatMessage[]): Parts {
    const said = messages.findLast(({ role }) => role === 'user')?.content ?? ''
    const promptTokens = this.model.tokenizer.encode(said.slice(0, 2000)).length
    const { actions, ms, tokens, ttftMs } = await this.model.interpret(said, { signal })
    yield { text: JSON.stringify(actions) }
    return { stopReason: 'constraint', promptTokens, reusedTokens: 0, generatedTokens: tokens, ttftMs, ms }
  }
}

/** A cancelled answer is no answer: the client went, or the server closes. */
function alive(ending: Ending): Ending {
  if (ending.stopReason !== 'cancelled') return ending
  throw new LutraError('cancelled', 'Expected to finish the answer but it was cancelled; try again later')
}
