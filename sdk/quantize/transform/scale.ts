/**
 * Rows and columns of matrices times scales, told to Changes.
 * takes  a Matrix, one scale a row or column · after  ./fold-norms, ./equalize, ./scale-inputs
 */
import type { Matrix } from './anatomy.js'
import type { Changes } from './changes.js'

/** Column c becomes scales[c] times as large. */
export function scaleColumns(changes: Changes, { tensor, from, rows }: Matrix, scales: Float32Array): void {
  changes.edit(tensor, (values, cols) => {
    for (let row = from; row < from + rows; row++)
      for (let c = 0, at = row * cols; c < cols; c++, at++) values[at] *= scales[c]
  })
}

/** Row r, counted from the matrix's first, becomes scales[r] times as large, and its bias with it. */
export function scaleRows(changes: Changes, { tensor, from, rows, bias }: Matrix, scales: Float32Array): void {
  changes.edit(tensor, (values, cols) => {
    for (let r = 0; r < rows; r++)
      for (let at = (from + r) * cols, end = at + cols; at < end; at++) values[at] *= scales[r]
  })
  if (bias) scaleVector(changes, bias, scales)
}

export function scaleVector(changes: Changes, name: string, scales: Float32Array): void {
  changes.edit(name, (values) => {
    for (let i = 0; i < values.length; i++) values[i] *= scales[i]
  })
}
