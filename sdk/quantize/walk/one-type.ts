/**
 * One type for every matrix, as llama-quantize --pure: where its columns are no whole blocks, the nearest type that fits.
 * takes  FloatWeights, a type, a method · gives  a Plan · before ./walk
 */
import { LutraError } from '../../../hal/error.js'
import { gridOf } from '../grid/index.js'
import type { FloatWeights } from '../source/weights.js'
import type { MethodName, Plan, TensorPlan } from './plan.js'

/** What llama.cpp writes instead where columns are no multiple of 256. */
const FALLBACKS: Readonly<Record<string, string>> = {
  ...{ Q2_K: 'Q4_0', Q3_K: 'Q4_0', TQ1_0: 'Q4_0', TQ2_0: 'Q4_0' },
  ...{ Q4_K: 'Q5_0', Q5_K: 'Q5_1', Q6_K: 'Q8_0', IQ4_XS: 'IQ4_NL' },
}

/** The type itself or what stands for it in a matrix of so many columns; F16 where nothing else does. */
export function fitting(type: string, cols: number): string {
  if (cols % gridOf(type).block === 0) return type
  const other = FALLBACKS[type]
  return other ? fitting(other, cols) : 'F16'
}

/** Names of the matrices that ops multiply by or look rows up in, in the order of the graph. */
export function matricesOf({ graph, shapes }: FloatWeights): string[] {
  const names = [...graph.body, ...graph.head].flatMap((op) =>
    op.op === 'linear' || op.op === 'embed' ? [graph.slices?.[op.weight]?.weight ?? op.weight] : [],
  )
  return [...new Set(names)].filter((name) => (shapes.get(name)?.length ?? 0) === 2)
}

export function oneType(model: FloatWeights, type: string, method: MethodName): Plan {
  const names = matricesOf(model)
  if (names.length === 0) throw new LutraError('mismatch', 'Expected a model with matrices but it has none')
  return new Map(
    names.map((name): [string, TensorPlan] => {
      const fits = fitting(type, model.shapes.get(name)?.[0] ?? 0)
      return [name, { type: fits, method: fits === 'F16' ? 'rtn' : method }]
    }),
  )
}
