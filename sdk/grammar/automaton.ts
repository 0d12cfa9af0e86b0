/**
 * The states of a grammar: a nondeterministic pushdown automaton over bytes, made deterministic as it is used.
 * takes  a Grammar, what the vocabulary spells, which copied strings find words · gives immutable States, each once
 * before ./compile · after ./matcher. Knows no prompt, so that all prompts share its states
 */
import { LutraError } from '../../hal/error.js'
import type { Alphabet } from './alphabet.js'
import { type Copy, type CopyPlace, copyKey } from './copy.js'
import { isNumber, mayBegin } from './decimal.js'
import type { Grammar, Node, TextNode } from './node.js'
import { heights } from './reach.js'
import { type TextPlace, textKey, textStart, textStep } from './text.js'

/** States kept for reuse; beyond that all are forgotten and found anew, so that memory stays bounded (~2 KiB each). */
const MAX_STATES = 20_000
const MAX_FRAMES = 200_000
/** Roads followed at once: hostile schemas multiply them. */
const MAX_THREADS = 20_000

/** One level of one road: a node, the place in it, and what follows when it is done. Interned, so compare by identity. */
export interface Frame {
  readonly id: number
  readonly node: Node
  /** Place in the node: a count, a number's digits so far, or a place in a string; a copy not begun has none. */
  readonly at: number | string | TextPlace | CopyPlace | undefined
  readonly next: Frame | null
  /** Arrays and objects open here. */
  readonly depth: number
  /** Whether tokens lead from here to an end; see ./token-ways. */
  live: boolean | undefined
}

/** Everything that may have happened so far. Immutable to its users; equal states are the same object. */
export class State {
  /** See freeSteps; made at the first step. */
  steps: (State | null | undefined)[] | undefined
  /** What token masks know of this state; see ./token-mask. */
  mask: unknown
  /** Some road stands in a copied string: what may follow depends on the prompt. */
  readonly bound: boolean

  constructor(
    readonly threads: readonly Frame[],
    /** The text may end here. */
    readonly complete: boolean,
  ) {
    this.bound = threads.some((frame) => frame.node.kind === 'copy')
  }

  /** What follows by byte, where that is the same for all prompts; undefined: not asked yet, null: not allowed. */
  freeSteps(): (State | null | undefined)[] {
    this.steps ??= new Array<State | null | undefined>(256)
    return this.steps
  }
}

export class Automaton {
  readonly #frames = new Map<string, Frame>()
  readonly #states = new Map<string, State>()
  readonly #height: Float64Array
  #lastId = 0
  /** Bytes of token masks kept with the states; see ./token-mask. */
  maskBytes = 0
  /** Every name and constant can be written a character at a time, so that no cut of the tokens leads astray. */
  readonly spelled: boolean
  readonly start: State

  /** LutraError mismatch where nothing the grammar allows can be written. */
  constructor(
    readonly grammar: Grammar,
    readonly alphabet: Alphabet,
    copies: ReadonlySet<Node>,
  ) {
    this.spelled = grammar.nodes.every((node) => node.kind !== 'literal' || alphabet.spells(node.bytes))
    this.#height = heights(grammar.nodes, alphabet, copies)
    const out = new Roads()
    this.#enter(grammar.root, null, out)
    if (out.frames.size === 0) {
      const why =
        grammar.copies && copies.size === 0
          ? 'it copies words from a prompt, and there are none'
          : 'no token spells what it needs, or its limits leave nothing'
      throw new LutraError(
        'mismatch',
        `Expected a schema that something can be written for, but found that nothing fits: ${why}`,
      )
    }
    this.start = this.#intern(out)
  }

  /** The state after one more byte, or null where that byte may not come. Only a bound state needs the copy. */
  advance(state: State, byte: number, copy: Copy | undefined): State | null {
    const out = new Roads()
    for (const frame of state.threads) this.#advance(frame, byte, copy, out)
    return out.frames.size === 0 && !out.complete ? null : this.#intern(out)
  }

  /** The same, kept for reuse; not for bound states. */
  step(state: State, byte: number): State | null {
    const steps = state.freeSteps()
    let next = steps[byte]
    if (next === undefined) {
      next = this.advance(state, byte, undefined)
      steps[byte] = next
    }
    return next
  }

  /** What follows where the string or number of this road ends. */
  afterEnd(frame: Frame): State {
    const out = new Roads()
    this.#resume(frame.next, out)
    return this.#intern(out)
  }

  /** This road alone. */
  only(frame: Frame): State {
    const out = new Roads()
    out.add(frame)
    return this.#intern(out)
  }

