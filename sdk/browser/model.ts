/**
 * An open model in a page: text from prompts, and the pilot's actions. Made by ../browser, closed by its owner.
 * takes  prompts · gives  Tokens, then why they ended
 * before sdk/decoder · after ../browser
 */
import type { Engine, Program } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'
import type { Graph } from '../../kernels/graph/graph.js'
import { type Generation, generate } from '../decoder/decoder.js'
import type { ModelFile } from '../model/model-file.js'
import type { GenerateOptions, Interpretation } from '../open/options.js'
import { createSampler } from '../sampler/index.js'
import type { Token } from '../stream/token.js'
import { encodeInTurns } from '../tokenizer/encode-in-turns.js'
import type { Tokenizer } from '../tokenizer/tokenizer.js'

/** Chat templates run in Node only: a page gives its prompt as the model reads it. */
export type PageOptions = Omit<GenerateOptions, 'chat' | 'copyFrom' | 'schema'>

export class PageModel {
  #closed = false

  /** @internal */
  constructor(
    readonly name: string,
    readonly metadata: ModelFile['metadata'],
    readonly graph: Graph,
    readonly tokenizer: Tokenizer,
    readonly program: Program,
    private readonly engine: Engine<Graph>,
  ) {}

  get backend(): { readonly name: string; readonly isa: string; readonly threads: number } {
    const { name, isa, threads } = this.engine
    return { name, isa, threads }
  }

  /** Tokens as they come; leaving the loop stops the model. The return value tells why it ended and how fast it was. */
  async *generate(prompt: string | readonly number[], options: PageOptions = {}): AsyncGenerator<Token, Generation> {
    this.#check()
    const { program, tokenizer } = this
    const { maxTokens = 256, stop, logprobs, speculate, signal } = options
    return yield* generate({
      ...{ program, tokenizer, maxTokens, logprobs, signal, stopStrings: stop, sampler: createSampler(options) },
      ids: typeof prompt === 'string' ? await encodeInTurns(tokenizer, prompt, {}, signal) : prompt,
      speculate: speculate === true ? {} : speculate || undefined,
    })
  }

  /** The pilot understands one instruction: its actions, or a refusal. LutraError unsupported for another model. */
  async interpret(
    instruction: string,
    options: { readonly signal?: AbortSignal; readonly onToken?: (token: Token) => void } = {},
  ): Promise<Interpretation> {
    this.#check()
    if (!this.metadata.has('lutra.pilot.version'))
      throw new LutraError('unsupported', `Expected the pilot for an instruction but found ${this.name}; use generate`)
    const { interpret } = await import('../pilot/interpreter.js')
    const { wordsOf } = await import('../pilot/words.js')
    return interpret(this.program, this.tokenizer, instruction, { ...options, words: wordsOf(this.metadata) })
  }

  /** Stops what runs and ends the workers. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.program.close()
    await this.engine.close()
  }

  #check(): void {
    if (this.#closed)
      throw new LutraError('closed', `Expected an open model but ${this.name} was closed; open it again`)
  }
}
