/**
 * Rows and columns of matrices times scales, told to Changes.
 * takes  a Matrix, one scale a row or column · after  ./fold-norms, ./equalize, ./scale-inputs
 */
import type { Matrix } from './anatomy.js'
import type { Changes } from './changes.js'

/** Calls `edit` for each row of the matrix among those read: its place in the values, its number in the matrix. */
export function editRows(
  changes: Changes,
  { tensor, from, rows }: Matrix,
  edit: (values: Float32Array, at: number, row: number) => void,
): void {
  changes.edit(tensor, (values, cols, first) => {
    const end = Math.min(from + rows, first + values.length / cols)
    for (let row = Math.max(from, first); row < end; row++) edit(values, (row - first) * cols, row - from)
  })
}

/** Column c becomes scales[c] times as large. */
export function scaleColumns(changes: Changes, matrix: Matrix, scales: Float32Array): void {
  editRows(changes, matrix, (values, at) => {
    for (let c = 0; c < matrix.cols; c++) values[at + c] *= scales[c]
  })
}

/** Row r becomes scales[r] times as large, and its bias with it. */
export function scaleRows(changes: Changes, matrix: Matrix, scales: Float32Array): void {
  editRows(changes, matrix, (values, at, row) => {
    for (let end = at + matrix.cols; at < end; at++) values[at] *= scales[row]
  })
  if (matrix.bias) scaleVector(changes, matrix.bias, scales)
}

export function scaleVector(changes: Changes, name: string, scales: Float32Array): void {
  changes.edit(name, (values) => {
    for (let i = 0; i < values.length; i++) values[i] *= scales[i]
  })
}