  /** A road alone at this place in a string. */
  inside(node: TextNode, at: TextPlace, next: Frame | null): State {
    return this.only(this.#frame(node, at, textKey(at), next))
  }

  /** The state without some of its roads. */
  without(state: State, drop: (frame: Frame) => boolean): State {
    const out = new Roads()
    for (const frame of state.threads) if (!drop(frame)) out.frames.set(frame.id, frame)
    return this.#intern(out)
  }

  /** Drops everything kept for reuse; states in use stay valid. */
  forget(): void {
    this.#states.clear()
    this.#frames.clear()
    this.start.steps = undefined
    this.start.mask = undefined
    this.maskBytes = 0
  }

  #advance(frame: Frame, byte: number, copy: Copy | undefined, out: Roads): void {
    const { node, next } = frame
    switch (node.kind) {
      case 'literal': {
        const at = frame.at as number
        if (node.bytes[at] !== byte) return
        if (at + 1 === node.bytes.length) this.#resume(next, out)
        else out.add(this.#frame(node, at + 1, String(at + 1), next))
        return
      }
      case 'text': {
        const at = textStep(node, frame.at as TextPlace, byte, this.alphabet)
        if (at === 'closed') this.#resume(next, out)
        else if (at !== undefined) out.add(this.#frame(node, at, textKey(at), next))
        return
      }
      case 'copy': {
        if (copy === undefined) return
        const places = frame.at === undefined ? copy.begin(node, byte) : copy.step(node, frame.at as CopyPlace, byte)
        if (places === 'closed') this.#resume(next, out)
        else for (const at of places) out.add(this.#frame(node, at, copyKey(at), next))
        return
      }
      case 'number': {
        const digits = (frame.at as string) + String.fromCharCode(byte)
        if (!mayBegin(node.range, digits)) return
        out.add(this.#frame(node, digits, digits, next))
        if (isNumber(node.range, digits)) this.#resume(next, out)
        return
      }
    }
  }

  /** Begins a node, unless it could not end before the nesting limit. */
  #enter(node: Node, next: Frame | null, out: Roads): void {
    const depth = next?.depth ?? 0
    if (!(depth + this.#height[node.id] <= this.grammar.maxDepth)) return
    switch (node.kind) {
      case 'literal':
        if (node.bytes.length === 0) this.#resume(next, out)
        else out.add(this.#frame(node, 0, '0', next))
        return
      case 'sequence':
        if (node.items.length === 1) this.#enter(node.items[0], next, out)
        else this.#enter(node.items[0], this.#frame(node, 0, '0', next), out)
        return
      case 'choice':
        for (const option of node.options) this.#enter(option, next, out)
        return
      case 'repeat':
        if (node.max > 0) this.#enter(node.first, this.#frame(node, 1, '1', next), out)
        if (node.min === 0) this.#resume(next, out)
        return
      case 'members':
        this.#members(node, -1, next, out)
        return
      case 'text':
        out.add(this.#frame(node, textStart(node), textKey(textStart(node)), next))
        return
      case 'copy':
        out.add(this.#frame(node, undefined, '', next))
        return
      case 'number':
        out.add(this.#frame(node, '', '', next))
        return
      case 'reference':
        this.#enter(node.target as Node, next, out)
        return
    }
  }

  /** The node above has ended: go on with what encloses it. */
  #resume(frame: Frame | null, out: Roads): void {
    if (frame === null) {
      out.complete = true
      return
    }
    const { node, next } = frame
    const at = frame.at as number
    if (node.kind === 'sequence') {
      const rest = at + 1
      // The last item needs no way back here: recursion at the end does not grow the stack.
      if (rest === node.items.length - 1) this.#enter(node.items[rest], next, out)
      else this.#enter(node.items[rest], this.#frame(node, rest, String(rest), next), out)
    } else if (node.kind === 'repeat') {
      // Without a maximum the count matters only up to the minimum.
      const count = node.max === Number.POSITIVE_INFINITY ? Math.min(at + 1, Math.max(node.min, 1)) : at + 1
      if (at < node.max) this.#enter(node.more, this.#frame(node, count, String(count), next), out)
      if (at >= node.min) this.#resume(next, out)
    } else if (node.kind === 'members') this.#members(node, at, next, out)
  }

  /** After member `at` (-1: none, then the value holds "none yet" as at < 0): the members that may follow. */
  #members(node: Extract<Node, { kind: 'members' }>, at: number, next: Frame | null, out: Roads): void {
    for (let i = at + 1; i < node.items.length; i++) {
      const item = node.items[i]
      this.#enter(at < 0 ? item.first : item.more, this.#frame(node, i, String(i), next), out)
      if (item.required) return
    }
    this.#resume(next, out)
  }

  #frame(node: Node, at: Frame['at'], place: string, next: Frame | null): Frame {
    const key = `${node.id}:${next?.id ?? 0}:${place}`
    let frame = this.#frames.get(key)
    if (frame === undefined) {
      const depth = (next?.depth ?? 0) + (node.kind === 'sequence' && node.nest ? 1 : 0)
      frame = { id: ++this.#lastId, node, at, next, depth, live: undefined }
      this.#frames.set(key, frame)
    }
    return frame
  }

  #intern(out: Roads): State {
    if (out.frames.size > MAX_THREADS) {
      throw new LutraError(
        'limit',
        `Expected at most ${MAX_THREADS} readings of the text so far but found ${out.frames.size}; make the schema's alternatives more distinct`,
      )
    }
    const ids = [...out.frames.keys()].sort((a, b) => a - b)
    const key = `${out.complete ? '.' : ''}${ids.join()}`
    let state = this.#states.get(key)
    if (state === undefined) {
      if (this.#states.size >= MAX_STATES || this.#frames.size >= MAX_FRAMES) this.forget()
      state = new State([...out.frames.values()], out.complete)
      this.#states.set(key, state)
    }
    return state
  }
}

/** Roads found while taking a step. */
class Roads {
  readonly frames = new Map<number, Frame>()
  complete = false

  add(frame: Frame): void {
    this.frames.set(frame.id, frame)
  }
}
