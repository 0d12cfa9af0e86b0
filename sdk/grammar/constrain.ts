/**
 * Holds decoding to a grammar: masks the tokens that may not come next.
 * takes  a Grammar, a tokenizer, the prompt to copy from · gives a Constraint, one per generation
 * before ./compile · after sdk/sampler
 */
import { LutraError } from '../../hal/error.js'
import type { Tokenizer } from '../tokenizer/tokenizer.js'
import type { State } from './automaton.js'
import type { Constraint } from './constraint.js'
import { type Automata, Matcher } from './matcher.js'
import type { Grammar } from './node.js'
import { allows, applyMask, nothing, TokenMasks } from './token-mask.js'
import { prepareVocabulary, vocabularyOf } from './token-trie.js'

export interface ConstraintOptions {
  /** What "x-copy" strings are copied from, as the model reads it. */
  readonly prompt?: string
}

/**
 * A constraint that lets only texts of the grammar through. What it finds out is shared by all constraints of one
 * grammar and tokenizer, but for what a prompt has to do with. LutraError mismatch where this vocabulary can write nothing
 * that the grammar allows.
 */
export function createConstraint(
  grammar: Grammar,
  tokenizer: Tokenizer,
  options: ConstraintOptions = {},
): GrammarConstraint {
  return new GrammarConstraint(masksOf(grammar, tokenizer, options.prompt), tokenizer)
}

/** The same; what a vocabulary needs once is made in turns with others on the event loop. */
export async function prepareConstraint(
  grammar: Grammar,
  tokenizer: Tokenizer,
  options: ConstraintOptions = {},
): Promise<GrammarConstraint> {
  await prepareVocabulary(tokenizer)
  return createConstraint(grammar, tokenizer, options)
}

/** A constraint that can also begin within a token; see ./lazy. */
export class GrammarConstraint implements Constraint {
  #state: State
  #ended = false

  constructor(
    readonly masks: TokenMasks,
    readonly tokenizer: Tokenizer,
  ) {
    this.#state = masks.matcher.start
  }

  get done(): boolean {
    return this.#ended || (this.#state.complete && this.#state.threads.length === 0)
  }

  /** The text may end here. */
  get complete(): boolean {
    return this.#state.complete
  }

  /** Whether the text may go on with these bytes. */
  takes(bytes: Uint8Array): boolean {
    const next = this.masks.matcher.walk(this.#state, bytes)
    return next !== null && this.masks.leads(next)
  }

  /** Goes on with these bytes, which `takes` has allowed. */
  advance(bytes: Uint8Array): void {
    this.#state = this.masks.matcher.walk(this.#state, bytes) ?? this.#state
  }

  async prepare(signal?: AbortSignal): Promise<void> {
    if (!this.done) await this.masks.prepare(this.#state, signal)
  }

  mask(logits: Float32Array): void {
    const { vocabulary } = this.masks
    if (logits.length < vocabulary.size) {
      throw new LutraError(
        'mismatch',
        `Expected logits for ${vocabulary.size} tokens but found ${logits.length}; use the model's own tokenizer`,
      )
    }
    if (this.done) applyMask(nothing, vocabulary.stops, logits)
    else applyMask(this.masks.of(this.#state), this.#state.complete ? vocabulary.stops : [], logits)
  }

  accept(id: number): void {
    if (this.tokenizer.stops.has(id)) {
      if (!this.#ended && !this.#state.complete)
        throw new LutraError(
          'mismatch',
          `Expected the text to go on but found the end (token ${id}); choose among the tokens that mask() leaves`,
        )
      this.#ended = true
      return
    }
    const next = this.done || !this.#isKnown(id) ? null : this.masks.matcher.walk(this.#state, this.tokenizer.bytes(id))
    if (next === null) {
      throw new LutraError(
        'mismatch',
        `Expected a token that the schema allows but found ${id} (${JSON.stringify(this.tokenizer.piece(id))}); choose among the tokens that mask() leaves`,
      )
    }
    this.#state = next
  }

  /** Control tokens have no bytes, and some broken ones are left out of the tries. */
  #isKnown(id: number): boolean {
    if (!(Number.isInteger(id) && id >= 0 && id < this.masks.vocabulary.size) || this.tokenizer.isControl(id))
      return false
    return allows(this.masks.of(this.#state), id)
  }
}

interface Shared {
  readonly automata: Automata
  prompt?: string | undefined
  masks?: TokenMasks
}

const shared = new WeakMap<Tokenizer, WeakMap<Grammar, Shared>>()

/** What does not depend on the prompt is shared by all; of the rest the last prompt's is kept, for a retry. */
function masksOf(grammar: Grammar, tokenizer: Tokenizer, prompt: string | undefined): TokenMasks {
  let grammars = shared.get(tokenizer)
  if (grammars === undefined) {
    grammars = new WeakMap()
    shared.set(tokenizer, grammars)
  }
  let known = grammars.get(grammar)
  if (known === undefined) {
    known = { automata: new Map() }
    grammars.set(grammar, known)
  }
  const key = grammar.copies ? prompt : undefined
  if (known.masks === undefined || known.prompt !== key) {
    const vocabulary = vocabularyOf(tokenizer)
    known.masks = new TokenMasks(new Matcher(grammar, vocabulary.alphabet, key, known.automata), vocabulary)
    known.prompt = key
  }
  return known.masks
}
