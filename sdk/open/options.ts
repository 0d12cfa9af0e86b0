/** What one can ask of a model, and what it answers with. */
import type { Action, Skills } from '../action/index.js'
import type { LookupOptions } from '../decoder/index.js'
import type { SamplerOptions } from '../sampler/index.js'
import type { Token } from '../stream/token.js'
import type { ChatMessage } from '../tokenizer/chat.js'
import type { Tool, ToolChoice } from '../tools/tool.js'

/** A text, its ids as they are, or a conversation for the model's own chat template. */
export type Prompt = string | readonly number[] | readonly ChatMessage[]

export interface GenerateOptions extends SamplerOptions {
  /** Default 256, or as many as the context holds. */
  readonly maxTokens?: number
  /** Wraps a text in the model's own chat template. */
  readonly chat?: boolean
  /** JSON Schema that the output is held to. Compiled once per object: do not change it afterwards. */
  readonly schema?: unknown
  /** What the schema's `x-copy` strings are copied from. Default: the prompt; of a conversation what its user said last. */
  readonly copyFrom?: string
  /** Generation ends before the first of these texts. In a chat, texts inside of calls do not count. */
  readonly stop?: readonly string[]
  /** Every token also tells the so many likeliest in its place, at most 100, from the model's own logits. */
  readonly logprobs?: number
  /**
   * Looks up in the text so far what may come next and has the model confirm several tokens in one run. The output is the
   * same; it comes sooner where the text repeats itself. Default: off.
   */
  readonly speculate?: boolean | LookupOptions
  readonly signal?: AbortSignal
}

/** Options of `Model.chat`: a conversation, in which the model may call tools. */
export interface ChatOptions extends Omit<GenerateOptions, 'chat' | 'copyFrom'> {
  /** What the model may call, by its own template. Default none. Not together with `schema`. */
  readonly tools?: readonly Tool[]
  /** Default `auto`. */
  readonly toolChoice?: ToolChoice
  /** Whether an answer may hold more than one call. Default true. */
  readonly parallel?: boolean
  /** Told of every token as it arrives, those of calls included. */
  readonly onToken?: (token: Token) => void
}

export interface ActOptions {
  /** What the robot can do. Default: the rover's skills. The pilot knows only those. Checked once per object: do not change it. */
  readonly skills?: Skills
  /**
   * Readings that a general model may weigh, by name: text of any origin. It stands in the prompt as quoted data, is never
   * copied into an action's words, and skills and guard bound what comes of it. The pilot reads instructions only.
   */
  readonly data?: Readonly<Record<string, unknown>>
  readonly signal?: AbortSignal
  /** Told of every token as it arrives. */
  readonly onToken?: (token: Token) => void
}

/** An instruction, understood: SI units, each action valid. */
export interface Interpretation {
  readonly actions: readonly Action[]
  readonly refused: boolean
  /** The model's own text. */
  readonly raw: string
  readonly ms: number
  readonly tokens: number
  readonly ttftMs: number
}
