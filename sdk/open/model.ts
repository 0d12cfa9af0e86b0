/**
 * An open model: everything that one can ask of it. Made by ./open, closed by its owner.
 * takes  prompts · gives  tokens, actions, logits, scores
 */
import type { Observable } from 'rxjs'
import type { Engine, Program, State } from '../../hal/backend.js'
import type { Board } from '../../hal/board.js'
import type { Device } from '../../hal/device.js'
import { LutraError } from '../../hal/error.js'
import type { Plan } from '../../hal/plan.js'
import type { Graph } from '../../kernels/graph/graph.js'
import { type Action, type SkillSet, type Skills, skillSet } from '../action/index.js'
import { type Generation, generate, type Score, score } from '../decoder/index.js'
import { grammarOf } from '../grammar/grammar-of.js'
import type { JsonSchema } from '../grammar/schema.js'
import type { ModelFile } from '../model/model-file.js'
import { roverSkills } from '../robot/skills.js'
import { createSampler, type SamplerOptions } from '../sampler/index.js'
import { fromGenerator } from '../stream/index.js'
import type { Token } from '../stream/token.js'
import { chatTemplateOf } from '../tokenizer/chat-source.js'
import { encodeInTurns } from '../tokenizer/encode-in-turns.js'
import type { Tokenizer } from '../tokenizer/tokenizer.js'
import { instructionPrompt } from './skill-prompt.js'

export interface GenerateOptions extends SamplerOptions {
  /** Default 256, or as many as the context holds. */
  readonly maxTokens?: number
  /** Wraps the prompt in the model's own chat template. */
  readonly chat?: boolean
  /** JSON Schema that the output is held to. Compiled once per object: do not change it afterwards. */
  readonly schema?: unknown
  /** What the schema's `x-copy` strings are copied from. Default: the prompt. */
  readonly copyFrom?: string
  /** Generation ends before the first of these texts. */
  readonly stop?: readonly string[]
  readonly signal?: AbortSignal
}

export interface ActOptions {
  /** What the robot can do. Default: the rover's skills. The pilot knows only those. Checked once per object: do not change it. */
  readonly skills?: Skills
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

export interface ModelSummary {
  readonly name: string
  readonly path: string
  readonly bytes: number
  readonly architecture: string
  readonly layers: number
  readonly vocab: number
  readonly context: number
  readonly parameters: number
  readonly types: Readonly<Record<string, { readonly tensors: number; readonly weights: number }>>
  readonly residentBytes: number
}

interface Parts {
  readonly name: string
  readonly file: ModelFile
  readonly graph: Graph
  readonly tokenizer: Tokenizer
  readonly device: Device
  readonly board: Board
  readonly plan: Plan
  readonly engine: Engine<Graph>
  readonly absent: readonly { readonly name: string; readonly reason: string }[]
  readonly program: Program
}

export class Model {
  readonly name: string
  readonly file: ModelFile
  readonly graph: Graph
  readonly tokenizer: Tokenizer
  readonly device: Device
  readonly board: Board
  readonly plan: Plan
  readonly program: Program
  /** Back ends that the plan preferred but that are absent here, with reasons. */
  readonly absent: Parts['absent']
  readonly backend: {
    readonly name: string
    readonly isa: string
    readonly threads: number
    readonly simulated: boolean
  }
  readonly #engine: Engine<Graph>
  readonly #sets = new WeakMap<Skills, SkillSet>()
  #closed = false

  /** @internal */
  constructor(parts: Parts) {
    this.name = parts.name
    this.file = parts.file
    this.graph = parts.graph
    this.tokenizer = parts.tokenizer
    this.device = parts.device
    this.board = parts.board
    this.plan = parts.plan
    this.program = parts.program
    this.absent = parts.absent
    this.#engine = parts.engine
    const { name, isa, threads, simulated } = parts.engine
    this.backend = {
      name: parts.plan.accelerator?.name ?? name,
      isa,
      threads,
      simulated: simulated || parts.plan.simulated,
    }
  }

  /** Tokens as a cold Observable: generation starts on subscription and stops within a token of unsubscription. */
  tokens(prompt: string, options: GenerateOptions = {}): Observable<Token> {
    return fromGenerator((signal) => this.generate(prompt, { ...options, signal: either(signal, options.signal) }))
  }

