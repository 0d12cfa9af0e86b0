/**
 * Learning rate and weight decay along a run. Takes progress from 0 to 1 and the step count, gives numbers.
 * Ternary weights train best with a high rate and decay first, and without decay once they settle (as BitNet's recipe).
 */

const WARMUP_STEPS = 150
const LAST_SHARE = 0.02

/** Linear warm-up over the first steps, then half a cosine down to a small share of the peak. */
export function learningRate(peak: number, step: number, progress: number): number {
  const at = Math.min(1, Math.max(0, progress))
  const cosine = LAST_SHARE + (1 - LAST_SHARE) * 0.5 * (1 + Math.cos(Math.PI * at))
  return peak * cosine * Math.min(1, (step + 1) / WARMUP_STEPS)
}

export function weightDecay(first: number, progress: number): number {
  return progress < 0.5 ? first : 0
}
