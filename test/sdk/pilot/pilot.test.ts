/** The embedded model itself: always valid, deterministic, and as accurate as its card says (on a sample). */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { skillSet } from '../../../sdk/action/index.js'
import { type Model, open } from '../../../sdk/open.js'
import { generate } from '../../../sdk/pilot/data/generate.js'
import { knownWords, withTypos } from '../../../sdk/pilot/data/typos.js'
import type { PilotAction } from '../../../sdk/pilot/skills.js'
import { PilotCodec } from '../../../sdk/pilot/vocabulary.js'
import { violation } from '../../../sdk/robot/check.js'
import { roverSkills } from '../../../sdk/robot/skills.js'

/** All sentences in ./pilot.long.test.ts, else every third. */
const every = process.env.LUTRA_LONG_TESTS === undefined ? 3 : 1
/** The card says 0.96 for the whole split; 150 samples spread by 0.02 (one standard error). */
const floor = 0.9
/**
 * The card says 0.953 of 300 sentences by people who had not seen the generator. Engines differ in float rounding only; a
 * third of the sentences spreads by 0.02.
 */
const independentFloor = every === 1 ? 0.92 : 0.9
/** With slips of the keyboard it is at least this good on the newest set. */
const typoFloor = every === 1 ? 0.9 : 0.88
const skills = skillSet(roverSkills)

describe('the pilot', () => {
  let model: Model
  beforeAll(async () => {
    model = await open('pilot')
  })
  afterAll(() => model?.close())

  it('reads the vocabulary that it was trained with', () => {
    const codec = new PilotCodec()
    for (let index = 0; index < 200; index++) {
      const { prompt } = generate('heldout', 5, index)
      expect(model.tokenizer.encode(prompt, { bos: false })).toEqual(codec.tokenizer.encode(prompt, { bos: false }))
    }
  })

  it('is exactly right as often as the card says, and always valid', async () => {
    const samples = 150
    let exact = 0
    for (let index = 0; index < samples; index += every) {
      const { instruction, actions } = generate('heldout', 3, index)
      const found = await model.interpret(instruction)
      for (const action of found.actions) expect(violation(action, skills), found.raw).toBeUndefined()
      if (JSON.stringify(found.actions) === JSON.stringify(actions)) exact++
    }
    expect(exact / Math.ceil(samples / every)).toBeGreaterThan(floor)
  })

  it.each([
    ['independent-2', 0, independentFloor],
    ['independent-3', 0, independentFloor],
    ['independent-4', 0, independentFloor],
    ['independent-4', 1, typoFloor],
    ['independent-4', 2, typoFloor],
  ] as const)(
    'understands what others wrote as often as the card says: %s, %i typos a sentence',
    async (name, typos, least) => {
      const set: { instruction: string; actions: PilotAction[] }[] = JSON.parse(
        readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8'),
      )
      const known = knownWords(set.map(({ instruction }) => instruction))
      const asked = set.filter((_, i) => i % every === 0)
      let exact = 0
      for (const sample of asked) {
        const { actions } = await model.interpret(withTypos(sample, typos, 2, known))
        if (JSON.stringify(actions) === JSON.stringify(sample.actions)) exact++
      }
      expect(exact / asked.length).toBeGreaterThan(least)
    },
  )

  it('gives words to say back as they were typed, whatever it read', async () => {
    const { actions } = await model.interpret('trun lfet, then say helo my dera frined')
    expect(actions).toEqual([
      { skill: 'turn', degrees: 90 },
      { skill: 'say', text: 'helo my dera frined' },
    ])
  })

  it('gives the same answer again', async () => {
    const instruction = 'go back three feet, turn right and open the gripper'
    const first = await model.interpret(instruction)
    expect((await model.interpret(instruction)).raw).toBe(first.raw)
  })

  it('refuses what it cannot read, and moves nothing', async () => {
    const unreadable = [
      '',
      '   ',
      '\u0000\u0001\u001b',
      'x'.repeat(100_000),
      '前进两米',
      'Поверни налево',
      '🙂🙂🙂',
      '{"skill":"drive"}',
      'drive\u0000 5 metres',
      'turn left\u001b[2J',
    ]
    for (const instruction of unreadable) {
      const { actions, refused } = await model.interpret(instruction)
      expect(refused, JSON.stringify(instruction.slice(0, 40))).toBe(true)
      expect(actions).toHaveLength(1)
    }
  })

  it('is no larger than its first edition', () => {
    expect(readFileSync(model.file.path).length).toBeLessThanOrEqual(1_091_808)
  })
})
