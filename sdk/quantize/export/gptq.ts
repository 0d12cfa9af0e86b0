/**
 * GPTQ's tensors of a matrix (checkpoint_format gptq_v2): qweight with codes packed down the columns, qzeros with zero
 * points packed along the rows, scales in half precision, g_idx with the group of each input column.
 * takes  Coded, an order of rows, an order of columns · gives  bytes of the four, or why GPTQ cannot say it
 * before ./coded · after ./hub-folder; sdk/model/repack/gptq reads it
 */
import { f16ToF32, f32ToF16 } from '../../../hal/half.js'
import type { Coded } from './coded.js'

export interface Packed {
  readonly bits: number
  readonly group: number
  readonly qweight: Int32Array
  readonly qzeros: Int32Array
  readonly scales: Uint16Array
  readonly gIdx: Int32Array
}

/** Widths that kernels for GPTQ know. */
const widths = [2, 3, 4, 8]

/**
 * @param rowOrder row r of the result is row rowOrder[r] of the codes
 * @param columnOrder column j of the codes multiplies input columnOrder[j] (act-order); absent: as they are
 * @returns the tensors, or a reason that follows "…, since "
 */
export function packGptq(coded: Coded, rowOrder?: Int32Array, columnOrder?: Int32Array): Packed | string {
  const { bits, rows, cols, group, scales, zeros } = coded
  const groups = cols / group
  if (!widths.includes(bits)) return `GPTQ has no codes of ${bits} bits`
  if (group % 32 !== 0) return `GPTQ has no groups of ${group} columns`
  if (cols % 32 !== 0 || (rows * bits) % 32 !== 0) return `${rows} x ${cols} codes of ${bits} bits fill no whole words`
  if (!scales.every((scale) => Object.is(f16ToF32(f32ToF16(scale)), scale))) return 'its scales are no halves'
  if (!zeros.every((zero) => zero >= 0 && zero < 2 ** bits)) return `zero points do not fit ${bits} bits`
  const qweight = new Int32Array((cols / 32) * bits * rows)
  const halves = new Uint16Array(groups * rows)
  const points = new Uint8Array(rows)
  const qzeros = new Int32Array((groups * rows * bits) / 32)
  const codes = new Uint8Array(cols)
  const column = new Uint8Array(cols)
  for (let row = 0; row < rows; row++) {
    const from = rowOrder ? rowOrder[row] : row
    coded.codes(from, codes)
    for (let c = 0; c < cols; c++) column[columnOrder ? columnOrder[c] : c] = codes[c]
    packWords(column, bits, qweight, row, rows)
    for (let g = 0; g < groups; g++) halves[g * rows + row] = f32ToF16(scales[from * groups + g])
  }
  for (let g = 0; g < groups; g++) {
    for (let row = 0; row < rows; row++) points[row] = zeros[(rowOrder ? rowOrder[row] : row) * groups + g]
    packWords(points, bits, qzeros, (g * rows * bits) / 32, 1)
  }
  const gIdx = new Int32Array(cols)
  for (let c = 0; c < cols; c++) gIdx[columnOrder ? columnOrder[c] : c] = Math.floor(c / group)
  return { bits, group, qweight, qzeros, scales: halves, gIdx }
}

/** One stream of bits, lowest first, in words at out[at], out[at + step], …; a code may lie across two. */
function packWords(codes: Uint8Array, bits: number, out: Int32Array, at: number, step: number): void {
  let [word, filled] = [0, 0]
  for (const code of codes) {
    word |= code << filled
    filled += bits
    if (filled < 32) continue
    out[at] = word
    at += step
    filled -= 32
    word = filled > 0 ? code >>> (bits - filled) : 0
  }
}
