import type { LinearAlgebra } from '../../../../hal/linear-algebra.js'

/** Products as they are written down, in float64: what the tests of surveys stand on. */
export const plainAlgebra: LinearAlgebra = {
  name: 'plain',
  async multiply(a, b, c, product) {
    const { m, n, k, transposeA = false, transposeB = false, add = false, alpha = 1 } = product
    const strideA = product.strideA ?? (transposeA ? m : k)
    const strideB = product.strideB ?? (transposeB ? k : n)
    const strideC = product.strideC ?? n
    for (let i = 0; i < m; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let l = 0; l < k; l++)
          sum += a[transposeA ? l * strideA + i : i * strideA + l] * b[transposeB ? j * strideB + l : l * strideB + j]
        c[i * strideC + j] = alpha * sum + (add ? c[i * strideC + j] : 0)
      }
  },
  async gram(x, h, rows, cols, alpha) {
    for (let i = 0; i < cols; i++)
      for (let j = 0; j < cols; j++) {
        let sum = 0
        for (let t = 0; t < rows; t++) sum += x[t * cols + i] * x[t * cols + j]
        h[i * cols + j] += alpha * sum
      }
  },
  async inverseCholesky() {
    throw new Error('not of this test')
  },
  async solve() {
    throw new Error('not of this test')
  },
}
