/** The embedded model itself: always valid, deterministic, and as accurate as its card says (on a sample). */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { skillSet } from '../../../sdk/action/index.js'
import { type Model, open } from '../../../sdk/open.js'
import { generate } from '../../../sdk/pilot/data/generate.js'
import { PilotCodec } from '../../../sdk/pilot/vocabulary.js'
import { violation } from '../../../sdk/robot/check.js'
import { roverSkills } from '../../../sdk/robot/skills.js'

/** The card says 0.96 for the whole split; 150 samples spread by 0.02 (one standard error). */
const floor = 0.9
/** The card says 0.953 of 300 sentences by people who had not seen the generator. Engines differ in float rounding only. */
const independentFloor = 0.92
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
    for (let index = 0; index < samples; index++) {
      const { instruction, actions } = generate('heldout', 3, index)
      const found = await model.interpret(instruction)
      for (const action of found.actions) expect(violation(action, skills), found.raw).toBeUndefined()
      if (JSON.stringify(found.actions) === JSON.stringify(actions)) exact++
    }
    expect(exact / samples).toBeGreaterThan(floor)
  }, 120_000)

  it.each(['independent-2', 'independent-3'])(
    'understands what others wrote as often as the card says: %s',
    async (name) => {
      const set: { instruction: string; actions: unknown }[] = JSON.parse(
        readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8'),
      )
      let exact = 0
      for (const { instruction, actions } of set)
        if (JSON.stringify((await model.interpret(instruction)).actions) === JSON.stringify(actions)) exact++
      expect(exact / set.length).toBeGreaterThan(independentFloor)
    },
    120_000,
  )

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

  it('stays within 1.5 MB', () => {
    expect(readFileSync(model.file.path).length).toBeLessThan(1_500_000)
  })
})
