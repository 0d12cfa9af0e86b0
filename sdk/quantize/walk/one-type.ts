/**
 * One type for every matrix, as llama-quantize --pure: where its columns are no whole blocks, the nearest type that fits.
 * takes  FloatWeights, a type, a method · gives  a Plan · before ./walk
 */
import { LutraError } from '../../../hal/error.js'
import { fitting } from '../allocate/fallback.js'
import { vqFor } from '../method/vq/geometry.js'
import type { FloatWeights } from '../source/weights.js'
import type { MethodName, Plan, TensorPlan } from './plan.js'

/** Names of the matrices that ops multiply by or look rows up in, in the order of the graph. */
export function matricesOf({ graph, shapes }: FloatWeights): string[] {
  const names = [...graph.body, ...graph.head].flatMap((op) =>
    op.op === 'linear' || op.op === 'embed' ? [graph.slices?.[op.weight]?.weight ?? op.weight] : [],
  )
  return [...new Set(names)].filter((name) => (shapes.get(name)?.length ?? 0) === 2)
}

/** Codebooks of 1, 2 or 4 lanes: VQ2D2 has pairs with 2 bits a weight, VQ2.5D2 with 2.5. */
const VQ = /^VQ(\d(?:\.\d+)?)D([124])$/

/** The embedding and the head, where all else is in codebooks. */
const AROUND_VQ = 'Q8_0'

/** `type` is a format, or VQ<bits>D<lanes> for codebooks that fit each matrix; `around`: of the embedding and the head. */
export function oneType(model: FloatWeights, type: string, method: MethodName, around?: string): Plan {
  const names = matricesOf(model)
  if (names.length === 0) throw new LutraError('mismatch', 'Expected a model with matrices but it has none')
  const vq = VQ.exec(type)
  return new Map(
    names.map((name): [string, TensorPlan] => {
      const [cols = 0, rows = 1] = model.shapes.get(name) ?? []
      if (vq && name.startsWith('blk.')) {
        const wish = { bits: Number(vq[1]), lanes: Number(vq[2]) as 1 | 2 | 4 }
        return [name, { type: vqFor(rows, cols, wish).name, method: 'gptvq' }]
      }
      const outside = (around ?? (vq ? AROUND_VQ : type)).toUpperCase()
      const fits = fitting(name.startsWith('blk.') ? type : outside, cols)
      return [name, { type: fits, method: fits === 'F16' ? 'rtn' : method === 'gptvq' ? 'gptq' : method }]
    }),
  )
}
