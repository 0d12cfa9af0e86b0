/**
 * A trie of byte strings as flat arrays in preorder.
 * takes  keys in Latin-1 (a character per byte) with an id each · gives a Trie
 * before nothing · after ./token-trie, ./string-tokens
 */
import type { Steps } from '../../hal/turns.js'

/** Latin-1, so that strings sort as bytes do. */
export interface Entry {
  readonly key: string
  readonly id: number
}

/** Nodes in preorder: to skip what hangs below node i, go on at `end[i]`. */
export interface Trie {
  readonly size: number
  readonly byte: Uint8Array
  readonly depth: Uint16Array
  readonly end: Int32Array
  /** The ids that end at node i: ids[from[i] .. from[i + 1]). */
  readonly from: Int32Array
  readonly ids: Int32Array
}

/** Entries looked at before others get a turn: well below a millisecond. */
const PART = 256

/** Keys are not empty. */
export function* trieOf(entries: readonly Entry[]): Steps<Trie> {
  const all = yield* sorted(entries)
  const trie = new GrowingTrie(all)
  for (let from = 0; from < all.length; from += PART) {
    trie.add(all.slice(from, from + PART))
    yield
  }
  return trie.finish()
}

/** Filled in plain functions: loops in generators stay slow for long. */
class GrowingTrie {
  readonly #byte: Uint8Array
  readonly #depth: Uint16Array
  readonly #end: Int32Array
  readonly #from: Int32Array
  readonly #ids: Int32Array
  readonly #open: number[] = []
  #size = 0
  #count = 0
  #last = ''

  constructor(entries: readonly Entry[]) {
    let most = 0
    for (const { key } of entries) most += key.length
    this.#byte = new Uint8Array(most)
    this.#depth = new Uint16Array(most)
    this.#end = new Int32Array(most)
    this.#from = new Int32Array(most + 1)
    this.#ids = new Int32Array(entries.length)
  }

  /** In order. */
  add(entries: readonly Entry[]): void {
    for (const { key, id } of entries) {
      const last = this.#last
      let shared = 0
      while (shared < last.length && shared < key.length && last.charCodeAt(shared) === key.charCodeAt(shared)) shared++
      this.#close(shared)
      for (let i = shared; i < key.length; i++) {
        this.#open.push(this.#size)
        this.#byte[this.#size] = key.charCodeAt(i)
        this.#depth[this.#size] = i
        this.#from[this.#size++] = this.#count
      }
      this.#ids[this.#count++] = id
      this.#last = key
    }
  }

  finish(): Trie {
    this.#close(0)
    const size = this.#size
    this.#from[size] = this.#count
    return {
      size,
      byte: this.#byte.slice(0, size),
      depth: this.#depth.slice(0, size),
      end: this.#end.slice(0, size),
      from: this.#from.slice(0, size + 1),
      ids: this.#ids,
    }
  }

  #close(depth: number): void {
    while (this.#open.length > depth) this.#end[this.#open.pop() as number] = this.#size
  }
}

/** Sorted as bytes are. By their first two bytes first, since sorting cannot pause. */
function* sorted(entries: readonly Entry[]): Steps<Entry[]> {
  const groups = new Map<string, Entry[]>()
  for (const [i, entry] of entries.entries()) {
    if (i % PART === 0) yield
    const lead = entry.key.slice(0, 2)
    const group = groups.get(lead)
    if (group === undefined) groups.set(lead, [entry])
    else group.push(entry)
  }
  const all: Entry[] = []
  for (const lead of [...groups.keys()].sort()) {
    const group = groups.get(lead) as Entry[]
    group.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.id - b.id))
    for (const entry of group) all.push(entry)
    yield
  }
  return all
}
