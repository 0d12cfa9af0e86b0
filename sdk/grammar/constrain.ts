/**
 * Holds decoding to a grammar: masks the tokens that may not come next.
 * takes  a Grammar, a tokenizer, the prompt to copy from · gives a Constraint, one per generation
 * before ./compile · after sdk/sampler
 */
import { LutraError } from '../../hal/error.js'
import type { Tokenizer } from '../tokenizer/tokenizer.js'
import type { Constraint } from './constraint.js'
import { Matcher, type State } from './matcher.js'
import type { Grammar } from './node.js'
import { allows, applyMask, TokenMasks } from './token-mask.js'
import { vocabularyOf } from './token-trie.js'

export interface ConstraintOptions {
  /** What "x-copy" strings are copied from, as the model reads it. */
  readonly prompt?: string
}

/**
 * A constraint that lets only texts of the grammar through. Its masks are shared by all constraints of one grammar
 * and tokenizer (of one prompt, where words are copied). LutraError mismatch where this vocabulary can write nothing
 * that the grammar allows.
 */
export function createConstraint(grammar: Grammar, tokenizer: Tokenizer, options: ConstraintOptions = {}): Constraint {
  return new GrammarConstraint(masksOf(grammar, tokenizer, options.prompt), tokenizer)
}

class GrammarConstraint implements Constraint {
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

  mask(logits: Float32Array): void {
    const { vocabulary } = this.masks
    if (logits.length < vocabulary.size) {
      throw new LutraError(
        'mismatch',
        `Expected logits for ${vocabulary.size} tokens but found ${logits.length}; use the model's own tokenizer`,
      )
    }
    if (this.done) applyMask(NOTHING, vocabulary.stops, logits)
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

const NOTHING = { count: 0, ids: new Int32Array(0), bits: undefined }

const shared = new WeakMap<Tokenizer, WeakMap<Grammar, { prompt: string | undefined; masks: TokenMasks }>>()

/** The last prompt's masks are kept: a retry costs nothing, and memory stays that of one. */
function masksOf(grammar: Grammar, tokenizer: Tokenizer, prompt: string | undefined): TokenMasks {
  let ofTokenizer = shared.get(tokenizer)
  if (ofTokenizer === undefined) {
    ofTokenizer = new WeakMap()
    shared.set(tokenizer, ofTokenizer)
  }
  const key = grammar.copies ? prompt : undefined
  const known = ofTokenizer.get(grammar)
  if (known !== undefined && known.prompt === key) return known.masks
  const vocabulary = vocabularyOf(tokenizer)
  const masks = new TokenMasks(new Matcher(grammar, vocabulary.alphabet, key), vocabulary)
  ofTokenizer.set(grammar, { prompt: key, masks })
  return masks
}
