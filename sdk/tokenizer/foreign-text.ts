/**
 * Keeps what stands in a conversation text: no part of it becomes a control token, whatever the template puts round it.
 * takes  a tokenizer, a character that stands nowhere, messages or tools · gives the same, broken up by that character
 * after ./chat, which has the tokenizer take the character out once the template's own marks are found
 */
import { LutraError } from '../../hal/error.js'
import type { Tokenizer } from './tokenizer.js'

/** Deepest nesting of what a template is given. */
const MAX_DEPTH = 64

export class ForeignText {
  readonly #marks: Marks

  constructor(
    tokenizer: Tokenizer,
    readonly guard: string,
  ) {
    this.#marks = marksOf(tokenizer)
  }

  /** Every text in it, names of fields included. */
  broken(value: unknown, own = false, depth = 0): unknown {
    if (depth > MAX_DEPTH)
      throw new LutraError('limit', `Expected messages nested at most ${MAX_DEPTH} deep but found more`)
    if (typeof value === 'string') return this.#text(value, own)
    if (Array.isArray(value)) return value.map((item) => this.broken(item, own, depth + 1))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.#text(key, own), this.broken(item, own, depth + 1)]),
    )
  }

  /**
   * `own`: the model's own words, which templates look into (for where its thoughts end): only whole marks are broken.
   * Of others every character that a mark could begin with is, so that no template can put one together.
   */
  #text(text: string, own: boolean): string {
    const { whole, starts, ends, longest } = this.#marks
    const { guard } = this
    const after = (mark: string) => mark + guard
    const broken = own ? text.replace(whole, after) : text.replace(starts, after).replace(whole, after)
    // Marks that the text and the template's words would make together, at its beginning and its end.
    const head = text.slice(0, longest).toLowerCase()
    const begins = [...head].some((_, i) => ends.has(head.slice(0, i + 1)))
    const closes = own && starts.test(text.slice(-longest))
    starts.lastIndex = 0
    return (begins ? guard : '') + broken + (closes ? guard : '')
  }
}

interface Marks {
  /** The first character of a mark, wherever one stands. */
  readonly whole: RegExp
  /** Characters, not letters or digits, that marks begin with. */
  readonly starts: RegExp
  /** The ends of marks, in lower case, and the length of the longest. */
  readonly ends: ReadonlySet<string>
  readonly longest: number
}

const known = new WeakMap<Tokenizer, Marks>()

/** Pieces that a template may use as marks: control tokens, and user-defined ones that look like them. */
function marksOf(tokenizer: Tokenizer): Marks {
  const found = known.get(tokenizer)
  if (found) return found
  const pieces: string[] = []
  for (let id = 0; id < tokenizer.size; id++) {
    const piece = tokenizer.piece(id)
    if (piece.length > 1 && (tokenizer.isControl(id) || /^<\|.*\|>$|^<[a-z_]+>$/.test(piece))) pieces.push(piece)
  }
  const ends = new Set(pieces.flatMap((piece) => [...piece.slice(1)].map((_, i) => piece.slice(i + 1).toLowerCase())))
  const firsts = new Set(pieces.map((piece) => [...piece][0]).filter((first) => !/[\p{L}\p{N}]/u.test(first)))
  const marks = {
    // Templates change letters' case; a look ahead, since marks may overlap.
    whole: anyOf(pieces, (all) => `(?=${all}).`),
    starts: anyOf([...firsts], (all) => `(?:${all})`),
    ends,
    longest: Math.max(0, ...[...ends].map((end) => end.length)),
  }
  known.set(tokenizer, marks)
  return marks
}

function anyOf(texts: readonly string[], around: (all: string) => string): RegExp {
  const all = texts.map((text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
  return new RegExp(all.length === 0 ? '(?!)' : around(`(?:${all.join('|')})`), 'gisu')
}
