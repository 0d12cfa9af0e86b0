/**
 * A conversation as the model was taught to read it, by the Jinja template in its file.
 * takes  messages · gives  text, or ids in which only the template's own words are control tokens
 * after  ./chat-interpreter, which limits what the template may do
 */
import { LutraError } from '../../hal/error.js'
import type { ModelFile } from '../model/model-file.js'
import { interpret } from './chat-interpreter.js'
import { chatTemplateOf } from './chat-source.js'
import { encodeInTurns } from './encode-in-turns.js'
import { ForeignText } from './foreign-text.js'
import type { EncodeOptions, Tokenizer } from './tokenizer.js'

export interface ChatMessage {
  readonly role: string
  readonly content: string
  readonly [extra: string]: unknown
}

export interface TemplateOptions {
  /** Ends with the opening of the assistant's answer; default true. */
  readonly addGenerationPrompt?: boolean
  /** More variables for the template, e.g. `tools`. */
  readonly variables?: Readonly<Record<string, unknown>>
}

/** The longest known templates (with tools) have about 20 000 characters. */
const maxTemplate = 256 * 1024

export class ChatTemplate {
  readonly #source: string

  constructor(
    file: Pick<ModelFile, 'metadata' | 'texts'>,
    private readonly tokenizer: Tokenizer,
  ) {
    const source = chatTemplateOf(file)
    if (source === undefined)
      throw new LutraError(
        'unsupported',
        'Expected a chat template in the model file but found none; use a plain prompt',
      )
    if (source.length > maxTemplate)
      throw new LutraError(
        'limit',
        `Expected a chat template up to ${maxTemplate} characters but found ${source.length}`,
      )
    this.#source = source
  }

  render(messages: readonly ChatMessage[], options: TemplateOptions = {}): string {
    const { bos, eos } = this.tokenizer
    const variables = {
      ...options.variables,
      messages,
      add_generation_prompt: options.addGenerationPrompt ?? true,
      bos_token: bos === undefined ? '' : this.tokenizer.piece(bos),
      eos_token: eos === undefined ? '' : this.tokenizer.piece(eos),
    }
    return interpret(this.#source, variables)
  }

  /** Control tokens spelled in a message or a tool stay text: a user cannot close his turn and open the system's. */
  encode(messages: readonly ChatMessage[], options: TemplateOptions = {}): number[] {
    return this.tokenizer.encode(...this.#guarded(messages, options))
  }

  /** The same, in turns with others on the event loop. */
  encodeInTurns(messages: readonly ChatMessage[], options: TemplateOptions, signal?: AbortSignal): Promise<number[]> {
    return encodeInTurns(this.tokenizer, ...this.#guarded(messages, options), signal)
  }

  #guarded(messages: readonly ChatMessage[], options: TemplateOptions): [text: string, options: EncodeOptions] {
    const guard = unusedCharacter(this.#source + JSON.stringify([messages, options.variables]))
    const foreign = new ForeignText(this.tokenizer, guard)
    const guarded = messages.map((message) => {
      checkRole(message.role)
      const { role, ...rest } = message
      return { ...(foreign.broken(rest, role === 'assistant') as ChatMessage), role }
    })
    const variables = options.variables && (foreign.broken(options.variables) as Record<string, unknown>)
    const text = this.render(guarded, { ...options, variables })
    const { bos } = this.tokenizer
    const hasBos = bos !== undefined && text.startsWith(this.tokenizer.piece(bos))
    return [text, { special: true, guard, ...(hasBos && { bos: false }) }]
  }
}

/** Templates make marks of roles (`<|user|>`), so nobody may invent one. */
const roles = new Set(
  'system developer user assistant tool function ipython model observation environment document context'.split(' '),
)

function checkRole(role: unknown): void {
  if (!roles.has(role as string))
    throw new LutraError(
      'mismatch',
      `Expected a role of ${[...roles].join(', ')} but found ${String(role).slice(0, 40)}`,
    )
}

/** A private-use character that stands nowhere in the text. */
function unusedCharacter(text: string): string {
  for (let code = 0xe000; code <= 0xf8ff; code++) {
    const char = String.fromCharCode(code)
    if (!text.includes(char)) return char
  }
  throw new LutraError('limit', 'Expected a text with at least one unused private-use character but it has them all')
}
