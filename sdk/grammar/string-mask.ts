/**
 * What may come next inside strings, without reading every token: heads by their characters and length, tails by a walk.
 * takes  the roads that stand in a string between two characters · gives sets of whole tokens, and the tokens with tails
 * before ./string-tokens, ./matcher · after ./token-mask
 */
import type { Steps } from '../../hal/turns.js'
import type { Frame, State } from './automaton.js'
import type { CharSet } from './char-set.js'
import type { Matcher } from './matcher.js'
import type { TextNode } from './node.js'
import { bytesOf, type SetTokens, type StringTokens } from './string-tokens.js'
import type { TextPlace } from './text.js'
import { type Making, walk } from './token-walk.js'

/** A road inside a string, between two of its characters. */
export interface StringRoad extends Frame {
  readonly node: TextNode
  readonly at: TextPlace
}

/** All tokens of a set up to a length: tokens.ids[0 .. end). */
export interface Room {
  readonly tokens: SetTokens
  readonly end: number
}

export function isStringRoad(frame: Frame): frame is StringRoad {
  return frame.node.kind === 'text' && (frame.at as TextPlace).phase === 'plain'
}

/** Which tails may follow, a byte each. */
interface Tails {
  readonly allowed: Uint8Array
  readonly prompted: boolean
}

/** Strings of one matcher. */
export class StringMasks {
  readonly #tails = new WeakMap<State, Tails>()

  constructor(
    readonly matcher: Matcher,
    readonly strings: StringTokens,
  ) {}

  /** A room for each set; the tokens with tails go to `found`. */
  *of(roads: readonly StringRoad[], making: Making, found: number[]): Steps<Room[]> {
    const bySet = new Map<CharSet, StringRoad[]>()
    for (const road of roads) {
      const same = bySet.get(road.node.set)
      if (same === undefined) bySet.set(road.node.set, [road])
      else same.push(road)
    }
    const rooms: Room[] = []
    for (const [set, same] of bySet) {
      const isNew = this.strings.known(set) === undefined
      const tokens = yield* this.strings.of(set)
      if (isNew) this.matcher.automaton.maskBytes += bytesOf(tokens)
      const room = same.reduce((most, road) => Math.max(most, road.at.left), 0)
      rooms.push({ tokens, end: tokens.upTo[Math.min(room, tokens.upTo.length - 1)] })
      yield* this.#tailed(same, tokens, making, found)
    }
    return rooms
  }

  *#tailed(roads: readonly StringRoad[], tokens: SetTokens, making: Making, found: number[]): Steps<void> {
    const { tailedIds, tails, tailedUpTo } = tokens
    for (let length = 0; length < tailedUpTo.length; length++) {
      const from = length === 0 ? 0 : tailedUpTo[length - 1]
      if (from === tailedUpTo[length]) continue
      const allowed = yield* this.#anyOf(roads, length, making)
      for (let i = from; i < tailedUpTo[length]; i++) if (allowed[tails[i]] === 1) found.push(tailedIds[i])
    }
  }

  /** The tails that may follow a head of this length on one of the roads. */
  *#anyOf(roads: readonly StringRoad[], length: number, making: Making): Steps<Uint8Array> {
    const seen = new Set<State>()
    let any: Uint8Array | undefined
    for (const road of roads) {
      if (road.at.left < length) continue
      const state = this.#after(road, length)
      if (seen.has(state)) continue
      seen.add(state)
      const { allowed, prompted } = yield* this.#tailsAfter(state, making)
      making.prompted ||= prompted
      if (roads.length === 1) return allowed
      any ??= new Uint8Array(this.strings.tailCount)
      for (let i = 0; i < allowed.length; i++) any[i] |= allowed[i]
      yield
    }
    return any ?? new Uint8Array(this.strings.tailCount)
  }

  /** Where so many characters lead. Counts that no tail reaches the end of are one, so that long strings share tails. */
  #after({ node, at, next }: StringRoad, length: number): State {
    const { tailReach } = this.strings
    const need = Math.min(Math.max(0, at.need - length), tailReach + 1)
    const left = Math.min(at.left - length, tailReach)
    return this.matcher.automaton.inside(node, { ...at, need, left }, next)
  }

  *#tailsAfter(state: State, making: Making): Steps<Tails> {
    let tails = this.#tails.get(state)
    if (tails === undefined) {
      const own: Making = { prompted: false, work: making.work }
      const found: number[] = []
      yield* walk(this.matcher, state, this.strings.tails, own, found)
      const allowed = new Uint8Array(this.strings.tailCount)
      for (const tail of found) allowed[tail] = 1
      making.work = own.work
      tails = { allowed, prompted: own.prompted }
      this.#tails.set(state, tails)
      this.matcher.automaton.maskBytes += allowed.byteLength
    }
    return tails
  }
}
