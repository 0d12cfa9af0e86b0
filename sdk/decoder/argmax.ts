/** The likeliest of the first `count` tokens, the lowest id among equals; -1 if none is allowed. */
export function argmax(logits: ArrayLike<number>, count = logits.length): number {
  let best = -1
  let max = Number.NEGATIVE_INFINITY
  for (let i = 0; i < count; i++) {
    if (logits[i] > max) {
      max = logits[i]
      best = i
    }
  }
  return best
}
