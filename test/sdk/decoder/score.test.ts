import { describe, expect, it } from 'vitest'
import { score } from '../../../sdk/decoder/index.js'
import { EchoProgram } from './echo-program.js'

const vocab = 10
/** Right about counting up, wrong about anything else. */
const counting = (step = 1) => new EchoProgram(vocab, 16, (ids) => (ids.at(-1)! + step) % vocab)
const sum = Math.E ** 2 + vocab - 1
const [right, wrong] = [Math.log(sum) - 2, Math.log(sum)]
const count = (n: number) => Array.from({ length: n }, (_, i) => i % vocab)

describe('score', () => {
  it('scores the second half of each window', async () => {
    const program = counting()
    const result = await score({ program, ids: count(43), context: 8 })
    expect(result.tokens).toBe(5 * 3)
    expect(result.nll).toBeCloseTo(right, 6)
    expect(result.perplexity).toBeCloseTo(Math.exp(right), 6)
    expect(program.open).toBe(0)
    // The first token of a window is not scored, so that bos in its place changes nothing here.
    expect((await score({ program: counting(), ids: count(43), context: 8, bos: 0 })).nll).toBeCloseTo(right, 6)
  })

  it('puts bos first, once', async () => {
    const [without, first] = [count(15), [9, ...count(15)]]
    for (const ids of [without, first]) {
      const program = counting()
      expect((await score({ program, ids, bos: 9, context: 8 })).tokens).toBe(6)
      // Windows of 8 with bos in front; their last token is only predicted.
      expect(program.runs.flat()).toEqual([9, 0, 1, 2, 3, 4, 5, 9, 8, 9, 0, 1, 2, 3])
    }
  })

  it('scores what follows, not what is there', async () => {
    const ids = count(16)
    ids[6] = 0
    // Position 5 misses the odd token and position 6 is misled by it; the three of the other window are right.
    const { nll } = await score({ program: counting(), ids, context: 8 })
    expect(nll).toBeCloseTo((4 * right + 2 * wrong) / 6, 6)
  })

  it('scores every token but the first once with a stride', async () => {
    const program = counting()
    const result = await score({ program, ids: count(23), context: 8, stride: 3 })
    expect(result.tokens).toBe(22)
    expect(result.nll).toBeCloseTo(right, 6)
    expect((await score({ program: counting(), ids: count(5), context: 8, stride: 3 })).tokens).toBe(4)
    expect((await score({ program: counting(), ids: count(5), context: 8, stride: 3, bos: 9 })).tokens).toBe(5)
  })

  it('measures the distance from a reference', async () => {
    const same = await score({ program: counting(), reference: counting(), ids: count(16), context: 8 })
    expect(same.kld).toBeCloseTo(0, 9)
    expect(same.sameTop).toBe(1)
    const other = await score({ program: counting(2), reference: counting(), ids: count(16), context: 8 })
    expect(other.kld).toBeCloseTo(((Math.E ** 2 - 1) / sum) * 2, 6)
    expect(other.sameTop).toBe(0)
  })

  it('tells standard errors, median, 99 % and maximum, as the formulas have them', async () => {
    const random = (seed: number) =>
      new EchoProgram(vocab, 16, (ids) => (ids.reduce((a, b) => a * 7 + b, seed) >>> 3) % vocab)
    const ids = Array.from({ length: 200 }, (_, i) => (i * i * 3 + (i >> 2)) % vocab)
    const found = await score({ program: random(1), reference: random(2), ids, context: 8 })
    const nlls: number[] = []
    const klds: number[] = []
    for (let window = 0; window < 25; window++)
      for (let at = 4; at < 7; at++) {
        const seen = ids.slice(window * 8, window * 8 + at + 1)
        const [guess, other] = await Promise.all(
          [1, 2].map(async (seed) => {
            const program = random(seed)
            return program.run(program.createState(), Int32Array.from(seen), 'last')
          }),
        )
        const ln = (row: Float32Array) => row.map((x) => x - Math.log(sum))
        nlls.push(-ln(guess)[ids[window * 8 + at + 1]])
        klds.push(ln(other).reduce((all, p, i) => all + Math.exp(p) * (p - ln(guess)[i]), 0))
      }
    const mean = (of: number[]) => of.reduce((a, b) => a + b, 0) / of.length
    const error = (of: number[]) =>
      Math.sqrt(of.reduce((all, x) => all + (x - mean(of)) ** 2, 0) / of.length / (of.length - 1))
    klds.sort((a, b) => a - b)
    expect(found.tokens).toBe(75)
    expect(found.nllError).toBeCloseTo(error(nlls), 5)
    expect(found.perplexityError).toBeCloseTo(Math.exp(mean(nlls)) * error(nlls), 4)
    expect(found.kld).toBeCloseTo(mean(klds), 5)
    expect(found.kldError).toBeCloseTo(error(klds), 5)
    expect(found.kldMedian).toBeCloseTo(klds[37], 5)
    expect(found.kld99).toBeCloseTo(klds[73] * 0.74 + klds[74] * 0.26, 5)
    expect(found.kldMax).toBeCloseTo(klds[74], 5)
    const same = klds.filter((kld) => kld < 1e-6).length
    expect(found.sameTop).toBeCloseTo(same / 75, 9)
    expect(found.sameTopError).toBeCloseTo(Math.sqrt(((same / 75) * (1 - same / 75)) / 74), 9)
    expect(same).toBeGreaterThan(0)
    expect(same).toBeLessThan(75)
  })

  it('refuses what cannot be scored', async () => {
    const program = counting()
    await expect(score({ program, ids: count(15), context: 8 })).rejects.toMatchObject({ kind: 'limit' })
    await expect(score({ program, ids: count(99), context: 17 })).rejects.toMatchObject({ kind: 'limit' })
    await expect(score({ program, ids: count(99), context: 8, stride: 8 })).rejects.toMatchObject({ kind: 'limit' })
    const other = new EchoProgram(9, 16, () => 0)
    await expect(score({ program, reference: other, ids: count(99) })).rejects.toMatchObject({ kind: 'mismatch' })
    await expect(score({ program, ids: count(99), context: 8, signal: AbortSignal.abort() })).rejects.toMatchObject({
      kind: 'cancelled',
    })
  })
})
