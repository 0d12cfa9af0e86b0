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
