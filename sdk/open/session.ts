/**
 * A text that goes on: keys and values stay from call to call, and can be cut, doubled, saved and read again.
 * takes  prompts · gives  Tokens; bytes that only the same model takes back
 * before ./generate, sdk/decoder's Session · made by Model.session
 */
import type { Observable } from 'rxjs'
import { LutraError } from '../../hal/error.js'
import {
  type Generation,
  type Session as Held,
  OneAtATime,
  readSaved,
  type SavedBy,
  writeSaved,
} from '../decoder/index.js'
import { fromGenerator } from '../stream/index.js'
import type { Token } from '../stream/token.js'
import type { AnyMessage, ChatPart } from '../tools/index.js'
import type { ChatAnswer, ChatReady } from './chat.js'
import { either, generateFrom, type Speaker } from './generate.js'
import type { ChatOptions, GenerateOptions, Prompt } from './options.js'

export class Session {
  #ids: number[]
  readonly #turn = new OneAtATime(
    'Expected one thing at a time on a session but another is under way; await it, or fork',
  )

  /** @internal */
  constructor(
    private readonly speaker: Speaker,
    private readonly held: Held,
    private readonly identity: () => Promise<SavedBy>,
    ids: readonly number[] = [],
  ) {
    this.#ids = [...ids]
  }

  /** Everything said so far: prompts and answers, stop ids included. */
  get ids(): readonly number[] {
    return this.#ids
  }

  /** The text of `ids`, without control tokens. */
  get text(): string {
    return this.speaker.tokenizer.decode(this.#ids)
  }

  /**
   * As Model.generate: `prompt` is the whole text. What the session already holds of its beginning is not computed again,
   * so a growing conversation costs only its last turn.
   */
  generate(prompt: Prompt, options: GenerateOptions = {}): AsyncGenerator<Token, Generation, void> {
    return this.#run(prompt, options, false)
  }

  /** Goes on from what was said, after `more` if there is any: a text without bos, or ids. */
  append(more: string | readonly number[], options: GenerateOptions = {}): AsyncGenerator<Token, Generation, void> {
    return this.#run(more, options, true)
  }

  /** As Model.chat; what the session already holds of the conversation is not computed again. */
  async *chat(messages: readonly AnyMessage[], options: ChatOptions = {}): AsyncGenerator<ChatPart, ChatAnswer, void> {
    const { readyChat } = await import('./chat.js')
    return yield* this.answer(await readyChat(this.speaker, messages, options), options)
  }

  /** @internal The same for a conversation that was made ready. */
  async *answer(ready: ChatReady, options: ChatOptions = {}): AsyncGenerator<ChatPart, ChatAnswer, void> {
    const end = this.#turn.begin()
    const ids = [...ready.ids]
    const onToken = (token: Token) => {
      ids.push(token.id)
      this.#ids = ids
      options.onToken?.(token)
    }
    try {
      const { answerChat } = await import('./chat.js')
      return yield* answerChat(this.speaker, ready, { ...options, onToken }, this.held)
    } finally {
      end()
    }
  }

  /** `generate` as a cold Observable. */
  tokens(prompt: Prompt, options: GenerateOptions = {}): Observable<Token> {
    return fromGenerator((signal) => {
      return this.generate(prompt, { ...options, signal: either(signal, options.signal) })
    })
  }

  /** Forgets all but the first `length` ids. */
  truncate(length: number): void {
    this.#turn.check()
    if (!Number.isInteger(length) || length < 0 || length > this.#ids.length)
      throw new LutraError('mismatch', `Expected a length of 0 to ${this.#ids.length} but found ${length}`)
    this.#ids.length = length
  }

  /** A second session that has heard the same; each goes its own way from here. */
  fork(): Promise<Session> {
    return this.#turn.run(async () => new Session(this.speaker, await this.held.fork(), this.identity, this.#ids))
  }

  /** Everything as bytes, for `restore` in this or another process that runs the same model in the same way. */
  save(): Promise<Uint8Array> {
    return this.#turn.run(async () => {
      const by = await this.identity()
      this.held.truncate(this.held.common(this.#ids))
      return writeSaved({ by, ids: this.#ids, held: this.held.ids.length, state: await this.held.save() })
    })
  }

  /**
   * Takes the place of what was said. Bytes of another model, engine, context or cache format are LutraError mismatch,
   * damaged ones LutraError format; the session then stays as it was.
   */
  restore(bytes: Uint8Array): Promise<void> {
    return this.#turn.run(async () => {
      const { ids, held, state } = await readSaved(bytes, await this.identity(), this.speaker.tokenizer.size)
      await this.held.restore(state, ids.slice(0, held))
      this.#ids = [...ids]
    })
  }

  close(): void {
    this.held.close()
  }

  async *#run(prompt: Prompt, options: GenerateOptions, after: boolean): AsyncGenerator<Token, Generation, void> {
    const end = this.#turn.begin()
    try {
      const before = after ? this.#ids : []
      let ids: number[] = []
      const begun = (prompt: readonly number[]) => {
        ids = [...before, ...prompt]
        return [...ids]
      }
      const encoding = before.length > 0 ? { bos: false } : {}
      const generation = generateFrom(this.speaker, prompt, options, this.held, begun, encoding)
      try {
        for (;;) {
          const step = await generation.next()
          if (step.done) return step.value
          ids.push(step.value.id)
          this.#ids = ids
          yield step.value
        }
      } finally {
        await generation.return(undefined as never)
      }
    } finally {
      end()
    }
  }
}
