import type { Candidates } from './candidates.js'

/** Keeps candidates at least `p` times as likely as the likeliest. */
export function minP(candidates: Candidates, p: number): void {
  candidates.keepFrom(candidates.max() + Math.log(p))
}
