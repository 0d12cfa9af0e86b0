/**
 * Which tokens may come next in a state, found by walking the vocabulary's tries beside the matcher.
 * takes  a Matcher, a State, a Vocabulary · gives the allowed ids, kept with the state
 * before ./matcher, ./token-trie · after ./constrain
 */
import { LutraError } from '../../hal/error.js'
import { atOnce, inTurns, type Steps } from '../../hal/turns.js'
import type { Frame, State } from './automaton.js'
import type { Matcher } from './matcher.js'
import type { TextPlace } from './text.js'
import type { Trie, Vocabulary } from './token-trie.js'
import { TokenWays } from './token-ways.js'

/** Allowed ids: a list where they are few, else a bit per id. */
export interface TokenMask {
  readonly count: number
  readonly ids: Int32Array | undefined
  readonly bits: Uint32Array | undefined
}

/** A list costs 32 bits an id, a set one: lists only where they are the smaller. */
const LIST_SHARE = 32
/** Bytes of masks kept per automaton before all is forgotten. */
const MAX_MASK_BYTES = 64 << 20

/** Roads followed before others get a turn: below a millisecond. */
const PART = 256

/** A mask in the making. */
interface Making {
  /** Whether it looked into the prompt. */
  prompted: boolean
  /** Roads followed since the last turn. */
  work: number
}

/** The masks of one matcher, each made once. */
export class TokenMasks {
  readonly #ways: TokenWays

  /** LutraError mismatch where the vocabulary's tokens cannot write anything that the grammar allows. */
  constructor(
    readonly matcher: Matcher,
    readonly vocabulary: Vocabulary,
  ) {
    this.#ways = new TokenWays(matcher.automaton, vocabulary)
    if (!matcher.automaton.spelled && !this.#ways.lead(matcher.start)) {
      throw new LutraError(
        'mismatch',
        'Expected tokens that can write what the schema allows but found none; use a vocabulary with single characters',
      )
    }
  }

  of(state: State): TokenMask {
    return this.#known(state) ?? atOnce(this.#steps(state))
  }

  /** The same, in turns with others: over 128k tokens a new mask takes up to a second. */
  async prepare(state: State, signal?: AbortSignal): Promise<TokenMask> {
    return this.#known(state) ?? inTurns(this.#steps(state), signal)
  }

  #known(state: State): TokenMask | undefined {
    return (state.mask ?? this.matcher.masks.get(state)) as TokenMask | undefined
  }

  *#steps(state: State): Steps<TokenMask> {
    const making: Making = { prompted: false, work: 0 }
    const mask = yield* this.#make(state, making)
    const { automaton } = this.matcher
    automaton.maskBytes += (mask.ids ?? mask.bits)?.byteLength ?? 0
    if (automaton.maskBytes > MAX_MASK_BYTES) this.matcher.forget()
    // What a copied string had to do with is true for this prompt only.
    if (making.prompted) this.matcher.masks.set(state, mask)
    else state.mask = mask
    return mask
  }

  *#make(state: State, making: Making): Steps<TokenMask> {
    const { matcher, vocabulary } = this
    if (!matcher.automaton.spelled) return yield* this.#makeLive(state, making)
    const found: number[] = []
    const room = freeRoom(state)
    const base = room > 0 ? vocabulary.plainUpTo(room) : undefined
    // Inside a free string every plain token that is short enough fits: only the other roads need the plain trie.
    const rest = base === undefined ? state : matcher.without(state, isFree)
    if (rest.threads.length > 0) yield* this.#walk(rest, vocabulary.plain, making, found)
    yield* this.#walk(state, vocabulary.other, making, found)
    return maskOf(found, base, vocabulary.size)
  }

  /** Only the tokens after which an end can be reached. */
  *#makeLive(state: State, making: Making): Steps<TokenMask> {
    const ids: number[] = []
    const states: State[] = []
    yield* this.#walk(state, this.vocabulary.plain, making, ids, states)
    yield* this.#walk(state, this.vocabulary.other, making, ids, states)
    const found: number[] = []
    for (const [i, id] of ids.entries()) {
      if (this.#ways.lead(states[i])) found.push(id)
      yield
    }
    return maskOf(found, undefined, this.vocabulary.size)
  }

  /** Collects the tokens of a trie that the matcher can take from this state. */
  *#walk(state: State, trie: Trie, making: Making, found: number[], states?: State[]): Steps<void> {
    const { matcher } = this
    const { size, byte, depth, end, from, ids } = trie
    const path: State[] = [state]
    for (let i = 0; i < size; ) {
      const at = path[depth[i]]
      if (at.bound) making.prompted = true
      making.work += 1 + at.threads.length
      if (making.work > PART) {
        making.work = 0
        yield
      }
      const next = matcher.step(at, byte[i])
      if (next === null) {
        i = end[i]
        continue
      }
      for (let k = from[i]; k < from[i + 1]; k++) {
        found.push(ids[k])
        states?.push(next)
      }
      path[depth[i] + 1] = next
      i++
    }
  }
}

function maskOf(found: readonly number[], base: Uint32Array | undefined, size: number): TokenMask {
  if (base === undefined && found.length * LIST_SHARE < size) {
    return { count: found.length, ids: Int32Array.from(found), bits: undefined }
  }
  const bits = base === undefined ? new Uint32Array((size + 31) >> 5) : base.slice()
  for (const id of found) bits[id >> 5] |= 1 << (id & 31)
  return { count: countBits(bits), ids: undefined, bits }
}

/** Sets every logit to -Infinity but those of the mask and `also`. Logits may be padded beyond the vocabulary. */
export function applyMask(mask: TokenMask, also: readonly number[], logits: Float32Array): void {
  const kept = also.map((id) => logits[id])
  if (mask.ids !== undefined) {
    const { ids } = mask
    const values = new Float32Array(ids.length)
    for (let i = 0; i < ids.length; i++) values[i] = logits[ids[i]]
    logits.fill(Number.NEGATIVE_INFINITY)
    for (let i = 0; i < ids.length; i++) logits[ids[i]] = values[i]
  } else {
    const bits = mask.bits as Uint32Array
    for (let word = 0; word < bits.length; word++) {
      for (let clear = ~bits[word]; clear !== 0; clear &= clear - 1) {
        // Writes beyond the last logit, in the last word, fall into nothing.
        logits[32 * word + 31 - Math.clz32(clear & -clear)] = Number.NEGATIVE_INFINITY
      }
    }
    if (32 * bits.length < logits.length) logits.fill(Number.NEGATIVE_INFINITY, 32 * bits.length)
  }
  for (let i = 0; i < also.length; i++) logits[also[i]] = kept[i]
}

export function allows(mask: TokenMask, id: number): boolean {
  if (mask.bits !== undefined) return ((mask.bits[id >> 5] >>> (id & 31)) & 1) === 1
  return mask.ids?.includes(id) === true
}

/** A road that stands inside a string of any characters, between two of them. */
function isFree(frame: Frame): boolean {
  return frame.node.kind === 'text' && frame.node.set.all && (frame.at as TextPlace).phase === 'plain'
}

/** Most characters that a free string still has room for. */
function freeRoom(state: State): number {
  let room = 0
  for (const frame of state.threads) if (isFree(frame)) room = Math.max(room, (frame.at as TextPlace).left)
  return room
}

function countBits(bits: Uint32Array): number {
  let count = 0
  for (let n of bits) {
    n -= (n >>> 1) & 0x55555555
    n = (n & 0x33333333) + ((n >>> 2) & 0x33333333)
    count += Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
  }
  return count
}
