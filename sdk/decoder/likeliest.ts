/** The `n` likeliest tokens, likeliest first, the lower id first among equals. */
export function likeliest(logits: Float32Array, n: number): number[] {
  const best: number[] = []
  for (let id = 0; id < logits.length; id++) {
    if (best.length === n && !(logits[id] > logits[best[n - 1]])) continue
    if (!(logits[id] > Number.NEGATIVE_INFINITY)) continue // forbidden, or NaN
    let at = best.length
    while (at > 0 && logits[best[at - 1]] < logits[id]) at--
    best.splice(at, 0, id)
    best.length = Math.min(best.length, n)
  }
  return best
}
