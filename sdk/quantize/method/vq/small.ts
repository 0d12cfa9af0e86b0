/**
 * Symmetric positive systems of a few to a thousand unknowns, in float64, in place.
 * gives  solve (Cholesky), invertSmall · after ./em, ./init, ./update
 */

/** Added to a diagonal, as a share of its mean, so that what nothing was seen of stays put. */
const ridge = 1e-9

/** b (n) becomes a⁻¹ b; a (n × n) is spoiled. Unknowns that nothing depends on come out as 0. */
export function solve(a: Float64Array, b: Float64Array, n: number): void {
  let mean = 0
  for (let i = 0; i < n; i++) mean += a[i * n + i] / n
  const least = ridge * mean
  for (let i = 0; i < n; i++) a[i * n + i] += least
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k]
      a[i * n + j] = i === j ? Math.sqrt(Math.max(sum, least)) : a[j * n + j] > 0 ? sum / a[j * n + j] : 0
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) b[i] -= a[i * n + k] * b[k]
    b[i] = a[i * n + i] > 0 ? b[i] / a[i * n + i] : 0
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) b[i] -= a[k * n + i] * b[k]
    b[i] = a[i * n + i] > 0 ? b[i] / a[i * n + i] : 0
  }
}

/** a (n × n, n few) becomes its inverse. */
export function invertSmall(a: Float64Array, n: number): void {
  const columns = Array.from({ length: n }, (_, j) => {
    const b = new Float64Array(n)
    b[j] = 1
    solve(a.slice(), b, n)
    return b
  })
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) a[i * n + j] = columns[j][i]
}
