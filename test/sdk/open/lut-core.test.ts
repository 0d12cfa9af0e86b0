/** The pilot from end to end on the simulated core: what the robot is told to do is what every other engine tells it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Model, open } from '../../../sdk/index.js'

const instructions = [
  'drive two metres forward',
  'turn left, then back up half a metre',
  'go to the kitchen',
  'wait three seconds',
  'what is the weather like',
]

describe('the pilot on the simulated core', () => {
  let usual: Model
  beforeAll(async () => {
    usual = await open('pilot')
  })
  afterAll(() => usual.close())

  // Exact sums give the same bits whatever the core's shape and ideas.
  it.each([undefined, 'm=4,n=32,k=3,symmetrization=off', 'k=5,negation=off,activation=i16'])(
    'does what the usual engine does (%s)',
    async (lutCore) => {
      const model = await open('pilot', { backend: 'lut-core', lutCore })
      expect(model.backend).toMatchObject({ name: 'lut-core', simulated: true })
      for (const instruction of lutCore ? instructions.slice(0, 2) : instructions) {
        const [found, expected] = [await model.interpret(instruction), await usual.interpret(instruction)]
        expect([instruction, found.actions]).toEqual([instruction, expected.actions])
        expect(found.raw).toBe(expected.raw)
      }
      const { lookups, simulatedSeconds } = await model.counters()
      expect(lookups).toBeGreaterThan(1e6)
      expect(simulatedSeconds).toBeGreaterThan(0)
      await model.close()
    },
  )

  it('does so too where every linear is a program of its instructions', async () => {
    const model = await open('pilot', { lutCore: { execution: 'programs' } })
    const [instruction] = instructions
    expect((await model.interpret(instruction)).raw).toBe((await usual.interpret(instruction)).raw)
    // A pass has 35 ternary linears, and at most one head in Q6_K.
    const { programs, instructions: run } = await model.counters()
    expect(programs).toBeGreaterThan(35)
    expect(programs % 35).toBeLessThanOrEqual(Math.floor(programs / 35))
    expect(run).toBeGreaterThan(28 * programs)
    await model.close()
  })
})
