/**
 * Order of feedback: the columns that matter most (largest diagonal of H) first, so that the others can answer for them.
 * Blocks of a file stay whole: blocks are sorted by their largest, columns inside them by their own (the group-aware order).
 * takes  H's diagonal, the block · gives  order[place] = the file's column
 */
export type OrderName = 'file' | 'activation'

export function orderOf(name: OrderName, diagonal: Float32Array, block: number): Int32Array {
  const order = Int32Array.from(diagonal, (_, i) => i)
  if (name === 'file') return order
  const largest = (b: number) => diagonal.subarray(b * block, (b + 1) * block).reduce((a, c) => Math.max(a, c), 0)
  const most = Float32Array.from({ length: diagonal.length / block }, (_, b) => largest(b))
  const blockOf = (column: number) => Math.floor(column / block)
  return order.sort((i, j) => {
    const [a, b] = [blockOf(i), blockOf(j)]
    return a === b ? diagonal[j] - diagonal[i] || i - j : most[b] - most[a] || a - b
  })
}

/** Columns of a (rows × cols) matrix in that order. */
export function inOrder(matrix: Float32Array, cols: number, order: Int32Array, into: Float32Array): Float32Array {
  for (let at = 0; at < matrix.length; at += cols) for (let p = 0; p < cols; p++) into[at + p] = matrix[at + order[p]]
  return into
}

/** Rows and columns of H in that order. */
export function symmetricInOrder(h: Float32Array, order: Int32Array, into: Float32Array): Float32Array {
  const n = order.length
  for (let p = 0; p < n; p++) {
    const from = order[p] * n
    for (let k = 0; k < n; k++) into[p * n + k] = h[from + order[k]]
  }
  return into
}
