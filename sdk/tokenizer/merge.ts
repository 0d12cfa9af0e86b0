/**
 * Joins neighbouring parts of a text, lowest rank first, leftmost first among equals, until no pair has a rank.
 * takes  text, where its parts begin (UTF-16 offsets), rank of a pair · gives  where the joined parts begin
 * A heap keeps it at n log n, and it pauses on the way, so that one long word cannot stall the event loop.
 */
import type { Steps } from '../../hal/turns.js'

/** Rank of text[start, middle) next to text[middle, end); undefined if they do not join. */
export type Rank = (start: number, middle: number, end: number) => number | undefined

/** Ranks by pair, with a space between; of equal ones the first. */
export function* ranksOf(merges: readonly string[]): Steps<Map<string, number>> {
  const ranks = new Map<string, number>()
  // From the last, so that the first stays.
  for (let rank = merges.length - 1; rank >= 0; rank--) {
    ranks.set(merges[rank], rank)
    if (rank % stretch === 0) yield
  }
  return ranks
}

/** Entries of a table made between pauses: about a millisecond. */
const stretch = 2048

interface Pair {
  readonly rank: number
  readonly left: number
  readonly right: number
  /** Where the parts met and ended when the pair was seen; other values now mean that it is out of date. */
  readonly middle: number
  readonly end: number
}

/** Pairs looked at between pauses: below a millisecond. */
const part = 512

export function* mergeParts(starts: readonly number[], length: number, rank: Rank): Steps<number[]> {
  const n = starts.length
  const ends = new Int32Array(n)
  const next = new Int32Array(n)
  const previous = new Int32Array(n)
  for (let i = 0; i < n; i++) {
    ends[i] = i + 1 < n ? starts[i + 1] : length
    next[i] = i + 1 < n ? i + 1 : -1
    previous[i] = i - 1
  }
  const heap: Pair[] = []
  const consider = (left: number, right: number) => {
    if (left < 0 || right < 0) return
    const found = rank(starts[left], ends[left], ends[right])
    if (found !== undefined) push(heap, { rank: found, left, right, middle: ends[left], end: ends[right] })
  }
  for (let i = 1; i < n; i++) {
    consider(i - 1, i)
    if (i % part === 0) yield
  }
  let popped = 0
  for (let pair = pop(heap); pair; pair = pop(heap)) {
    if (++popped % part === 0) yield
    const { left, right } = pair
    if (ends[left] !== pair.middle || ends[right] !== pair.end || next[left] !== right) continue
    ends[left] = ends[right]
    ends[right] = -1
    next[left] = next[right]
    if (next[left] >= 0) previous[next[left]] = left
    consider(previous[left], left)
    consider(left, next[left])
  }
  const joined: number[] = []
  for (let i = n > 0 ? 0 : -1; i >= 0; i = next[i]) joined.push(starts[i])
  return joined
}

function before(a: Pair, b: Pair): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.left < b.left)
}

function push(heap: Pair[], pair: Pair): void {
  let at = heap.length
  heap.push(pair)
  while (at > 0) {
    const parent = (at - 1) >> 1
    if (!before(pair, heap[parent])) break
    heap[at] = heap[parent]
    at = parent
  }
  heap[at] = pair
}

function pop(heap: Pair[]): Pair | undefined {
  const top = heap[0]
  const last = heap.pop()
  if (!last || heap.length === 0) return top
  let at = 0
  for (;;) {
    let child = 2 * at + 1
    if (child >= heap.length) break
    if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++
    if (!before(heap[child], last)) break
    heap[at] = heap[child]
    at = child
  }
  heap[at] = last
  return top
}
