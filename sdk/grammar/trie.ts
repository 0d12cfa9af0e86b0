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
  const byte: number[] = []
  const depth: number[] = []
  const end: number[] = []
  const from: number[] = []
  const ids: number[] = []
  const open: number[] = []
  let last = ''
  for (const { key, id } of yield* sorted(entries)) {
    if (ids.length % PART === 0) yield
    let shared = 0
    while (shared < last.length && shared < key.length && last.charCodeAt(shared) === key.charCodeAt(shared)) shared++
    while (open.length > shared) end[open.pop() as number] = byte.length
    for (let i = shared; i < key.length; i++) {
      open.push(byte.length)
      byte.push(key.charCodeAt(i))
      depth.push(i)
      end.push(0)
      from.push(ids.length)
    }
    ids.push(id)
    last = key
  }
  while (open.length > 0) end[open.pop() as number] = byte.length
  from.push(ids.length)
  return {
    size: byte.length,
    byte: Uint8Array.from(byte),
    depth: Uint16Array.from(depth),
    end: Int32Array.from(end),
    from: Int32Array.from(from),
    ids: Int32Array.from(ids),
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
