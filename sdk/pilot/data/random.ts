/**
 * Seeded randomness for the data generator: the same words and index give the same sample on every machine.
 * takes  any words as seed · gives  Random, a small stream of numbers (32-bit xorshift-multiply, not for secrets)
 */

/** 32-bit FNV-1a with a final mix; stable, since the held-out split hangs on it. */
export function hash(text: string, seed = 0): number {
  let h = 0x811c9dc5 ^ seed
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
  return mix(h)
}

export function mix(h: number): number {
  h ^= h >>> 16
  h = Math.imul(h, 0x7feb352d)
  h ^= h >>> 15
  h = Math.imul(h, 0x846ca68b)
  return (h ^ (h >>> 16)) >>> 0
}

export class Random {
  #state: number
  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** 0 ≤ x < 1. */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0
    return mix(this.#state) / 4294967296
  }

  /** A whole number, low ≤ x ≤ high. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  chance(p: number): boolean {
    return this.next() < p
  }

  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)]
  }

  /** One of [item, weight] pairs. */
  weighted<T>(list: readonly (readonly [T, number])[]): T {
    let total = 0
    for (const [, w] of list) total += w
    let x = this.next() * total
    for (const [item, w] of list) {
      x -= w
      if (x < 0) return item
    }
    return list[list.length - 1][0]
  }
}
