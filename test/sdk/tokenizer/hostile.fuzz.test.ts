/** A share of what the long fuzzer does with the same targets. */
import { describe, it } from 'vitest'
import { tokenizerTargets } from './hostile.js'

/** Mulberry32, so that a failure comes again. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

describe('hostile files', () => {
  it.each(tokenizerTargets.map((target) => [target.name, target] as const))('%s', (_, target) => {
    const runs = Number(process.env.LUTRA_FUZZ_RUNS ?? 100)
    for (let seed = 1; seed <= runs; seed++) {
      try {
        target.run(seeded(seed))
      } catch (cause) {
        throw new Error(`${target.name}, seed ${seed}`, { cause })
      }
    }
  })
})
