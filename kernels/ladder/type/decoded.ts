/**
 * Elements as float32, scales and minima applied.
 * takes  Elements of any type · gives  Elements whose codes are the bits of the weights · after ../linear
 */
import { evaluate, valuesOf } from './evaluate.js'
import type { Elements, TType } from './ttype.js'

export function decodeElements({ type, rows, cols, codes, group, scales, minima }: Elements, float32: TType): Elements {
  const { lanes, decode } = type
  const values = type.bits <= 16 ? valuesOf(type) : undefined
  const floats = new Float32Array(rows * cols)
  for (let i = 0; i < floats.length; i++) {
    const code = codes[Math.floor(i / lanes)]
    const value = values ? values[code * lanes + (i % lanes)] : evaluate(decode[i % lanes], code)
    const segment = Math.floor(i / group) // rows are whole groups
    floats[i] = value * (scales?.[segment] ?? 1) + (minima?.[segment] ?? 0)
  }
  return { type: float32, rows, cols, codes: new Uint32Array(floats.buffer), group: cols }
}