  /** Tokens as an async generator; its return value tells why it ended and how fast it was. */
  async *generate(prompt: string, options: GenerateOptions = {}): AsyncGenerator<Token, Generation, void> {
    this.#check()
    const began = performance.now()
    const ids = await this.#encode(prompt, options).catch((fault) => {
      if (fault instanceof LutraError && fault.kind === 'cancelled') return undefined
      throw fault
    })
    this.#check()
    if (!ids) {
      const ms = performance.now() - began
      return { stopReason: 'cancelled', promptTokens: 0, reusedTokens: 0, generatedTokens: 0, ms }
    }
    return yield* generate({
      program: this.program,
      tokenizer: this.tokenizer,
      ids,
      sampler: createSampler(options),
      constraint:
        options.schema === undefined ? undefined : await this.#constraint(options.schema, options.copyFrom ?? prompt),
      maxTokens: options.maxTokens ?? 256,
      stopStrings: options.stop,
      signal: options.signal,
    })
  }

  /**
   * The actions of an instruction, each valid, in order. A refusal comes as the action `refuse`. None is given before the
   * whole list is known: its last action may be out of range or cut off, and then the first must not have moved anything.
   */
  actions(instruction: string, skills: Skills = roverSkills): Observable<Action> {
    const model = this
    return fromGenerator(async function* (signal) {
      const { actions } = await model.interpret(instruction, { skills, signal })
      yield* actions
    })
  }

  /** Understands one instruction. Bad input never throws: it is refused as unclear. */
  async interpret(instruction: string, options: ActOptions = {}): Promise<Interpretation> {
    this.#check()
    if (this.file.metadata.has('lutra.pilot.version')) {
      const { interpret } = await import('../pilot/interpreter.js')
      return interpret(this.program, this.tokenizer, instruction, options)
    }
    return this.#interpretByPrompt(instruction, options)
  }

  /** Logits (vocab) for `last` or (ids × vocab) for `all`. */
  async logits(ids: Int32Array, wanted: 'last' | 'all' = 'last', signal?: AbortSignal): Promise<Float32Array> {
    this.#check()
    return this.#withState((state) => this.program.run(state, ids, wanted, signal))
  }

  /** Perplexity of a text; with a reference model also the mean KL divergence and the share of equal top tokens. */
  async score(
    text: string,
    options: { context?: number; reference?: Model; signal?: AbortSignal } = {},
  ): Promise<Score> {
    this.#check()
    const { program, tokenizer } = this
    const { reference, ...rest } = options
    const ids = await encodeInTurns(tokenizer, text, { bos: false }, options.signal)
    this.#check()
    return score({
      program,
      ids,
      bos: tokenizer.addBos ? tokenizer.bos : undefined,
      reference: reference?.program,
      ...rest,
    })
  }

  summary(): ModelSummary {
    const types: Record<string, { tensors: number; weights: number }> = {}
    let parameters = 0
    for (const { dtype, shape } of this.file.tensors.values()) {
      const weights = shape.reduce((a, b) => a * b, 1)
      parameters += weights
      const row = types[dtype.name] ?? { tensors: 0, weights: 0 }
      types[dtype.name] = { tensors: row.tensors + 1, weights: row.weights + weights }
    }
    const { architecture, layers, vocab } = this.graph
    const { context, residentBytes } = this.program
    const { path, bytes } = this.file
    return { name: this.name, path, bytes, architecture, layers, vocab, context, parameters, types, residentBytes }
  }

  /** Stops what runs and frees everything. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.program.close()
    await this.#engine.close()
  }

  async #interpretByPrompt(
    instruction: string,
    { skills = roverSkills, signal, onToken }: ActOptions,
  ): Promise<Interpretation> {
    const started = performance.now()
    const set = this.#setOf(skills)
    const chat = chatTemplateOf(this.file) !== undefined
    const options = { schema: set.schema, copyFrom: instruction, chat, maxTokens: 512, signal }
    let raw = ''
    let tokens = 0
    let ttftMs = 0
    try {
      for await (const token of this.generate(instructionPrompt(set, instruction), options)) {
        if (tokens++ === 0) ttftMs = performance.now() - started
        raw += token.text
        onToken?.(token)
      }
    } catch (fault) {
      if (tokens > 0 || !unreadable(fault, set)) throw fault
    }
    if (signal?.aborted) throw new LutraError('cancelled', 'Expected to finish the instruction but it was cancelled')
    const actions = complete(raw)
    return {
      actions,
      refused: actions.some((a) => a.skill === 'refuse'),
      raw,
      ms: performance.now() - started,
      tokens,
      ttftMs,
    }
  }

  async #encode(prompt: string, { chat, signal }: GenerateOptions): Promise<number[]> {
    if (!chat) return encodeInTurns(this.tokenizer, prompt, {}, signal)
    const { ChatTemplate } = await import('../tokenizer/chat.js')
    return new ChatTemplate(this.file, this.tokenizer).encodeInTurns([{ role: 'user', content: prompt }], {}, signal)
  }

  async #constraint(schema: unknown, prompt: string) {
    const { prepareConstraint } = await import('../grammar/constrain.js')
    return prepareConstraint(grammarOf(schema as JsonSchema), this.tokenizer, { prompt })
  }

  #setOf(skills: Skills): SkillSet {
    const known = this.#sets.get(skills) ?? skillSet(skills)
    this.#sets.set(skills, known)
    return known
  }

  async #withState<T>(work: (state: State) => Promise<T>): Promise<T> {
    const state = this.program.createState()
    try {
      return await work(state)
    } finally {
      state.close()
    }
  }

  #check(): void {
    if (this.#closed)
      throw new LutraError('closed', `Expected an open model but ${this.name} was closed; open it again`)
  }
}

/** What was generated in full; a plan that the context cut off is refused, never executed in part. */
function complete(raw: string): readonly Action[] {
  try {
    return JSON.parse(raw) as Action[]
  } catch {
    return [{ skill: 'refuse', reason: 'unclear' }]
  }
}

/** An instruction too long for the context, or without the words that every skill would have to copy from it. */
function unreadable(fault: unknown, { schema }: SkillSet): boolean {
  if (!(fault instanceof LutraError)) return false
  return fault.kind === 'limit' || (fault.kind === 'mismatch' && grammarOf(schema).copies)
}

function either(a: AbortSignal, b: AbortSignal | undefined): AbortSignal {
  return b ? AbortSignal.any([a, b]) : a
}
