/**
 * Cuts a text at the tokens that stand in it literally.
 * takes  text, which kinds of tokens to look for · gives  plain strings and token ids, in order
 * before ./sentencepiece, ./byte-level, ./word-piece encode the strings
 */
import { utf8Bytes } from '../../hal/text.js'
import type { Steps } from '../../hal/turns.js'
import { tokenType, type Vocabulary } from './vocabulary.js'

export type Parts = (string | number)[]

/** With `special` cuts at control and unknown tokens too; without, at user-defined ones (not if guarded). */
export type Partition = (text: string, special: boolean) => Steps<Parts>

interface Literal {
  readonly piece: string
  readonly id: number
  /** Found in any text. */
  readonly always: boolean
  readonly left: boolean
  readonly right: boolean
  /** Not inside a word. */
  readonly alone: boolean
}

/** Places looked at between pauses: below a millisecond. */
const part = 1024

export function createPartition(vocabulary: Vocabulary): Partition {
  const literals = literalsOf(vocabulary)
  if (literals.size === 0)
    // biome-ignore lint/correctness/useYield: nothing to look for takes no time
    return function* (text) {
      return text === '' ? [] : [text]
    }
  const lengths = lengthsByStart(literals)
  const starts = new RegExp(`[${[...lengths.keys()].map(escaped).join('')}]`, 'g')
  const order = [...literals.values()].sort(
    (a, b) => utf8Bytes(b.piece).length - utf8Bytes(a.piece).length || a.id - b.id,
  )

  /** All literals that stand in the text, place by place; at each the longest first. */
  function* found(text: string, special: boolean): Generator<{ literal: Literal; at: number } | undefined> {
    let places = 0
    for (const { index } of text.matchAll(starts)) {
      if (++places % part === 0) yield undefined
      for (const length of lengths.get(text.charCodeAt(index))!) {
        const literal = literals.get(text.slice(index, index + length))
        if (literal && (literal.always || special)) yield { literal, at: index }
      }
    }
  }

  function* leftmost(text: string, special: boolean): Steps<Parts> {
    const parts: Parts = []
    let from = 0
    for (const each of found(text, special)) {
      if (!each) yield
      else if (each.at >= from && !(each.literal.alone && insideWord(text, each.at, each.literal.piece.length))) {
        const { literal, at } = each
        add(parts, text.slice(from, at), false, literal.left, anySpace)
        parts.push(literal.id)
        from = at + literal.piece.length
        if (literal.right) from = text.length - text.slice(from).replace(anySpace.begin, '').length
      }
    }
    add(parts, text.slice(from), false, false, anySpace)
    return parts
  }

  function* longest(text: string, special: boolean): Steps<Parts> {
    const there = new Set<Literal>()
    for (const each of found(text, special)) {
      if (each) there.add(each.literal)
      else yield
    }
    let parts: Parts = text === '' ? [] : [text]
    for (const literal of order) {
      if (!there.has(literal)) continue
      parts = parts.flatMap((each) => (typeof each === 'string' ? cut(each, literal) : [each]))
      yield
    }
    return parts
  }

  return vocabulary.overlap === 'leftmost' ? leftmost : longest
}

function literalsOf(vocabulary: Vocabulary): Map<string, Literal> {
  const literals = new Map<string, Literal>()
  vocabulary.pieces.forEach((piece, id) => {
    const type = vocabulary.types[id]
    const userDefined = type === tokenType.userDefined
    if (!userDefined && type !== tokenType.control && type !== tokenType.unknown) return
    if (piece === '' || literals.has(piece)) return
    const { left = false, right = false, alone = false } = vocabulary.strips.get(id) ?? {}
    literals.set(piece, { piece, id, always: userDefined && !vocabulary.guarded, left, right, alone })
  })
  return literals
}

/** By the first UTF-16 unit: the lengths of the pieces that begin with it, longest first. */
function lengthsByStart(literals: ReadonlyMap<string, Literal>): Map<number, number[]> {
  const sets = new Map<number, Set<number>>()
  for (const piece of literals.keys()) {
    const set = sets.get(piece.charCodeAt(0)) ?? new Set()
    sets.set(piece.charCodeAt(0), set.add(piece.length))
  }
  return new Map([...sets].map(([start, set]) => [start, [...set].sort((a, b) => b - a)]))
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`
}

interface Space {
  readonly begin: RegExp
  readonly is: RegExp
}
/** What C calls space, and what Unicode does. */
const asciiSpace: Space = { begin: /^[ \t-\r]+/, is: /[ \t-\r]/ }
const anySpace: Space = { begin: /^\p{White_Space}+/u, is: /\p{White_Space}/u }

function cut(text: string, literal: Literal): Parts {
  const parts: Parts = []
  text.split(literal.piece).forEach((between, i, all) => {
    if (i > 0) parts.push(literal.id)
    add(parts, between, i > 0 && literal.right, i < all.length - 1 && literal.left, asciiSpace)
  })
  return parts
}

function add(parts: Parts, text: string, trimBegin: boolean, trimEnd: boolean, space: Space): void {
  let kept = trimBegin ? text.replace(space.begin, '') : text
  // By hand: a regular expression would look from every space to the end of its run.
  let end = kept.length
  while (trimEnd && end > 0 && space.is.test(kept[end - 1])) end--
  kept = kept.slice(0, end)
  if (kept !== '') parts.push(kept)
}

function insideWord(text: string, at: number, length: number): boolean {
  return wordEnd.test(text.slice(Math.max(0, at - 2), at)) || wordBegin.test(text.slice(at + length, at + length + 2))
}
const wordEnd = /[\p{L}\p{M}\p{N}_]$/u
const wordBegin = /^[\p{L}\p{M}\p{N}_]/u
