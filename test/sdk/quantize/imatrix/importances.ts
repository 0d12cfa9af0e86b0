import type { Importance } from '../../../../sdk/quantize/imatrix/importance.js'
import { createRandom } from '../../../../sdk/sampler/random.js'

/** An importance of `tensors` matrices of few columns; of `experts` each. Counts are whole chunks of 64 tokens. */
export function madeImportance(seed: number, tensors = 3, experts = 1): Importance {
  const random = createRandom(seed)
  const names = Array.from({ length: tensors }, (_, i) => `blk.${i}.ffn_down.weight`)
  return {
    diagonal: new Map(
      names.map((name, i) => [name, Float32Array.from({ length: (5 + i) * experts }, () => random() * 4)]),
    ),
    counts: new Map(names.map((name) => [name, new Float32Array(experts).fill(64 * 3)])),
    datasets: ['made.txt'],
    chunks: 3,
    chunkSize: 64,
  }
}
