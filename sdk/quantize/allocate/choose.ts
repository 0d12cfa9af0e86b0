/**
 * Which of its possible formats each tensor gets: the least total loss within a budget of bytes.
 * takes  tensors with (bytes, loss) of each format, a budget · gives  a choice each, and how far from the best it may be
 * before ./budget, ./survey · after ../walk's plan
 * A multiple-choice knapsack. The Lagrangian relaxation (minimize loss + λ · bytes, each tensor by itself) answers it up to
 * one step; ./repair spends the rest, ./search proves or betters it where that is cheap.
 */
import { LutraError } from '../../../hal/error.js'
import { type Choice, hullOf, type Item, lossOf, stepsOf } from './hull.js'
import { repair } from './repair.js'
import { search } from './search.js'

export type { Choice, Item } from './hull.js'

export interface Allocation {
  readonly choices: ReadonlyMap<string, Choice>
  readonly bytes: number
  readonly loss: number
  /** No allocation within the budget has a loss below this (the relaxation's value, or `loss` itself where it is proven). */
  readonly bound: number
  /** Loss that one more byte would take off, where the budget ends; 0 where all is at its best. */
  readonly lambda: number
}

/**
 * @param budget bytes for all items together; what else is in the file has been taken off
 * @throws LutraError limit (the smallest formats are beyond the budget), mismatch (an item without choices, or sizes
 * and losses that are no numbers)
 */
export function allocate(items: readonly Item[], budget: number): Allocation {
  const hulls = items.map(hullOf)
  const least = hulls.reduce((sum, [first]) => sum + first.bytes, 0)
  if (least > budget)
    throw new LutraError(
      'limit',
      `Expected a budget of ${least} bytes at least (the smallest format for each of ${items.length} tensors) but found ` +
        `${Math.floor(budget)}; allow smaller formats or a larger budget`,
    )
  const steps = stepsOf(hulls)
  const at = hulls.map(() => 0)
  let left = budget - least
  let [bound, lambda] = [hulls.reduce((sum, [first]) => sum + first.loss, 0), 0]
  // Steps come best first; the first that does not fit ends the relaxation, later ones may still fit.
  for (const { item, to, bytes, gain } of steps) {
    if (bytes <= left && at[item] === to - 1) {
      at[item] = to
      left -= bytes
      if (lambda === 0) bound -= gain
    } else if (lambda === 0) {
      lambda = gain / bytes
      bound -= lambda * left
    }
  }
  const first = repair(
    items,
    hulls.map((hull, i) => hull[at[i]]),
    budget,
  )
  const best = search(items, steps, budget, first)
  const bytes = best.choices.reduce((sum, each) => sum + each.bytes, 0)
  const loss = lossOf(best.choices)
  return {
    choices: new Map(items.map(({ name }, i) => [name, best.choices[i]])),
    bytes,
    loss,
    bound: best.proven ? loss : Math.min(bound, loss),
    lambda,
  }
}
