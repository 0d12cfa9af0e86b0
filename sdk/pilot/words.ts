/**
 * The pilot's word list in the model file: sorted words, each as the letters it shares with the one before (A none,
 * B one …), the rest of it, and the class of its frequency as a digit: "Aarm6Bm2" would be arm and am.
 * takes  metadata `lutra.pilot.words` · gives  a WordList · before ./data/make-words · after ./spelling
 */
import { LutraError } from '../../hal/error.js'
import type { WordList } from './spelling.js'

const lists = new WeakMap<ReadonlyMap<string, unknown>, WordList>()

/** A model file's list, empty where it has none. Throws `format`. */
export function wordsOf(metadata: ReadonlyMap<string, unknown>): WordList {
  const known = lists.get(metadata)
  if (known !== undefined) return known
  const packed = metadata.get(WORDS_KEY)
  const list = packed === undefined ? new Map() : unpackWords(String(packed))
  lists.set(metadata, list)
  return list
}

export const WORDS_KEY = 'lutra.pilot.words'
const FIRST = 65
const MOST_SHARED = 25
const ENTRY = /([A-Z])([a-z']*)(\d)/g

export function packWords(list: WordList): string {
  let before = ''
  let out = ''
  for (const word of [...list.keys()].sort()) {
    let shared = 0
    while (shared < MOST_SHARED && shared < before.length && before[shared] === word[shared]) shared++
    out += String.fromCharCode(FIRST + shared) + word.slice(shared) + list.get(word)
    before = word
  }
  return out
}

/** Throws `format` where the text is no packed list. */
export function unpackWords(packed: string): WordList {
  const list = new Map<string, number>()
  let before = ''
  let read = 0
  for (const [entry, shared, rest, frequency] of packed.matchAll(ENTRY)) {
    const word = before.slice(0, shared.charCodeAt(0) - FIRST) + rest
    list.set(word, Number(frequency))
    before = word
    read += entry.length
  }
  if (read !== packed.length)
    throw new LutraError(
      'format',
      `Expected packed words in ${WORDS_KEY} but found ${packed.length - read} other characters`,
    )
  return list
}
