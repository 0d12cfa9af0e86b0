/**
 * Which number format takes the place of one whose blocks do not fill a row, by llama.cpp's rule.
 * takes  a format's name, columns · gives  the same, or the nearest of blocks of 32, or F16
 * after  ./mixture, ./choose
 */
import { dtypeByName } from '../../../hal/dtypes/index.js'

const smaller: Readonly<Record<string, string>> = {
  TQ1_0: 'Q4_0',
  TQ2_0: 'Q4_0',
  Q2_K: 'IQ4_NL',
  Q3_K: 'IQ4_NL',
  IQ4_XS: 'IQ4_NL',
  Q4_K: 'Q5_0',
  Q5_K: 'Q5_1',
  Q6_K: 'Q8_0',
}

/**
 * `type` where rows of `cols` weights are whole blocks of it; else llama.cpp's substitute (2025-02), which has blocks of
 * 32; else F16. One difference: formats of blocks of 32 that do not fit become F16 too, where llama.cpp gives up.
 */
export function fitting(type: string, cols: number): string {
  if (cols % dtypeByName(type).block === 0) return type
  const other = smaller[type]
  return other !== undefined && cols % dtypeByName(other).block === 0 ? other : 'F16'
}

/** Which tensors llama.cpp quantizes: matrices named *.weight that are no norms, gates of experts or tables of places. */
export function quantizable(name: string, shape: readonly number[]): boolean {
  // Dimensions of 1 at the end do not count.
  const dims = shape.findLastIndex((size) => size > 1) + 1
  return (
    dims >= 2 &&
    name.endsWith('weight') &&
    !['_norm.weight', 'ffn_gate_inp.weight'].some((part) => name.includes(part)) &&
    !['position_embd.weight', 'token_types.weight'].includes(name)
  )
}
