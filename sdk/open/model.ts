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
import {
  type EmbedOptions,
  embed,
  type Generation,
  Session as Held,
  type SavedBy,
  type Score,
  score,
} from '../decoder/index.js'
import type { ModelFile } from '../model/model-file.js'
import { roverSkills } from '../robot/skills.js'
import { fromGenerator } from '../stream/index.js'
import type { Token } from '../stream/token.js'
import { encodeInTurns } from '../tokenizer/encode-in-turns.js'
import type { Tokenizer } from '../tokenizer/tokenizer.js'
import type { AnyMessage, ChatPart } from '../tools/index.js'
import type { ChatAnswer } from './chat.js'
import { fingerprint } from './fingerprint.js'
import { checkIds, either, generateFrom } from './generate.js'
import type { Governor } from './governor/governor.js'
import { interpretByPrompt } from './interpret.js'
import type { ActOptions, ChatOptions, GenerateOptions, Interpretation, Prompt } from './options.js'
import { Pulse } from './pulse.js'
import { Session } from './session.js'
import { type ModelSummary, summaryOf } from './summary.js'

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
  readonly governor?: Governor
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
  /** Keeps it within a budget of heat or power, where one was asked for. */
  readonly governor: Governor | undefined
  /** Whether it is well; see `alive`. */
  readonly pulse = new Pulse()
  /** Back ends that the plan preferred but that are absent here, with reasons. */
  readonly absent: Parts['absent']
  readonly backend: {
    readonly name: string
    readonly isa: string
    readonly threads: number
    readonly simulated: boolean
  }
  readonly #engine: Engine<Graph>
  #fingerprint: Promise<string> | undefined
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
    this.program = this.pulse.watch(parts.program)
    this.absent = parts.absent
    this.governor = parts.governor
    this.#engine = parts.engine
    const { name, isa, threads, simulated } = parts.engine
    this.backend = {
      name: parts.plan.accelerator?.name ?? name,
      isa,
      threads,
      simulated: simulated || parts.plan.simulated,
    }
  }

  /**
   * Ties a robot to this model: `robot(port, { alive: model.alive() })` stops it, and ends its heartbeats, once a step of a
   * generation takes longer than `withinMs` (default 2000), fails, or the model is closed. An idle model stops nothing; one
   * that a governor lets wait counts as one that hangs.
   */
  alive(withinMs?: number): () => boolean {
    return this.pulse.alive(withinMs)
  }

  /** Tokens as a cold Observable: generation starts on subscription and stops within a token of unsubscription. */
  tokens(prompt: Prompt, options: GenerateOptions = {}): Observable<Token> {
    return fromGenerator((signal) => this.generate(prompt, { ...options, signal: either(signal, options.signal) }))
  }

  /** Tokens as an async generator; its return value tells why it ended and how fast it was. */
  async *generate(prompt: Prompt, options: GenerateOptions = {}): AsyncGenerator<Token, Generation, void> {
    this.#check()
    return yield* generateFrom(this, prompt, options)
  }

  /**
   * An answer in a conversation, by the model's own chat template: text as it comes, calls of tools when they are whole; its
   * return value is all of it. Each call is valid by its tool's schema. Nothing is called for you: hand the results back
   * as messages of role `tool`, after the assistant's own with its `tool_calls`.
   */
  async *chat(messages: readonly AnyMessage[], options: ChatOptions = {}): AsyncGenerator<ChatPart, ChatAnswer, void> {
    this.#check()
    const { chatFrom } = await import('./chat.js')
    return yield* chatFrom(this, messages, options)
  }

  /** The whole answer at once. */
  async answer(messages: readonly AnyMessage[], options: ChatOptions = {}): Promise<ChatAnswer> {
    const parts = this.chat(messages, options)
    for (;;) {
      const step = await parts.next()
      if (step.done) return step.value
    }
  }

  /** A text that goes on from call to call; its owner closes it. Sessions and calls at the same time run together. */
  session(): Session {
    this.#check()
    return new Session(this, new Held(this.program), () => this.#identity())
  }

  /** One vector for a text, or for ids: what the last layer makes of it, for comparing texts. */
  async embed(input: string | readonly number[], options: EmbedOptions = {}): Promise<Float32Array> {
    this.#check()
    const { tokenizer, program } = this
    const ids = typeof input === 'string' ? await encodeInTurns(tokenizer, input, {}, options.signal) : input
    return embed(program, checkIds(ids, tokenizer), options)
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
      const { wordsOf } = await import('../pilot/words.js')
      return interpret(this.program, this.tokenizer, instruction, { ...options, words: wordsOf(this.file.metadata) })
    }
    return interpretByPrompt(this, this.#setOf(options.skills ?? roverSkills), instruction, options)
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

  /** Work that a lent accelerator has counted since the model was opened, by name; empty without one. */
  async counters(): Promise<Readonly<Record<string, number>>> {
    this.#check()
    return (await this.#engine.counters?.()) ?? {}
  }

  summary(): ModelSummary {
    return summaryOf(this.name, this.file, this.graph, this.program)
  }

  /** Stops what runs and frees everything. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.program.close()
    this.governor?.close() // what waited for it ends as the program has
    await this.#engine.close()
  }

  #identity(): Promise<SavedBy> {
    this.#fingerprint ??= fingerprint(this.graph, this.file.tensors)
    const { backend, program } = this
    return this.#fingerprint.then((model) => ({ model, engine: backend.name, context: program.context }))
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
