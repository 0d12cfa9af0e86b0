/**
 * The block at hand in double precision, beside each other what the searches sum over: value, weight and their product.
 * Searches run over it dozens of times; float32 arrays would be widened each time.
 * takes  values and importance of a block · before ./search, ./affine
 */
export const value = new Float64Array(512)
export const weight = new Float64Array(512)
/** weight · value. */
export const product = new Float64Array(512)

/** Where a block's own scales lie while theirs is searched. */
export const above = 256

/** Segments of n weights; where all of one have no importance, they count a little each, all alike. */
export function load(values: ArrayLike<number>, importance: ArrayLike<number>, count: number, n: number, at = 0): void {
  let most = 0
  let empty = false
  for (let from = 0; from < count; from += n) {
    let sum = 0
    for (let i = from; i < from + n; i++) {
      const x = values[i]
      const w = importance[i]
      value[at + i] = x
      weight[at + i] = w
      product[at + i] = w * x
      sum += w
    }
    if (sum > most) most = sum
    if (!(sum > 0)) empty = true
  }
  if (empty) lend(count, n, at, most > 0 ? most * 1e-6 : 1)
}

function lend(count: number, n: number, at: number, w: number): void {
  for (let from = at; from < at + count; from += n) {
    if (weight.subarray(from, from + n).some((w) => w > 0)) continue
    for (let i = from; i < from + n; i++) {
      weight[i] = w
      product[i] = w * value[i]
    }
  }
}
