/** The slips that measure the pilot: as many as asked for, never in a number or in words to say, the same every time. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { knownWords, withTypos } from '../../../sdk/pilot/data/typos.js'
import type { PilotAction } from '../../../sdk/pilot/skills.js'

interface Sample {
  instruction: string
  actions: PilotAction[]
}
const set: Sample[] = JSON.parse(readFileSync(new URL('./independent.json', import.meta.url), 'utf8'))
const known = knownWords(set.map(({ instruction }) => instruction))

/** Letters that must be put in, taken out or changed to make one word of another (a swap counts two). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]
}

describe('typing slips for measuring', () => {
  it('none leaves every instruction as it is', () => {
    for (const sample of set) expect(withTypos(sample, 0, 1, known)).toBe(sample.instruction)
  })

  it.each([1, 2])('%i: that many words change, by one slip each, and never into a known word', (count) => {
    let full = 0
    for (const sample of set) {
      const before = sample.instruction.split(/\s+/)
      const after = withTypos(sample, count, 1, known).split(/\s+/)
      expect(after).toHaveLength(before.length)
      const changed = after.filter((word, i) => word !== before[i])
      expect(changed.length).toBeLessThanOrEqual(count)
      if (changed.length === count) full++
      after.forEach((word, i) => {
        expect(distance(before[i], word)).toBeLessThanOrEqual(2)
        if (word !== before[i]) expect(known.has(word.toLowerCase())).toBe(false)
      })
    }
    // Very short ones ("go", "no!") have no room.
    expect(full / set.length).toBeGreaterThan(0.9)
  })

  it('leaves numbers and the words to say alone', () => {
    const say: Sample = {
      instruction: 'go forward twenty five cm 3m and say hello good people twice',
      actions: [{ skill: 'say', text: 'hello good people' }],
    }
    for (let seed = 0; seed < 300; seed++) {
      const words = withTypos(say, 2, seed, new Set()).split(' ')
      for (const at of [2, 3, 5, 8, 9, 10, 11]) expect(words[at]).toBe(say.instruction.split(' ')[at])
    }
  })

  it('is the same for the same seed and another for another', () => {
    const all = (seed: number) => set.map((sample) => withTypos(sample, 1, seed, known))
    expect(all(4)).toEqual(all(4))
    expect(all(4)).not.toEqual(all(5))
  })
})
