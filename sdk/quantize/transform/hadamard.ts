/**
 * Small Hadamard matrices by Paley's constructions, and random orthogonal ones where there is none.
 * takes  an order · gives  order × order, row major, entries ±1 (Hadamard), or orthogonal rows of length 1
 * after  ./rotation
 */

/** R. Paley, On orthogonal matrices (1933): order q + 1 for primes q = 3 mod 4, 2 (q + 1) for primes q = 1 mod 4. */
export function smallHadamard(order: number): Float64Array | undefined {
  if (order === 1) return Float64Array.of(1)
  if (order === 2) return Float64Array.of(1, 1, 1, -1)
  if (order % 4 !== 0) return undefined
  if (isPrime(order - 1)) {
    // I + S, where S is the conference matrix with a skew border.
    const h = conference(order - 1, -1)
    for (let i = 0; i < order; i++) h[i * order + i] = 1
    return h
  }
  const q = order / 2 - 1
  if (q % 4 !== 1 || !isPrime(q)) return undefined
  // Every entry of the symmetric conference matrix becomes a block of 2 × 2.
  const c = conference(q, 1)
  const h = new Float64Array(order * order)
  for (let i = 0; i <= q; i++)
    for (let j = 0; j <= q; j++) {
      const [a, b] = i === j ? [1, -1] : [c[i * (q + 1) + j], c[i * (q + 1) + j]]
      const d = i === j ? -1 : -a
      const at = 2 * i * order + 2 * j
      h.set([a, b], at)
      h.set([b, d], at + order)
    }
  return h
}

/** Order q + 1: zeros on the diagonal, else whether j - i is a square modulo q; the first column is `border`. */
function conference(q: number, border: 1 | -1): Float64Array {
  const squares = new Set(Array.from({ length: q - 1 }, (_, i) => ((i + 1) * (i + 1)) % q))
  const n = q + 1
  const c = new Float64Array(n * n)
  for (let i = 1; i < n; i++) {
    c[i] = 1
    c[i * n] = border
    for (let j = 1; j < n; j++) if (i !== j) c[i * n + j] = squares.has((j - i + q) % q) ? 1 : -1
  }
  return c
}

function isPrime(n: number): boolean {
  if (n < 2) return false
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false
  return true
}

/** Normal rows made orthogonal by Gram-Schmidt, twice over, since once loses digits. */
export function randomOrthogonal(order: number, next: () => number): Float64Array {
  const q = Float64Array.from({ length: order * order }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - next()))
    return radius * Math.cos(2 * Math.PI * next())
  })
  for (let i = 0; i < order; i++) {
    const row = q.subarray(i * order, (i + 1) * order)
    for (let pass = 0; pass < 2; pass++)
      for (let j = 0; j < i; j++) {
        const other = q.subarray(j * order, (j + 1) * order)
        let dot = 0
        for (let c = 0; c < order; c++) dot += row[c] * other[c]
        for (let c = 0; c < order; c++) row[c] -= dot * other[c]
      }
    let length = 0
    for (const value of row) length += value * value
    for (let c = 0; c < order; c++) row[c] /= Math.sqrt(length)
  }
  return q
}
