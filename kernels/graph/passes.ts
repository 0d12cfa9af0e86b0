/**
 * Sequences that run together, cut into passes of so many tokens: neighbours share a pass, so that a row of weights is read
 * once for them.
 * takes  each sequence's ids, its position, what is wanted of it · gives  spans of tokens; the rows that the head is run for
 * after  an engine's run
 */
import type { Wanted } from '../../hal/backend.js'

/** A sequence in a run: its next ids, which follow `position` tokens in its cache. */
export interface Part {
  readonly position: number
  readonly ids: Int32Array<ArrayBuffer>
  readonly wanted: Wanted
}

/** Tokens first … first + n of a part, in a pass from `row` on; the first one stands at `position`. */
export interface Span {
  readonly part: number
  readonly position: number
  readonly ids: Int32Array<ArrayBuffer>
  readonly first: number
  readonly row: number
  readonly n: number
}

/** The rows from … to of a pass that a part wants, and where they go in its answer. */
export interface Rows {
  readonly part: number
  readonly hidden: boolean
  readonly from: number
  readonly to: number
  readonly at: number
}

/** The parts' tokens in order, `most` to a pass. */
export function* passes(parts: readonly Part[], most: number): Generator<Span[]> {
  let spans: Span[] = []
  let row = 0
  for (const [part, { position, ids }] of parts.entries())
    for (let first = 0; first < ids.length; ) {
      const n = Math.min(ids.length - first, most - row)
      spans.push({ part, position: position + first, ids: ids.subarray(first, first + n), first, row, n })
      first += n
      row += n
      if (row < most) continue
      yield spans
      spans = []
      row = 0
    }
  if (spans.length > 0) yield spans
}

export function rowsOf({ part, first, row, n }: Span, { wanted, ids }: Part): Rows[] {
  const last = wanted === 'last'
  if (wanted === 'none' || (last && first + n < ids.length)) return []
  return [{ part, hidden: wanted === 'hidden', from: last ? row + n - 1 : row, to: row + n, at: last ? 0 : first }]
}

/** Neighbours as one, so that the head's weights are read once for them. */
export function joined(rows: readonly Rows[]): Rows[] {
  const all: Rows[] = []
  for (const next of rows) {
    const last = all.at(-1)
    if (last && last.hidden === next.hidden && last.to === next.from) all[all.length - 1] = { ...last, to: next.to }
    else all.push(next)
  }
  return all
}
