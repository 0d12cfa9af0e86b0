/** ln Σ exp(logits[from … from + count)), over those that are not forbidden; -Infinity if all are. */
export function logSumExp(logits: Float32Array, from = 0, count = logits.length - from): number {
  let max = Number.NEGATIVE_INFINITY
  for (let i = from; i < from + count; i++) if (logits[i] > max) max = logits[i]
  if (max === Number.NEGATIVE_INFINITY) return max
  let sum = 0
  for (let i = from; i < from + count; i++) if (logits[i] > Number.NEGATIVE_INFINITY) sum += Math.exp(logits[i] - max)
  return max + Math.log(sum)
}
