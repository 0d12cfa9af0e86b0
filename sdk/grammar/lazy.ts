/**
 * Lets free text through until it opens something (a tool call), then holds it to a grammar until that has ended.
 * takes  openers as texts or control tokens, what each is followed by, a tokenizer · gives a Constraint, one per generation
 * before ./constrain, ./openers · after sdk/tools
 */
import { LutraError } from '../../hal/error.js'
import type { Tokenizer } from '../tokenizer/tokenizer.js'
import { createConstraint, type GrammarConstraint } from './constrain.js'
import type { Constraint } from './constraint.js'
import type { Grammar } from './node.js'
import { nothingWritten, type Opener, Openers, type Watch } from './openers.js'

/** What must be written: a grammar, then maybe a control token and what follows it, which may depend on what was written. */
export interface Held {
  readonly grammar: Grammar
  readonly next?: { readonly id: number; readonly held: (written: string) => Held }
}

export interface LazyOptions {
  /** Texts that open what is held to `held`. */
  readonly openers: readonly (Opener & { readonly held: Held })[]
  /** Control tokens that do so. */
  readonly ids: ReadonlyMap<number, Held>
  /** There is no free text at the beginning: first this token, if it is one, then what is held. */
  readonly begin?: { readonly id?: number; readonly held: Held }
  /** Whether free text, and with it more of the same, may follow what was held. */
  readonly again: boolean
}

type Place =
  | { readonly kind: 'free'; readonly watch: Watch }
  /** This very token must come. */
  | { readonly kind: 'token'; readonly id: number; readonly held: Held }
  | {
      readonly kind: 'held'
      readonly constraint: GrammarConstraint
      readonly held: Held
      readonly written: Uint8Array[]
    }
  | { readonly kind: 'end' }

export class LazyConstraint implements Constraint {
  readonly #openers: Openers
  readonly #heldBy: readonly Held[]
  readonly #closing: readonly number[]
  #place: Place

  constructor(
    readonly tokenizer: Tokenizer,
    readonly options: LazyOptions,
  ) {
    this.#openers = new Openers(options.openers)
    this.#heldBy = options.openers.map(({ held }) => held)
    this.#closing = closingTokens(tokenizer, this.#openers)
    const { begin } = options
    if (begin === undefined) this.#place = { kind: 'free', watch: nothingWritten }
    else if (begin.id === undefined) this.#place = this.#hold(begin.held)
    else this.#place = { kind: 'token', id: begin.id, held: begin.held }
  }

  get done(): boolean {
    return this.#place.kind === 'end'
  }

  async prepare(signal?: AbortSignal): Promise<void> {
    if (this.#place.kind === 'held') await this.#place.constraint.prepare(signal)
  }

  mask(logits: Float32Array): void {
    const place = this.#place
    switch (place.kind) {
      case 'free':
        this.#maskFree(place.watch, logits)
        break
      case 'token':
        keepOnly(logits, [place.id])
        break
      case 'end':
        keepOnly(logits, [...this.tokenizer.stops])
        break
      case 'held': {
        const { next } = place.held
        const kept = next && place.constraint.complete ? logits[next.id] : undefined
        place.constraint.mask(logits)
        if (next === undefined) break
        for (const id of this.tokenizer.stops) logits[id] = Number.NEGATIVE_INFINITY
        if (kept !== undefined) logits[next.id] = kept
      }
    }
  }

  accept(id: number): void {
    const place = this.#place
    if (place.kind === 'end' || (place.kind === 'token' && id !== place.id))
      throw new LutraError('mismatch', `Expected a token that mask() leaves but found ${id}`)
    if (place.kind === 'token') this.#place = this.#hold(place.held)
    else if (place.kind === 'held') this.#place = this.#acceptHeld(place, id)
    else this.#place = this.#acceptFree(place.watch, id)
  }

  #acceptHeld(place: Place & { kind: 'held' }, id: number): Place {
    const { next } = place.held
    if (next !== undefined && id === next.id && place.constraint.complete)
      return this.#hold(next.held(Buffer.concat(place.written).toString()))
    place.constraint.accept(id)
    if (next !== undefined) place.written.push(this.tokenizer.bytes(id))
    return this.#after(place)
  }

  /** Where a grammar can go no further, what it held is over. */
  #after(place: Place & { kind: 'held' }): Place {
    if (!place.constraint.done || place.held.next !== undefined) return place
    return this.options.again ? { kind: 'free', watch: { places: [], fresh: false } } : { kind: 'end' }
  }

  #acceptFree(watch: Watch, id: number): Place {
    const held = this.options.ids.get(id)
    if (held !== undefined) return this.#hold(held)
    const bytes = this.tokenizer.bytes(id)
    const next = this.#openers.walk(watch, bytes)
    if (!('opener' in next)) return { kind: 'free', watch: next }
    const place = this.#hold(this.#heldBy[next.opener])
    const rest = bytes.subarray(next.taken)
    if (rest.length === 0) return place
    if (!place.constraint.takes(rest))
      throw new LutraError('mismatch', `Expected a token that mask() leaves but found ${id}`)
    place.constraint.advance(rest)
    if (place.held.next !== undefined) place.written.push(rest)
    return this.#after(place)
  }

  #hold(held: Held): Place & { kind: 'held' } {
    return { kind: 'held', constraint: createConstraint(held.grammar, this.tokenizer), held, written: [] }
  }

  /** Free text is the model's own, but for tokens that open something and go on as its grammar does not. */
  #maskFree(watch: Watch, logits: Float32Array): void {
    let constraints: (GrammarConstraint | undefined)[] | undefined
    for (const id of this.#closing) {
      const bytes = this.tokenizer.bytes(id)
      const next = this.#openers.walk(watch, bytes)
      if (!('opener' in next) || next.taken === bytes.length) continue
      constraints ??= []
      constraints[next.opener] ??= createConstraint(this.#heldBy[next.opener].grammar, this.tokenizer)
      if (!constraints[next.opener]?.takes(bytes.subarray(next.taken))) logits[id] = Number.NEGATIVE_INFINITY
    }
  }
}

function keepOnly(logits: Float32Array, ids: readonly number[]): void {
  const kept = ids.map((id) => logits[id])
  logits.fill(Number.NEGATIVE_INFINITY)
  for (const [i, id] of ids.entries()) logits[id] = kept[i]
}

/** Tokens in which an opener may end before the token does. */
function closingTokens(tokenizer: Tokenizer, openers: Openers): readonly number[] {
  const last = openers.lastBytes
  const key = [...last].sort().join()
  const known = closing.get(tokenizer) ?? new Map<string, readonly number[]>()
  closing.set(tokenizer, known)
  let ids = known.get(key)
  if (ids === undefined) {
    ids = Array.from({ length: tokenizer.size }, (_, id) => id).filter((id) => {
      const bytes = tokenizer.bytes(id)
      return bytes.subarray(0, -1).some((byte) => last.has(byte))
    })
    known.set(key, ids)
  }
  return ids
}

const closing = new WeakMap<Tokenizer, Map<string, readonly number[]>>()
