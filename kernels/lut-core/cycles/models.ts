/**
 * Models that can be timed without their files, from their published shapes. Their output layers are not here: those keep
 * 16 bits, and the host computes them.
 * before ../system/models · after ./whole
 */
import { bitnet2b, bitnet3b, linearsOf, type ModelShape, tinyLlama } from '../system/models.js'
import type { CountedLinear } from './whole.js'

export interface KnownModel {
  readonly name: string
  /** Where its sizes are published. */
  readonly source: string
  readonly linears: readonly CountedLinear[]
}

export const knownModels: readonly KnownModel[] = [
  known('bitnet-2b4t', bitnet2b, 2),
  known('bitnet-3b', bitnet3b, 2),
  known('tinyllama-w4', tinyLlama, 4, 32),
]

/** As files have them, those of one shape counted together. */
function known(name: string, model: ModelShape, bits: number, segment?: number): KnownModel {
  const as = segment === undefined ? '' : `, as if in ${bits} bits with a scale per ${segment} columns`
  const shapes = linearsOf(model).flatMap(({ parts, cols }) => parts.map((rows) => ({ rows, cols })))
  const counts = new Map<string, CountedLinear>()
  for (const { rows, cols } of shapes) {
    const count = (counts.get(`${rows} ${cols}`)?.count ?? 0) + model.layers
    counts.set(`${rows} ${cols}`, { rows, cols, bits, segment, count })
  }
  return { name, source: `${model.source}${as}`, linears: [...counts.values()] }
}
