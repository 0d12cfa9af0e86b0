/**
 * Spends what the relaxation leaves of a budget: single changes that fit, then exchanges of two, while any lowers the loss.
 * takes  items, a choice each within the budget · gives  choices, no worse
 * after  ./choose
 */
import type { Choice, Item } from './hull.js'

/** Exchanges look at all pairs: beyond this many tensors single changes have to do. */
const MOST_PAIRED = 400

export function repair(items: readonly Item[], start: readonly Choice[], budget: number): Choice[] {
  const now = [...start]
  let left = budget - now.reduce((sum, { bytes }) => sum + bytes, 0)
  for (;;) {
    const better = single(items, now, left) ?? (items.length <= MOST_PAIRED ? exchange(items, now, left) : undefined)
    if (!better) return now
    for (const [i, choice] of better) {
      left -= choice.bytes - now[i].bytes
      now[i] = choice
    }
  }
}

type Change = readonly [item: number, choice: Choice]

/** The change of one tensor that takes most loss off. */
function single(items: readonly Item[], now: readonly Choice[], left: number): Change[] | undefined {
  let [most, found]: [number, Change[] | undefined] = [0, undefined]
  items.forEach(({ choices }, i) => {
    for (const choice of choices) {
      const gain = now[i].loss - choice.loss
      if (choice.bytes - now[i].bytes <= left && gain > most) [most, found] = [gain, [[i, choice]]]
    }
  })
  return found
}

/** One tensor gives bytes up, another one takes them: the pair that takes most loss off. */
function exchange(items: readonly Item[], now: readonly Choice[], left: number): Change[] | undefined {
  const changes = items.flatMap(({ choices }, i) =>
    choices.map((choice) => ({ i, choice, bytes: choice.bytes - now[i].bytes, gain: now[i].loss - choice.loss })),
  )
  const givers = changes.filter(({ bytes }) => bytes < 0)
  const takers = changes.filter(({ bytes, gain }) => bytes > left && gain > 0).sort((a, b) => b.gain - a.gain)
  let [most, found]: [number, Change[] | undefined] = [0, undefined]
  for (const giver of givers)
    for (const taker of takers) {
      const gain = taker.gain + giver.gain
      if (gain <= most) break
      // Sums of rounded losses may promise what they do not keep: only a real gain ends the loop of repair.
      if (taker.i === giver.i || taker.bytes + giver.bytes > left || gain <= 1e-12 * taker.gain) continue
      ;[most, found] = [
        gain,
        [
          [giver.i, giver.choice],
          [taker.i, taker.choice],
        ],
      ]
    }
  return found
}
