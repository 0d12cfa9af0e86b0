/**
 * Which tokens may come next in a state, found by walking the vocabulary's tries beside the matcher.
 * takes  a Matcher, a State, a Vocabulary · gives the allowed ids, kept with the state
 * before ./matcher, ./token-trie · after ./constrain
 */
import { LutraError } from '../../hal/error.js'
import { atOnce, inTurns, type Steps } from '../../hal/turns.js'
import type { State } from './automaton.js'
import type { Matcher } from './matcher.js'
import { isStringRoad, type Room, StringMasks } from './string-mask.js'
import type { Vocabulary } from './token-trie.js'
import { type Making, walk } from './token-walk.js'
import { TokenWays } from './token-ways.js'

/** Allowed ids: a list where they are few, else a bit per id. */
export interface TokenMask {
  readonly ids: Int32Array | undefined
  readonly bits: Uint32Array | undefined
}

/** A list costs 32 bits an id, a set one: lists only where they are the smaller. */
const LIST_SHARE = 32
/** Bytes of masks kept per automaton before all is forgotten. */
const MAX_MASK_BYTES = 64 << 20
/** Sets of characters at once; with more, strings are walked as all else is. */
const MAX_SETS = 4

/** The masks of one matcher, each made once. */
export class TokenMasks {
  readonly #ways: TokenWays
  readonly #strings: StringMasks

  /** LutraError mismatch where the vocabulary's tokens cannot write anything that the grammar allows. */
  constructor(
    readonly matcher: Matcher,
    readonly vocabulary: Vocabulary,
  ) {
    this.#ways = new TokenWays(matcher.automaton, vocabulary)
    this.#strings = new StringMasks(matcher, vocabulary.strings)
    if (!matcher.automaton.spelled && !this.#ways.lead(matcher.start)) {
      throw new LutraError(
        'mismatch',
        'Expected tokens that can write what the schema allows but found none; use a vocabulary with single characters',
      )
    }
  }

  /** Whether this vocabulary can write an end from here. */
  leads(state: State): boolean {
    return this.matcher.automaton.spelled || this.#ways.lead(state)
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
    const roads = state.threads.filter(isStringRoad)
    const inStrings = roads.length > 0 && new Set(roads.map((road) => road.node.set)).size <= MAX_SETS
    const rest = inStrings ? matcher.without(state, isStringRoad) : state
    if (rest.threads.length > 0) {
      yield* walk(matcher, rest, vocabulary.plain, making, found)
      yield* walk(matcher, rest, vocabulary.other, making, found)
    }
    const rooms: readonly Room[] = inStrings ? yield* this.#strings.of(roads, making, found) : []
    return maskOf(found, rooms, vocabulary.size)
  }

  /** Only the tokens after which an end can be reached. */
  *#makeLive(state: State, making: Making): Steps<TokenMask> {
    const ids: number[] = []
    const states: State[] = []
    yield* walk(this.matcher, state, this.vocabulary.plain, making, ids, states)
    yield* walk(this.matcher, state, this.vocabulary.other, making, ids, states)
    const found: number[] = []
    for (const [i, id] of ids.entries()) {
      if (this.#ways.lead(states[i])) found.push(id)
      yield
    }
    return maskOf(found, [], this.vocabulary.size)
  }
}

function maskOf(found: readonly number[], rooms: readonly Room[], size: number): TokenMask {
  const count = rooms.reduce((sum, room) => sum + room.end, found.length)
  if (count * LIST_SHARE < size) {
    const ids = rooms.flatMap(({ tokens, end }) => [...tokens.ids.subarray(0, end)])
    return { ids: Int32Array.from([...found, ...ids]), bits: undefined }
  }
  const bits = new Uint32Array((size + 31) >> 5)
  for (const room of rooms) addRoom(room, bits)
  for (const id of found) bits[id >> 5] |= 1 << (id & 31)
  return { ids: undefined, bits }
}

function addRoom({ tokens, end }: Room, bits: Uint32Array): void {
  const { ids } = tokens
  if (2 * end < ids.length) {
    for (let i = 0; i < end; i++) bits[ids[i] >> 5] |= 1 << (ids[i] & 31)
    return
  }
  const longer = tokens.bits.slice()
  for (let i = end; i < ids.length; i++) longer[ids[i] >> 5] &= ~(1 << (ids[i] & 31))
  for (let word = 0; word < bits.length; word++) bits[word] |= longer[word]
}

/** Nothing but `also`. */
export const nothing: TokenMask = { ids: new Int32Array(0), bits: undefined }

/** Sets every logit to -Infinity but those of the mask and `also`. Logits may be padded beyond the vocabulary. */
export function applyMask(mask: TokenMask, also: readonly number[], logits: Float32Array): void {
  const kept = also.map((id) => logits[id])
  if (mask.ids !== undefined) keepOnly(mask.ids, logits)
  else forbidClear(mask.bits as Uint32Array, logits)
  for (let i = 0; i < also.length; i++) logits[also[i]] = kept[i]
}

function keepOnly(ids: Int32Array, logits: Float32Array): void {
  const values = new Float32Array(ids.length)
  for (let i = 0; i < ids.length; i++) values[i] = logits[ids[i]]
  logits.fill(Number.NEGATIVE_INFINITY)
  for (let i = 0; i < ids.length; i++) logits[ids[i]] = values[i]
}

function forbidClear(bits: Uint32Array, logits: Float32Array): void {
  for (let word = 0; word < bits.length; word++) {
    for (let clear = ~bits[word]; clear !== 0; clear &= clear - 1) {
      // Writes beyond the last logit, in the last word, fall into nothing.
      logits[32 * word + 31 - Math.clz32(clear & -clear)] = Number.NEGATIVE_INFINITY
    }
  }
  if (32 * bits.length < logits.length) logits.fill(Number.NEGATIVE_INFINITY, 32 * bits.length)
}

export function allows({ ids, bits }: TokenMask, id: number): boolean {
  if (bits !== undefined) return ((bits[id >> 5] >>> (id & 31)) & 1) === 1
  return ids?.includes(id) === true
}
