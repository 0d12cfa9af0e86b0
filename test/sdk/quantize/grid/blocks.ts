/** Blocks of weights that grids are tried on, from a fixed seed: usual ones and ugly ones. */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
}

type Fill = (next: () => number, i: number) => number

export const kinds: Readonly<Record<string, Fill>> = {
  normal: (next) => 0.05 * normal(next),
  skewed: (next) => 0.3 + 0.1 * normal(next) ** 2,
  'one outlier': (next, i) => (i === 5 ? -7 : 0.01 * normal(next)),
  'one segment': (next, i) => (i < 16 ? normal(next) : 0),
  zero: () => 0,
  constant: () => 0.125,
  negative: (next) => -next(),
  ternary: (next) => 0.5 * (Math.floor(3 * next()) - 1),
  huge: (next) => 1e30 * normal(next),
  large: (next) => 1e6 * normal(next),
  tiny: (next) => 1e-30 * normal(next),
  small: (next) => 1e-7 * normal(next),
  'all sizes': (next) => normal(next) * 10 ** (8 * next() - 6),
}

export const importances: Readonly<Record<string, Fill>> = {
  equal: () => 1,
  spread: (next) => Math.exp(2 * normal(next)),
  sparse: (next) => (next() < 0.5 ? 0 : next()),
  none: () => 0,
  huge: (next) => 1e20 * next(),
}

export function fill(n: number, how: Fill, next: () => number): Float32Array {
  return Float32Array.from({ length: n }, (_, i) => how(next, i))
}
