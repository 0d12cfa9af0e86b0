/**
 * Causal attention: each token weighs the values of all tokens before it and its own, or of the last `window` of them.
 * Scores and sums in float64.
 * takes  q (tokens × heads · headDim); k, v of the layer (positions × kvHeads · headDim), the tokens' own included
 * gives  out (tokens × heads · headDim); token t stands at `position` + t
 */
export interface Heads {
  readonly heads: number
  readonly kvHeads: number
  readonly headDim: number
  readonly scale: number
  readonly window?: number
}

export function attention(
  { heads, kvHeads, headDim, scale, window = Number.POSITIVE_INFINITY }: Heads,
  q: Float32Array,
  k: Float32Array,
  v: Float32Array,
  out: Float32Array,
  position: number,
  n: number,
  scores: Float64Array,
): void {
  const group = heads / kvHeads
  const stride = kvHeads * headDim
  for (let t = 0; t < n; t++)
    for (let h = 0; h < heads; h++) {
      const seen = position + t + 1
      const first = Math.max(0, seen - window)
      const at = (t * heads + h) * headDim
      const kv = Math.floor(h / group) * headDim
      let most = Number.NEGATIVE_INFINITY
      for (let p = first; p < seen; p++) {
        const key = p * stride + kv
        let score = 0
        for (let d = 0; d < headDim; d++) score += q[at + d] * k[key + d]
        scores[p] = score * scale
        if (scores[p] > most) most = scores[p]
      }
      let total = 0
      for (let p = first; p < seen; p++) {
        scores[p] = Math.exp(scores[p] - most)
        total += scores[p]
      }
      weigh(scores, first, seen, total, v, stride, kv, headDim, out, at)
    }
}

/** Four columns at a time, so that values are read once in order and sums stay in registers. */
function weigh(
  scores: Float64Array,
  first: number,
  seen: number,
  total: number,
  v: Float32Array,
  stride: number,
  kv: number,
  headDim: number,
  out: Float32Array,
  at: number,
): void {
  let d = 0
  for (; d + 4 <= headDim; d += 4) {
    let s0 = 0
    let s1 = 0
    let s2 = 0
    let s3 = 0
    for (let p = first, value = first * stride + kv + d; p < seen; p++, value += stride) {
      const score = scores[p]
      s0 += score * v[value]
      s1 += score * v[value + 1]
      s2 += score * v[value + 2]
      s3 += score * v[value + 3]
    }
    out[at + d] = s0 / total
    out[at + d + 1] = s1 / total
    out[at + d + 2] = s2 / total
    out[at + d + 3] = s3 / total
  }
  for (; d < headDim; d++) {
    let sum = 0
    for (let p = first; p < seen; p++) sum += scores[p] * v[p * stride + kv + d]
    out[at + d] = sum / total
  }
}
