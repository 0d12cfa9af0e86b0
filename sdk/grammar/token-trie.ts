/**
 * A vocabulary as two tries of bytes, walked instead of the list of tokens; built once per tokenizer.
 * takes  a tokenizer · gives tries in preorder, the alphabet, and what strings take of the tokens
 * before sdk/tokenizer, ./string-tokens · after ./token-mask
 */
import { latin1Bytes, latin1Text } from '../../hal/text.js'
import { atOnce, inTurns, type Steps } from '../../hal/turns.js'
import type { Tokenizer } from '../tokenizer/tokenizer.js'
import { Alphabet } from './alphabet.js'
import { headOf, type StringTokens, stringTokens } from './string-tokens.js'
import { type Entry, type Trie, trieOf } from './trie.js'

export interface Vocabulary {
  readonly size: number
  readonly stops: readonly number[]
  readonly alphabet: Alphabet
  /** Tokens that may stand inside any JSON string as they are: no quote, backslash or control, whole characters. */
  readonly plain: Trie
  readonly other: Trie
  /** The same tokens as strings take them. */
  readonly strings: StringTokens
}

/** Tokens looked at before others get a turn: well below a millisecond. */
const PART = 256

/** Longest token in bytes; longer ones are left out (the deepest known vocabularies stay below 512). */
const MAX_TOKEN_BYTES = 4096

const known = new WeakMap<Tokenizer, Vocabulary>()
const underWay = new WeakMap<Tokenizer, Promise<void>>()

/** The tokenizer's tries. A tokenizer's tokens never change, so they are made once. */
export function vocabularyOf(tokenizer: Tokenizer): Vocabulary {
  let vocabulary = known.get(tokenizer)
  if (vocabulary === undefined) {
    vocabulary = atOnce(build(tokenizer))
    known.set(tokenizer, vocabulary)
  }
  return vocabulary
}

/** Makes them in turns with others: 128k tokens take a second of processor time. */
export function prepareVocabulary(tokenizer: Tokenizer): Promise<void> {
  if (known.has(tokenizer)) return Promise.resolve()
  const making =
    underWay.get(tokenizer) ?? inTurns(build(tokenizer)).then((vocabulary) => void known.set(tokenizer, vocabulary))
  underWay.set(tokenizer, making)
  return making
}

function* build(tokenizer: Tokenizer): Steps<Vocabulary> {
  const { size } = tokenizer
  const entries: Entry[] = []
  const tokens: Uint8Array[] = []
  for (let id = 0; id < size; id++) {
    if (id % PART === 0) yield
    if (tokenizer.isControl(id) || tokenizer.stops.has(id)) continue
    const bytes = tokenizer.bytes(id)
    if (bytes.length === 0 || bytes.length > MAX_TOKEN_BYTES) continue
    tokens.push(bytes)
    // Latin-1: one character per byte, so that strings sort as bytes do.
    entries.push({ key: latin1Text(bytes), id })
  }
  const alphabet = new Alphabet(tokens)
  const plain: Entry[] = []
  const other: Entry[] = []
  for (const [i, entry] of entries.entries()) {
    if (i % PART === 0) yield
    if (headOf(entry.key) === entry.key.length) plain.push(entry)
    // Without all bytes as tokens, a character once begun might not be finished.
    else if (alphabet.complete || isWhole(entry.key)) other.push(entry)
  }
  return {
    size,
    stops: [...tokenizer.stops].filter((id) => id < size),
    alphabet,
    plain: yield* trieOf(plain),
    other: yield* trieOf(other),
    strings: yield* stringTokens([...plain, ...other], size),
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function isWhole(key: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  if (/^[\u0000-\u007f]*$/.test(key)) return true
  try {
    utf8.decode(latin1Bytes(key))
    return true
  } catch {
    return false
  }
}
