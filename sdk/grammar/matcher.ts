/**
 * Walks a grammar a byte at a time, for one prompt.
 * takes  a Grammar, what the vocabulary spells, the prompt to copy from · gives States
 * before ./automaton · after ./token-mask, ./constrain
 */
import { type Alphabet, anyByte } from './alphabet.js'
import { Automaton, type Frame, type State } from './automaton.js'
import { Copy } from './copy.js'
import type { Grammar, Node } from './node.js'

/** The automata of one grammar and vocabulary, by which of the grammar's copies find words in the prompt. */
export type Automata = Map<string, Automaton>

export class Matcher {
  readonly automaton: Automaton
  readonly #copy: Copy | undefined
  /** Steps out of bound states: this prompt's own. */
  #steps = new Map<State, (State | null | undefined)[]>()
  /** Token masks that this prompt has to do with; see ./token-mask. */
  readonly masks = new Map<State, unknown>()

  /** `known` lets matchers of other prompts share what was found. LutraError mismatch where nothing can be written. */
  constructor(
    readonly grammar: Grammar,
    readonly alphabet: Alphabet = anyByte,
    prompt?: string,
    known: Automata = new Map(),
  ) {
    const copy = grammar.copies && prompt !== undefined ? new Copy(prompt, alphabet) : undefined
    this.#copy = copy
    const copies = new Set<Node>()
    for (const node of grammar.copies ? grammar.nodes : []) {
      if (node.kind === 'copy' && copy !== undefined && copy.fits(node)) copies.add(node)
    }
    const key = [...copies].map((node) => node.id).join()
    let automaton = known.get(key)
    if (automaton === undefined) {
      automaton = new Automaton(grammar, alphabet, copies)
      known.set(key, automaton)
    }
    this.automaton = automaton
  }

  get start(): State {
    return this.automaton.start
  }

  /** The state after one more byte, or null where that byte may not come. */
  step(state: State, byte: number): State | null {
    if (!state.bound) return this.automaton.step(state, byte)
    const steps = this.#boundSteps(state)
    const known = steps[byte]
    if (known !== undefined) return known
    const next = this.automaton.advance(state, byte, this.#copy)
    steps[byte] = next
    return next
  }

  /** The state after these bytes, or null. */
  walk(state: State, bytes: Uint8Array): State | null {
    let at: State | null = state
    for (let i = 0; i < bytes.length && at !== null; i++) at = this.step(at, bytes[i])
    return at
  }

  /** The state without some of its roads. */
  without(state: State, drop: (frame: Frame) => boolean): State {
    return this.automaton.without(state, drop)
  }

  /** Drops everything kept for reuse; states in use stay valid. */
  forget(): void {
    this.automaton.forget()
    this.#steps = new Map()
    this.masks.clear()
  }

  #boundSteps(state: State): (State | null | undefined)[] {
    let steps = this.#steps.get(state)
    if (steps === undefined) {
      steps = new Array<State | null | undefined>(256)
      this.#steps.set(state, steps)
    }
    return steps
  }
}
