import { describe, expect, it } from 'vitest'
import { generate } from '../../../sdk/pilot/data/generate.js'
import { normalize } from '../../../sdk/pilot/normalize.js'
import { ranges } from '../../../sdk/pilot/skills.js'
import { spellText } from '../../../sdk/pilot/spelling.js'
import { pilotWords } from '../../../sdk/pilot/vocabulary.js'
import { wireSchema } from '../../../sdk/pilot/wire-schema.js'
import { violation } from './schema.js'

/** generate.long.test.ts runs this file with ten times as many. */
const times = Number(process.env.LUTRA_SAMPLE_ROUNDS ?? 1)
const N = 800 * times
const words = pilotWords()

describe('generated samples', () => {
  for (const split of ['train', 'heldout'] as const) {
    it(`${split}: wire fits the schema, actions lie in range, prompts are normal`, () => {
      for (let i = 0; i < N; i++) {
        const sample = generate(split, 11, i)
        const where = `${split} ${i}: ${sample.instruction}`
        const wire = JSON.parse(sample.wire)
        expect(JSON.stringify(wire), where).toBe(sample.wire)
        expect(violation(wireSchema, wire), where).toBeUndefined()
        expect(spellText(normalize(sample.instruction).text, words).text, where).toBe(sample.prompt)
        const typed = normalize(sample.instruction).text
        expect(normalize(typed).text, where).toBe(typed)
        for (const action of sample.actions) {
          if (action.skill === 'drive')
            expect(Math.abs(action.metres), where).toBeLessThanOrEqual(ranges.metres.maximum)
          if (action.skill === 'refuse' || action.skill === 'stop') expect(sample.actions, where).toHaveLength(1)
        }
        // What is said stands in the prompt word for word, so that the model may copy it.
        for (const action of wire) if (action.skill === 'say') expect(` ${sample.prompt}`, where).toContain(action.text)
      }
    })
  }

  it('says no template as it stands', () => {
    for (const split of ['train', 'heldout'] as const)
      for (let i = 0; i < 2000; i++) {
        const { instruction } = generate(split, 6, i, 'none')
        // A bar may stand between steps, with spaces round it.
        expect(instruction).not.toMatch(/[{}]|\S\|\S/)
      }
  })

  it('never lets a step run on into the next', () => {
    for (const split of ['train', 'heldout'] as const)
      for (let i = 0; i < 4000 * times; i++) {
        const { instruction, templates } = generate(split, 8, i, 'none')
        // A sentence broken off ends the instruction, but for what politeness adds.
        const broken = templates.findIndex((id) => id.startsWith('unclear/broken-off'))
        const steps = templates.filter((id) => !id.includes('|'))
        if (broken >= 0) expect(broken, instruction).toBe(steps.length - 1)
      }
  })

  it('is pure and random-access', () => {
    const forward = Array.from({ length: 50 }, (_, i) => generate('train', 3, i))
    const backward = Array.from({ length: 50 }, (_, i) => generate('train', 3, 49 - i)).reverse()
    expect(backward).toEqual(forward)
    expect(generate('train', 4, 0)).not.toEqual(forward[0])
  })

  it('keeps the held-out phrasings and joinings out of training', () => {
    const seen = new Set<string>()
    for (let i = 0; i < 6000 * times; i++) for (const id of generate('train', 5, i).templates) seen.add(id)
    let fresh = 0
    const count = 500 * times
    for (let i = 0; i < count; i++) if (generate('heldout', 5, i).templates.some((id) => !seen.has(id))) fresh++
    expect(fresh).toBe(count)
  })
})
