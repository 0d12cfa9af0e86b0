/**
 * What an error in one vector of weights costs once feedback has spread it: ‖e T⁻¹‖², T being U's square on the diagonal
 * there. Coordinates z = x T⁻¹ make that a plain distance.
 * takes  U (inverse(H + damping) = Uᵀ U) · gives  a lanes × lanes matrix L for each vector of columns, z = x L
 * after  ./em, ../gptvq
 */

/**
 * `exact` as above; `diagonal` without what is between lanes: 1 / U² of each; `official` as Qualcomm's code weighs: EM by U,
 * look-ups by 1 / U.
 */
export type Weighing = 'exact' | 'diagonal' | 'official'

export interface Metric {
  readonly lanes: number
  /** cols / lanes matrices, row major, upper triangular. */
  readonly roots: Float64Array
}

/** How far each direction counts: `em` while a codebook is fitted, `look` while codes are chosen. */
export function metricOf(
  upper: Float32Array,
  cols: number,
  lanes: number,
  weighing: Weighing,
  use: 'em' | 'look',
): Metric {
  const size = lanes * lanes
  const roots = new Float64Array((cols / lanes) * size)
  for (let p = 0; p < cols / lanes; p++) {
    const at = p * size
    const u = (i: number, j: number) => upper[(p * lanes + i) * cols + p * lanes + j]
    if (weighing === 'exact') invert(u, roots.subarray(at, at + size), lanes)
    else
      for (let i = 0; i < lanes; i++) {
        const d = u(i, i)
        roots[at + i * lanes + i] = weighing === 'diagonal' ? 1 / d : Math.sqrt(use === 'em' ? d : 1 / d)
      }
  }
  return { lanes, roots }
}

/** z = x L of vector p. */
export function turn(
  { lanes, roots }: Metric,
  p: number,
  x: ArrayLike<number>,
  at: number,
  z: Float64Array,
  to: number,
): void {
  const root = p * lanes * lanes
  for (let j = 0; j < lanes; j++) {
    let sum = 0
    for (let i = 0; i <= j; i++) sum += x[at + i] * roots[root + i * lanes + j]
    z[to + j] = sum
  }
}

/** Inverse of an upper triangle. */
function invert(u: (i: number, j: number) => number, out: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) {
    out[j * n + j] = 1 / u(j, j)
    for (let i = j - 1; i >= 0; i--) {
      let sum = 0
      for (let k = i + 1; k <= j; k++) sum += u(i, k) * out[k * n + j]
      out[i * n + j] = -sum / u(i, i)
    }
  }
}
