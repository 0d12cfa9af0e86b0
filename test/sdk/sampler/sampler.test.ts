import { describe, expect, it } from 'vitest'
import { Candidates } from '../../../sdk/sampler/candidates.js'
import { createRandom, createSampler, type SamplerOptions } from '../../../sdk/sampler/index.js'
import { topK } from '../../../sdk/sampler/top-k.js'
import { typical } from '../../../sdk/sampler/typical.js'

const ln = (...p: number[]) => Float32Array.from(p, Math.log)
/** Shares of 20 000 draws. */
function shares(logits: Float32Array, options: SamplerOptions, history: number[] = []): number[] {
  const sampler = createSampler({ temperature: 1, seed: 7, ...options })
  const counts = new Array<number>(logits.length).fill(0)
  for (let i = 0; i < 20_000; i++) counts[sampler.sample(logits, history)]++
  return counts.map((count) => count / 20_000)
}
const near = (found: number[], expected: number[]) =>
  found.forEach((share, i) => {
    // 20 000 draws: five standard deviations are at most 0.018.
    expect(Math.abs(share - expected[i])).toBeLessThan(expected[i] === 0 ? 1e-9 : 0.018)
  })

describe('createRandom', () => {
  it('repeats with the seed and differs without', () => {
    const take = (seed: number) => Array.from({ length: 4 }, createRandom(seed))
    expect(take(1)).toEqual(take(1))
    expect(take(1)).not.toEqual(take(2))
    expect(take(0).every((x) => x >= 0 && x < 1)).toBe(true)
  })

  it('is even', () => {
    const random = createRandom(0)
    const bins = new Array<number>(16).fill(0)
    for (let i = 0; i < 160_000; i++) bins[Math.floor(random() * 16)]++
    // Chi squared of 15 degrees of freedom: above 45 once in 10 000.
    expect(bins.reduce((sum, n) => sum + (n - 10_000) ** 2 / 10_000, 0)).toBeLessThan(45)
  })
})

