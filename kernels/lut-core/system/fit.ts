/**
 * Fits a few constants so that predictions come near to figures: least squares of logarithms, by the simplex method of
 * Nelder and Mead from a fixed start. The same input gives the same result.
 * after  ./table-1
 */

/** Minimizes `cost` over vectors near `start`; `step` is the first simplex's edge. */
export function minimize(
  cost: (x: readonly number[]) => number,
  start: readonly number[],
  step: number,
  iterations = 160,
): readonly number[] {
  const n = start.length
  const at = (x: readonly number[]) => ({ x, cost: cost(x) })
  let simplex = [at(start), ...start.map((_, i) => at(start.map((v, j) => (i === j ? v + step : v))))]
  for (let i = 0; i < iterations; i++) {
    simplex.sort((a, b) => a.cost - b.cost)
    const worst = simplex[n] as (typeof simplex)[number]
    const best = simplex[0] as (typeof simplex)[number]
    const middle = start.map((_, j) => simplex.slice(0, n).reduce((sum, { x }) => sum + (x[j] as number), 0) / n)
    /** The point beyond the middle as seen from the worst, `far` times as far; negative: this side of it. */
    const beyond = (far: number) => at(middle.map((m, j) => m + far * (m - (worst.x[j] as number))))
    const mirrored = beyond(1)
    if (mirrored.cost < best.cost) {
      const further = beyond(2)
      simplex[n] = further.cost < mirrored.cost ? further : mirrored
    } else if (mirrored.cost < (simplex[n - 1] as typeof best).cost) simplex[n] = mirrored
    else {
      const inside = beyond(-0.5)
      if (inside.cost < worst.cost) simplex[n] = inside
      else simplex = [best, ...simplex.slice(1).map(({ x }) => at(x.map((v, j) => (v + (best.x[j] as number)) / 2)))]
    }
  }
  return simplex.sort((a, b) => a.cost - b.cost)[0]?.x ?? start
}

/** (ours - theirs) / theirs */
export function deviation(ours: number, theirs: number): number {
  return ours / theirs - 1
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
