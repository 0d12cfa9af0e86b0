/**
 * Input channels of matrices made larger, and what feeds them smaller by as much: a norm's gains, or the rows of values or
 * up. (W diag(s)) · (x / s) = W · x, so the float model stays the same; what rounding does to it does not.
 * takes  FloatWeights, scales by site · gives  FloatWeights of the same function
 * before ./anatomy · after ./awq, ./equalize
 */
import { LutraError } from '../../../hal/error.js'
import type { FloatWeights } from '../source/weights.js'
import { type Anatomy, type Attention, anatomyOf, type Matrix } from './anatomy.js'
import { Changes } from './changes.js'
import { scaleColumns, scaleRows, scaleVector } from './scale.js'

/** Matrices that share an input whose channels can be scaled. */
export interface Site {
  /** The norm's weight that feeds them or, where attention or a gate does, their own tensor. */
  readonly name: string
  readonly readers: readonly Matrix[]
  readonly cols: number
  /** The matrix whose rows take the inverse; absent: the norm called `name` does. */
  readonly feeder?: Matrix
  /** Row of the feeder that column c comes from: several query heads read one value head. Absent: each its own. */
  readonly rowOf?: Int32Array
}

/** In the order of the graph. A tied head has no site: its columns are the embedding's. */
export function sitesOf(weights: FloatWeights): Site[] {
  const { parts, lastNorm, head, tied }: Anatomy = anatomyOf(weights)
  const sites = parts.flatMap(({ norm, readers, attention, subNorm, writer }): Site[] => [
    { name: norm, readers, cols: readers[0].cols },
    subNorm
      ? { name: subNorm, readers: [writer], cols: writer.cols }
      : {
          ...{ name: writer.tensor, readers: [writer], cols: writer.cols },
          ...(attention ? { feeder: readers[2], rowOf: valueRows(attention) } : { feeder: readers[1] }),
        },
  ])
  return tied ? sites : [...sites, { name: lastNorm, readers: [head], cols: head.cols }]
}

/** Column c of a site's readers becomes scales[c] times as large. Sites that are not named stay. */
export function scaleInputs(weights: FloatWeights, scales: ReadonlyMap<string, Float32Array>): FloatWeights {
  const sites = new Map(sitesOf(weights).map((site) => [site.name, site]))
  const changes = new Changes(weights)
  for (const [name, each] of scales) {
    const site = sites.get(name)
    if (!site) throw new LutraError('mismatch', `Expected an input that can be scaled but found ${name}`)
    const { readers, cols, feeder, rowOf } = site
    if (each.length !== cols)
      throw new LutraError('mismatch', `Expected ${cols} scales for ${name} but found ${each.length}`)
    const bad = each.findIndex((scale) => !(scale > 0 && Number.isFinite(scale)))
    if (bad >= 0)
      throw new LutraError('mismatch', `Expected scales above 0 for ${name} but scale ${bad} is ${each[bad]}`)
    for (const reader of readers) scaleColumns(changes, reader, each)
    if (!feeder) scaleVector(changes, name, each.map(inverse))
    else scaleRows(changes, feeder, perRow(name, each, feeder.rows, rowOf))
  }
  return changes.apply()
}

const inverse = (scale: number) => 1 / scale

function perRow(name: string, scales: Float32Array, rows: number, rowOf: Int32Array | undefined): Float32Array {
  if (!rowOf) return scales.map(inverse)
  const out = new Float32Array(rows)
  scales.forEach((scale, c) => {
    const row = rowOf[c]
    if (out[row] !== 0 && out[row] !== Math.fround(1 / scale))
      throw new LutraError(
        'mismatch',
        `Expected one scale for all heads that read value ${row} but ${name} has several`,
      )
    out[row] = 1 / scale
  })
  return out
}

function valueRows({ heads, kvHeads, headDim }: Attention): Int32Array | undefined {
  const group = heads / kvHeads
  if (group === 1) return undefined
  return Int32Array.from({ length: heads * headDim }, (_, c) => {
    const head = Math.floor(c / headDim)
    return Math.floor(head / group) * headDim + (c % headDim)
  })
}
