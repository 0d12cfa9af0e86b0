/**
 * What error feedback needs to know of an embedding. Rows are looked up: no product tells which columns matter, so all do
 * alike. One that is the head too is also multiplied by what the layers give: half of H is that, half the identity.
 * takes  a model, windows · gives  Statistics · before ./matrix · after ./walk
 */
import type { Op } from '../../../kernels/graph/graph.js'
import { type Forward, forward } from '../calibrate/forward.js'
import type { Live } from '../calibrate/live.js'
import { sharedFloats } from '../rows/shared.js'
import { shapeOf } from '../source/weights.js'
import { type Statistics, statisticsOf } from './statistics.js'

/**
 * Identity over H's mean diagonal. In Q4_0 (docs/quantize.md) stories260K lost least with 1 (of 0, 1, 4, 16), BabyLlama with 4
 * (of 0, 1, 4), 3 % less than with 1.
 */
const SHARE = 1

export async function embeddingStatistics(
  name: string,
  { model, algebra, signal }: Pick<Forward, 'model' | 'algebra' | 'signal'>,
  windows: readonly Int32Array[],
): Promise<Statistics> {
  const [cols] = shapeOf(model, name)
  let found: Statistics | undefined
  const head = model.graph.head.find((op) => op.op === 'linear' && op.weight === name)
  const before = async (op: Op, live: Live) => {
    if (op === head && op.op === 'linear') found = await statisticsOf(algebra, cols, live.get(op.in), undefined)
  }
  // Layers are not quantized yet when the embedding is: inputs are the float model's.
  if (head && windows.length > 0) await forward({ model, algebra, before, logits: false, signal }, windows)
  const { tokens, hessian } = found ?? { tokens: 0, hessian: sharedFloats(cols * cols) }
  let sum = 0
  for (let i = 0; i < cols; i++) sum += hessian[i * cols + i]
  const added = sum > 0 ? (SHARE * sum) / cols : 1
  for (let i = 0; i < cols; i++) hessian[i * cols + i] += added
  return { tokens, cols, hessian, diagonal: Float32Array.from({ length: cols }, (_, i) => hessian[i * cols + i]) }
}
