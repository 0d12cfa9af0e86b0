/**
 * A text that goes on: keys and values stay from call to call, and can be cut, doubled, saved and read again.
 * takes  prompts · gives  Tokens; bytes that only the same model takes back
 * before ./generate, sdk/decoder's Session · made by Model.session
 */
import type { Observable } from 'rxjs'
import { LutraError } from '../../hal/error.js'
import { type Generation, type Session as Held, readSaved, type SavedBy, writeSaved } from '../decoder/index.js'
import { fromGenerator } from '../stream/index.js'
import type { Token } from '../stream/token.js'
import { generateFrom, type Speaker } from './generate.js'
import type { GenerateOptions, Prompt } from './options.js'

export type SessionOptions = Omit<GenerateOptions, 'signal'> & { readonly signal?: AbortSignal }

export class Session {
  #ids: number[]
  #busy = false

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
  generate(prompt: Prompt, options: SessionOptions = {}): AsyncGenerator<Token, Generation, void> {
    return this.#run(prompt, options, false)
  }

  /** Goes on from what was said, after `more` if there is any: a text without bos, or ids. */
  append(more: string | readonly number[], options: SessionOptions = {}): AsyncGenerator<Token, Generation, void> {
    return this.#run(more, options, true)
  }

  /** `generate` as a cold Observable. */
  tokens(prompt: Prompt, options: SessionOptions = {}): Observable<Token> {
    return fromGenerator((signal) => {
      const both = options.signal ? AbortSignal.any([signal, options.signal]) : signal
      return this.generate(prompt, { ...options, signal: both })
    })
  }

  /** Forgets all but the first `length` ids. */
  truncate(length: number): void {
    this.#idle()
    if (!Number.isInteger(length) || length < 0 || length > this.#ids.length)
      throw new LutraError('mismatch', `Expected a length of 0 to ${this.#ids.length} but found ${length}`)
    this.#ids.length = length
  }

  /** A second session that has heard the same; each goes its own way from here. */
  fork(): Promise<Session> {
    return this.#alone(async () => new Session(this.speaker, await this.held.fork(), this.identity, this.#ids))
  }

  /** Everything as bytes, for `restore` in this or another process that runs the same model in the same way. */
  save(): Promise<Uint8Array> {
    return this.#alone(async () => {
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
    return this.#alone(async () => {
      const { ids, held, state } = await readSaved(bytes, await this.identity(), this.speaker.tokenizer.size)
      await this.held.restore(state, ids.slice(0, held))
      this.#ids = [...ids]
    })
  }

  close(): void {
    this.held.close()
  }

  async *#run(prompt: Prompt, options: SessionOptions, after: boolean): AsyncGenerator<Token, Generation, void> {
    this.#idle()
    this.#busy = true
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
      this.#busy = false
    }
  }

  async #alone<T>(work: () => Promise<T>): Promise<T> {
    this.#idle()
    this.#busy = true
    try {
      return await work()
    } finally {
      this.#busy = false
    }
  }

  #idle(): void {
    if (this.#busy)
      throw new LutraError(
        'mismatch',
        'Expected one thing at a time on a session but another is under way; await it, or fork',
      )
  }
}
