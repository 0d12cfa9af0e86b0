/**
 * Causal attention of whole windows in float32: scores and values are products of the lent linear algebra, head by head.
 * takes  q, k, v of all tokens · gives  out (tokens × heads · headDim) · before ./apply
 */
import type { LinearAlgebra } from '../../../hal/linear-algebra.js'
import type { Op } from '../../../kernels/graph/graph.js'
import { sharedFloats } from '../rows/shared.js'
import type { Live } from './live.js'

type Attention = Extract<Op, { op: 'attention' }>

export async function attend(op: Attention, live: Live, algebra: LinearAlgebra): Promise<void> {
  const { heads, kvHeads, headDim, scale, window = Number.POSITIVE_INFINITY } = op
  const [q, k, v] = [live.get(op.q), live.get(op.k), live.get(op.v)]
  const out = live.put(op.out, heads * headDim)
  const [strideQ, strideK] = [heads * headDim, kvHeads * headDim]
  const longest = Math.max(...live.starts.slice(1).map((end, i) => end - live.starts[i]))
  const scores = sharedFloats(longest * longest)
  for (let i = 0; i + 1 < live.starts.length; i++) {
    const [from, n] = [live.starts[i], live.starts[i + 1] - live.starts[i]]
    for (let head = 0; head < heads; head++) {
      const kv = from * strideK + Math.floor(head / (heads / kvHeads)) * headDim
      const at = from * strideQ + head * headDim
      await algebra.multiply(q.subarray(at), k.subarray(kv), scores, {
        ...{ m: n, n, k: headDim, transposeB: true, alpha: scale },
        ...{ strideA: strideQ, strideB: strideK },
      })
      for (let t = 0; t < n; t++) softmax(scores.subarray(t * n, (t + 1) * n), Math.max(0, t + 1 - window), t + 1)
      await algebra.multiply(scores, v.subarray(kv), out.subarray(at), {
        ...{ m: n, n: headDim, k: n },
        ...{ strideB: strideK, strideC: strideQ },
      })
    }
  }
}

/** Over [from, to); the rest becomes 0. */
function softmax(row: Float32Array, from: number, to: number): void {
  let most = Number.NEGATIVE_INFINITY
  for (let i = from; i < to; i++) most = Math.max(most, row[i])
  let sum = 0
  for (let i = from; i < to; i++) {
    row[i] = Math.exp(row[i] - most)
    sum += row[i]
  }
  row.fill(0, 0, from)
  row.fill(0, to)
  for (let i = from; i < to; i++) row[i] /= sum
}
