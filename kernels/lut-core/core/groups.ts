/**
 * The groups of K columns that one lookup covers. A group never crosses a segment: its columns share a scale.
 * after  ./pack, ./tables, ../lmma
 */

/** Columns from … to - 1, at most K of them; what is missing to K counts as activation 0. */
export interface Group {
  readonly from: number
  readonly to: number
}

export function groupsOf(cols: number, segment: number, k: number): Group[] {
  const groups: Group[] = []
  for (let begin = 0; begin < cols; begin += segment) {
    const end = Math.min(begin + segment, cols)
    for (let from = begin; from < end; from += k) groups.push({ from, to: Math.min(from + k, end) })
  }
  return groups
}
