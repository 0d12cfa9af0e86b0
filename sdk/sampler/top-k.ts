import type { Candidates } from './candidates.js'

/** Keeps the `k` likeliest candidates, likeliest first. */
export function topK(candidates: Candidates, k: number): void {
  const kept = Math.min(k, candidates.count)
  candidates.heapify()
  for (let i = 0; i < kept; i++) candidates.popTo(candidates.count - i)
  candidates.keepPopped(kept)
}
