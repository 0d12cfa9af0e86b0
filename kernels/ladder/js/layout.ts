/**
 * How js kernels keep codes: whole 32-bit words, a row after another; of widths that are no power of two each power apart,
 * so that no code lies across words and none is padded.
 * gives  a Layout (../tile/layout) · after ./linear; what reads it is written by ./source from its map
 */
import { type Layout, type Part, widths } from '../tile/layout.js'

export function wordLayout(bits: number): Layout {
  const found = widths(bits)
  const unit = Math.max(4, 32 / Math.min(...found.map(({ width }) => width)))
  let at = 0
  const parts = found.map(({ from, width }): Part => {
    const part = { from, width, at, axes: [{ dim: 'column', size: unit, step: 1, bits: width }] } as const
    at += Math.ceil((unit * width) / 32) * 32
    return part
  })
  return { tileRows: 1, unit, unitBytes: at / 8, parts }
}
