/**
 * Repeatable random numbers: xoshiro128** (Blackman and Vigna), its state filled by splitmix32 from one seed.
 * takes  a 32-bit seed · gives  numbers in [0, 1) with 32 random bits
 */
export function createRandom(seed: number): () => number {
  let fill = seed | 0
  const splitmix = () => {
    fill = (fill + 0x9e3779b9) | 0
    let z = fill
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return z ^ (z >>> 16)
  }
  let [a, b, c, d] = [splitmix(), splitmix(), splitmix(), splitmix()]
  return () => {
    const out = Math.imul(rotate(Math.imul(b, 5), 7), 9)
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotate(d, 11)
    return (out >>> 0) / 2 ** 32
  }
}

function rotate(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits))
}
