/**
 * Branch and bound over all choices: proves an allocation the best, or finds a better one, within a number of steps.
 * takes  items, steps of their hulls (best first), a first allocation · gives  choices, and whether they are proven
 * after  ./choose
 */
import { type Choice, hullOf, type Item, lossOf, type Step } from './hull.js'

/** Steps that bounds may go through: some tens of milliseconds. Small problems need thousands, large ones end unproven. */
const MOST_WORK = 5_000_000
/** Recursion is as deep as there are items. */
const MOST_ITEMS = 2000

export interface Found {
  readonly choices: readonly Choice[]
  readonly proven: boolean
}

export function search(
  items: readonly Item[],
  steps: readonly Step[],
  budget: number,
  first: readonly Choice[],
): Found {
  const hulls = items.map(hullOf)
  // What items i … take and lose at least bytes.
  const least = suffixSums(hulls.map(([smallest]) => smallest.bytes))
  const worst = suffixSums(hulls.map(([smallest]) => smallest.loss))
  let [best, lowest] = [[...first], lossOf(first)]
  let work = items.length > MOST_ITEMS ? MOST_WORK : 0
  const path: Choice[] = []

  /** Least loss of items `from` … within `left` bytes if tensors could be split between formats. */
  const bound = (from: number, left: number): number => {
    let [loss, rest] = [worst[from], left - least[from]]
    work += steps.length
    for (const { item, bytes, gain } of steps) {
      if (item < from) continue
      if (bytes > rest) return loss - (gain * rest) / bytes
      rest -= bytes
      loss -= gain
    }
    return loss
  }

  const visit = (i: number, left: number, loss: number): void => {
    if (work >= MOST_WORK) return
    if (i === items.length) {
      if (loss < lowest) [best, lowest] = [[...path], loss]
      return
    }
    const choices = items[i].choices
      .filter(({ bytes }) => bytes + least[i + 1] <= left)
      .map((choice) => ({ choice, bound: loss + choice.loss + bound(i + 1, left - choice.bytes) }))
      .sort((a, b) => a.bound - b.bound)
    for (const { choice, bound } of choices) {
      // Rounding in sums must not keep the tree growing for nothing.
      if (bound >= lowest - 1e-12 * Math.abs(lowest)) return
      path.push(choice)
      visit(i + 1, left - choice.bytes, loss + choice.loss)
      path.pop()
    }
  }
  visit(0, budget, 0)
  return { choices: best, proven: work < MOST_WORK }
}

function suffixSums(values: readonly number[]): number[] {
  const sums = [...values, 0]
  for (let i = values.length - 1; i >= 0; i--) sums[i] += sums[i + 1]
  return sums
}
