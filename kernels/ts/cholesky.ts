/**
 * Reverse Cholesky: H = R Rᵀ with R upper, so that U = R⁻¹ is upper too and inverse(H) = Uᵀ U. Error feedback reads the
 * rows of U from the first column on, which is why the factor is taken from the last column to the first.
 * takes  H (n × n) symmetric, of which the upper triangle is read · gives  U in its place
 * before ./linear-algebra
 */
import type { Steps } from '../../hal/turns.js'

/**
 * A pivot is what is left of a diagonal element of H after the columns behind it are taken off. Where less is left than
 * a few roundings of that element in float32 (2⁻²⁴ each), it is noise: H is not positive definite as float32 holds it.
 */
const NOISE = 2 ** -22

/** Multiply-adds between two turns. */
const TURN = 1 << 19

/** False, and h spoiled, where h is not positive definite or holds a value that is not finite. */
export function* inverseCholesky(h: Float32Array, n: number): Steps<boolean> {
  const r = Float64Array.from(h.subarray(0, n * n))
  if (!(yield* factor(r, n))) return false
  yield* invert(r, n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) h[i * n + j] = j < i ? 0 : r[i * n + j]
    for (let j = i; j < n; j++) if (!Number.isFinite(h[i * n + j])) return false
    yield
  }
  return true
}

/** R[i][j] = (H[i][j] − Σ_{k>j} R[i][k] R[j][k]) / R[j][j], R[j][j] = √(H[j][j] − Σ_{k>j} R[j][k]²); upper triangle only. */
function* factor(r: Float64Array, n: number): Steps<boolean> {
  let work = 0
  for (let j = n - 1; j >= 0; j--) {
    const diagonal = r[j * n + j]
    const pivot = diagonal - dot(r, j * n + j + 1, r, j * n + j + 1, n - j - 1)
    if (!(pivot > NOISE * diagonal && Number.isFinite(pivot))) return false
    const root = Math.sqrt(pivot)
    r[j * n + j] = root
    for (let i = 0; i < j; i++) {
      r[i * n + j] = (r[i * n + j] - dot(r, i * n + j + 1, r, j * n + j + 1, n - j - 1)) / root
      work += n - j
      if (work < TURN) continue
      yield
      work = 0
    }
  }
  return true
}

/** Row by row from the last: U[i] = (e_i − Σ_{k>i} R[i][k] U[k]) / R[i][i], in R's place. */
function* invert(r: Float64Array, n: number): Steps<void> {
  const row = new Float64Array(n)
  let work = 0
  for (let i = n - 1; i >= 0; i--) {
    row.fill(0, i)
    row[i] = 1
    for (let k = i + 1; k < n; k++) {
      addScaled(row, r, k * n, -r[i * n + k], k, n)
      work += n - k
      if (work < TURN) continue
      yield
      work = 0
    }
    const scale = 1 / r[i * n + i]
    for (let j = i; j < n; j++) r[i * n + j] = row[j] * scale
  }
}

/** b becomes (b Uᵀ) U, row by row. */
export function* solve(upper: Float32Array, n: number, b: Float32Array, rows: number): Steps<void> {
  const [from, middle, to] = [new Float64Array(n), new Float64Array(n), new Float64Array(n)]
  let work = 0
  for (let i = 0; i < rows; i++) {
    from.set(b.subarray(i * n, i * n + n))
    to.fill(0)
    for (let j = 0; j < n; j++) {
      middle[j] = dot(upper, j * n + j, from, j, n - j)
      addScaled(to, upper, j * n, middle[j], j, n)
      work += 2 * (n - j)
      if (work < TURN) continue
      yield
      work = 0
    }
    b.set(to, i * n)
  }
}

/** Four sums: one would wait for itself at every step. */
function dot(a: Float64Array | Float32Array, at: number, b: Float64Array, from: number, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0]
  let i = 0
  for (; i + 4 <= length; i += 4) {
    s0 += a[at + i] * b[from + i]
    s1 += a[at + i + 1] * b[from + i + 1]
    s2 += a[at + i + 2] * b[from + i + 2]
    s3 += a[at + i + 3] * b[from + i + 3]
  }
  for (; i < length; i++) s0 += a[at + i] * b[from + i]
  return s0 + s1 + (s2 + s3)
}

function addScaled(
  to: Float64Array,
  rows: Float64Array | Float32Array,
  at: number,
  scale: number,
  i0: number,
  i1: number,
) {
  for (let i = i0; i < i1; i++) to[i] += scale * rows[at + i]
}