describe('createSampler', () => {
  it('takes the likeliest at temperature 0, the first among equals', () => {
    expect(createSampler().sample(Float32Array.of(1, 3, 3, 2), [])).toBe(1)
    expect(createSampler().sample(Float32Array.of(Number.NaN, -5, Number.NEGATIVE_INFINITY), [])).toBe(1)
  })

  it('draws by probability', () => near(shares(ln(0.5, 0.3, 0.2), {}), [0.5, 0.3, 0.2]))

  it('sharpens and flattens', () => {
    near(shares(ln(0.8, 0.2), { temperature: 0.5 }), [16 / 17, 1 / 17])
    near(shares(ln(0.8, 0.2), { temperature: 2 }), [2 / 3, 1 / 3])
  })

  it('takes the likeliest at a tiny temperature, and what is infinite before all else', () => {
    expect(shares(Float32Array.of(2, 9, 5), { temperature: 1e-39 })).toEqual([0, 1, 0])
    expect(shares(Float32Array.of(-9, -2, -5), { temperature: 1e-45 })).toEqual([0, 1, 0])
    const infinite = Float32Array.of(2, Number.POSITIVE_INFINITY, 5)
    expect(shares(infinite, {})).toEqual([0, 1, 0])
  })

  it('keeps the k likeliest', () => near(shares(ln(0.1, 0.3, 0.2, 0.4), { topK: 2 }), [0, 3 / 7, 0, 4 / 7]))

  it('keeps the least that has probability p', () => {
    near(shares(ln(0.1, 0.3, 0.2, 0.4), { topP: 0.65 }), [0, 3 / 7, 0, 4 / 7])
    near(shares(ln(0.1, 0.3, 0.2, 0.4), { topP: 0 }), [0, 0, 0, 1])
  })

  it('keeps what is likely enough beside the likeliest', () =>
    near(shares(ln(0.5, 0.3, 0.15, 0.05), { minP: 0.5 }), [5 / 8, 3 / 8, 0, 0]))

  it('keeps the typical, whose surprise is nearest to the entropy', () => {
    // The entropy is 1.28 nats; surprises are 0.69 1.61 1.90 1.90: 0.2 first, then both of 0.15, then 0.5.
    near(shares(ln(0.5, 0.2, 0.15, 0.15), { typical: 0.15 }), [0, 1, 0, 0])
    near(shares(ln(0.5, 0.2, 0.15, 0.15), { typical: 0.4 }), [5 / 7, 2 / 7, 0, 0])
    near(shares(ln(0.5, 0.2, 0.15, 0.15), { typical: 0.4, topP: 0.7 }), [1, 0, 0, 0])
    expect(shares(Float32Array.of(1, Number.POSITIVE_INFINITY), { typical: 0.5, topP: 0.5 })).toEqual([0, 1])
  })

  it('keeps the same typical ones as the formula, in any order', () => {
    const next = createRandom(5)
    for (let round = 0; round < 300; round++) {
      const logits = Float32Array.from({ length: 1 + Math.floor(next() * 60) }, () => (next() - 0.5) * 12)
      const p = next()
      const candidates = new Candidates()
      candidates.fill(logits)
      if (round % 2) topK(candidates, 20)
      const begun = [...candidates.ids.subarray(0, candidates.count)]
      typical(candidates, p)
      const total = begun.reduce((sum, id) => sum + Math.exp(logits[id]), 0)
      const of = (id: number) => Math.exp(logits[id]) / total
      const entropy = begun.reduce((sum, id) => sum - of(id) * Math.log(of(id)), 0)
      const surprise = (id: number) => Math.abs(-Math.log(of(id)) - entropy)
      const kept: number[] = []
      for (const id of begun.toSorted((a, b) => surprise(a) - surprise(b))) {
        kept.push(id)
        if (kept.reduce((sum, each) => sum + of(each), 0) > p) break
      }
      const found = [...candidates.ids.subarray(0, candidates.count)]
      expect(found.toSorted((a, b) => a - b)).toEqual(kept.toSorted((a, b) => a - b))
      for (const [i, id] of found.entries()) expect(candidates.logits[i]).toBe(logits[id])
    }
  })

  it('never draws what is forbidden', () => {
    const logits = Float32Array.of(Number.NEGATIVE_INFINITY, 0, Number.NaN, 0)
    for (const options of [{}, { topK: 3 }, { topP: 0.99 }, { minP: 0.01 }, { typical: 0.99 }])
      near(shares(logits, options), [0, 0.5, 0, 0.5])
  })

  it('holds back what came lately, each once', () => {
    const penalized = { temperature: 0, repetitionPenalty: 2 }
    expect(createSampler(penalized).sample(Float32Array.of(3, 2), [0, 0])).toBe(1)
    expect(createSampler(penalized).sample(Float32Array.of(5, 2), [0, 0])).toBe(0)
    expect(createSampler(penalized).sample(Float32Array.of(-1, -1.5), [0])).toBe(1)
    const short = { ...penalized, repetitionWindow: 1 }
    expect(createSampler(short).sample(Float32Array.of(3, 2), [0, 1])).toBe(0)
  })

  it('takes presence and frequency off, within the window', () => {
    const sample = (options: SamplerOptions, logits: number[], history: number[]) =>
      createSampler(options).sample(Float32Array.from(logits), history)
    expect(sample({ presencePenalty: 1.5 }, [3, 2], [0, 0, 0])).toBe(1)
    expect(sample({ presencePenalty: 0.9 }, [3, 2], [0, 0, 0])).toBe(0)
    expect(sample({ frequencyPenalty: 0.4 }, [3, 2], [0, 0])).toBe(0)
    expect(sample({ frequencyPenalty: 0.4 }, [3, 2], [0, 0, 0])).toBe(1)
    expect(sample({ frequencyPenalty: 0.4, repetitionWindow: 2 }, [3, 2], [0, 0, 0])).toBe(0)
    expect(sample({ presencePenalty: -5 }, [3, 2], [1])).toBe(1)
    // Repetition first: (4 / 2) - 0.5 = 1.5; the other way round it would be 1.75.
    expect(sample({ repetitionPenalty: 2, presencePenalty: 0.5 }, [4, 1.6], [0])).toBe(1)
    expect(sample({ presencePenalty: 9 }, [3, 2], [0, 77])).toBe(1) // an id outside the vocabulary is nothing
  })

  it('adds biases and leaves the logits alone', () => {
    const logits = Float32Array.of(3, 2, 1)
    const options = { logitBias: { 0: Number.NEGATIVE_INFINITY, 2: 5 }, repetitionPenalty: 1.5 }
    expect(createSampler(options).sample(logits, [1])).toBe(2)
    expect(createSampler({ logitBias: new Map([[1, 9]]) }).sample(logits, [])).toBe(1)
    expect([...logits]).toEqual([3, 2, 1])
  })

  it('repeats with its seed', () => {
    const logits = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i * i))
    const take = (seed: number) => {
      const sampler = createSampler({ temperature: 1, topP: 0.9, seed })
      return Array.from({ length: 20 }, () => sampler.sample(logits, []))
    }
    expect(take(3)).toEqual(take(3))
    expect(take(3)).not.toEqual(take(4))
  })

  it('refuses what makes no sense', () => {
    const kind = (kind: string) => expect.objectContaining({ kind })
    expect(() => createSampler({ temperature: -1 })).toThrow(kind('limit'))
    expect(() => createSampler({ topP: Number.NaN })).toThrow(kind('limit'))
    expect(() => createSampler({ logitBias: { x: 1 } as never })).toThrow(kind('mismatch'))
    expect(() => createSampler().sample(Float32Array.of(Number.NEGATIVE_INFINITY), [])).toThrow(kind('mismatch'))
    const warm = createSampler({ temperature: 1, topK: 4, topP: 0.5, minP: 0.1 })
    expect(() => warm.sample(Float32Array.of(Number.NaN, Number.NEGATIVE_INFINITY), [])).toThrow(kind('mismatch'))
  })
})
