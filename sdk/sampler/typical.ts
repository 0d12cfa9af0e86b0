import { Candidates } from './candidates.js'

const deviations = new Candidates()

/**
 * Keeps the fewest candidates whose surprise is nearest to the expected one, the entropy, and that together have more than
 * probability `p`; never none (locally typical sampling; Meister et al., 2022).
 */
export function typical(candidates: Candidates, p: number): void {
  const { ids, logits, count } = candidates
  const max = candidates.max()
  if (count === 0 || max === Number.POSITIVE_INFINITY) return // what is infinite is decided by the temperature
  let total = 0
  for (let i = 0; i < count; i++) total += Math.exp(logits[i] - max)
  const logTotal = Math.log(total)
  let entropy = 0
  for (let i = 0; i < count; i++) {
    const logP = logits[i] - max - logTotal
    // What has rounded to no probability adds none: 0 · ln 0 is 0 here.
    if (logP > Number.NEGATIVE_INFINITY) entropy -= Math.exp(logP) * logP
  }
  deviations.fill(logits.subarray(0, count))
  for (let i = 0; i < count; i++) deviations.logits[i] = -Math.abs(max + logTotal - logits[i] - entropy)
  deviations.heapify()
  let kept = 0
  for (let mass = 0; kept < count && mass <= p * total; kept++) {
    deviations.popTo(count - kept)
    mass += Math.exp(logits[deviations.ids[count - kept - 1]] - max)
  }
  deviations.keepPopped(kept)
  // In the order that they had, so that nothing before a kept one is still needed when it moves forward.
  const places = deviations.ids.subarray(0, kept).sort()
  for (let i = 0; i < kept; i++) {
    ids[i] = ids[places[i]]
    logits[i] = logits[places[i]]
  }
  candidates.count = kept
}
