import { describe, expect, it } from 'vitest'
import { allocate, type Choice, type Item } from '../../../../sdk/quantize/allocate/choose.js'
import { lossOf } from '../../../../sdk/quantize/allocate/hull.js'
import { repair } from '../../../../sdk/quantize/allocate/repair.js'
import { createRandom } from '../../../../sdk/sampler/random.js'

/** Tensors whose loss falls with bits about as it does in truth (fourfold a bit), with noise that bends the hull. */
function items(seed: number, count: number, types = 4): Item[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, (_, i) => {
    const rows = 1 + Math.floor(random() * 40)
    const scale = random() ** 3
    return {
      name: `t${i}`,
      choices: Array.from({ length: types }, (_, bits) => ({
        type: `b${bits}`,
        bytes: rows * (7 + 4 * bits + Math.floor(random() * 3)),
        loss: scale * 4 ** -bits * (0.4 + random()),
      })),
    }
  })
}

function bruteForce(all: readonly Item[], budget: number): number {
  const visit = (i: number, left: number, loss: number): number =>
    i === all.length
      ? loss
      : all[i].choices.reduce(
          (best, { bytes, loss: more }) =>
            bytes <= left ? Math.min(best, visit(i + 1, left - bytes, loss + more)) : best,
          Infinity,
        )
  return visit(0, budget, 0)
}

const bytesRange = (all: readonly Item[]): [number, number] => {
  const ends = all.map(({ choices }) => choices.map(({ bytes }) => bytes).sort((a, b) => a - b))
  return [ends.reduce((sum, [a]) => sum + a, 0), ends.reduce((sum, each) => sum + (each.at(-1) ?? 0), 0)]
}

describe('an allocation', () => {
  it('is the best there is in 300 small cases', () => {
    for (let seed = 1; seed <= 300; seed++) {
      const all = items(seed, 1 + (seed % 7))
      const [least, most] = bytesRange(all)
      const budget = least + ((seed * 37) % (most - least + 1))
      const found = allocate(all, budget)
      const best = bruteForce(all, budget)
      expect(found.bytes).toBeLessThanOrEqual(budget)
      expect(found.loss).toBeCloseTo(best, 12)
      expect(found.bound).toBeLessThanOrEqual(found.loss)
      expect(found.bound).toBeCloseTo(best, 12)
    }
  })

  it('of hundreds of tensors is within a thousandth of its bound', () => {
    const all = items(5, 300, 8)
    const [least, most] = bytesRange(all)
    let before = Infinity
    for (const share of [0.1, 0.3, 0.5, 0.8]) {
      const budget = least + share * (most - least)
      const { bytes, loss, bound, lambda } = allocate(all, budget)
      expect(bytes).toBeLessThanOrEqual(budget)
      expect(bytes).toBeGreaterThan(0.995 * budget)
      expect(loss - bound).toBeLessThanOrEqual(1e-3 * loss)
      expect(lambda).toBeGreaterThan(0)
      expect(loss).toBeLessThan(before)
      before = loss
    }
  })

  it('takes the best of all where the budget is no bound', () => {
    const all = items(6, 20)
    const found = allocate(all, 1e9)
    for (const { name, choices } of all)
      expect(found.choices.get(name)?.loss).toBe(Math.min(...choices.map(({ loss }) => loss)))
    expect(found).toMatchObject({ lambda: 0, bound: found.loss })
  })

  it('says what the least budget is', () => {
    const all = items(7, 5)
    const [least] = bytesRange(all)
    expect(allocate(all, least).bytes).toBe(least)
    expect(() => allocate(all, least - 1)).toThrow(
      expect.objectContaining({ kind: 'limit', message: expect.stringContaining(`${least} bytes at least`) }),
    )
  })

  it('refuses tensors without choices and losses that are no numbers', () => {
    const choice: Choice = { type: 'Q4_0', bytes: 18, loss: 1 }
    expect(() => allocate([{ name: 'w', choices: [] }], 9)).toThrow(/formats to choose from for "w"/)
    for (const wrong of [
      { ...choice, loss: Number.NaN },
      { ...choice, bytes: -1 },
      { ...choice, loss: Infinity },
    ])
      expect(() => allocate([{ name: 'w', choices: [choice, wrong] }], 99)).toThrow(/finite loss of "w" as Q4_0/)
  })

  it('allocates nothing to nothing', () => {
    expect(allocate([], 0)).toMatchObject({ bytes: 0, loss: 0, bound: 0, lambda: 0 })
  })

  it('is repaired by exchanges too', () => {
    // b's large step does not fit by itself: a must give its own up first.
    const [a, b] = [[10, 5, 20, 4] as const, [10, 9, 19, 1] as const].map(([small, loss, large, less], i) => ({
      name: `${i}`,
      choices: [
        { type: 's', bytes: small, loss },
        { type: 'l', bytes: large, loss: less },
      ],
    }))
    const start = [a.choices[1], b.choices[0]]
    expect(lossOf(repair([a, b], start, 30))).toBe(6)
  })
})
