import { describe, expect, it } from 'vitest'
import { random } from '../kernels/random.js'
import { fileTargets } from '../sdk/model/hostile-files.js'
import { ggufTargets } from '../sdk/model/hostile-gguf.js'
import { robotTargets } from '../sdk/robot/drivers/hostile.js'
import { tokenizerTargets } from '../sdk/tokenizer/hostile.js'
import { fuzz, type Target } from './fuzz.js'
import { targets } from './hostile.js'

/** The long run has a thousand times as many: hostile.long.test.ts. */
describe('hostile bytes', () => {
  it.each(targets)('$name: read or refused, led by coverage', async (target) => {
    const { kept } = await fuzz(target, 60, 11)
    expect(kept).toBeGreaterThan(0)
  })

  /** New inputs only, without the cost of looking at what they reach. */
  const byChance = (executions: number) => (target: Target) => ({ name: target.name, run: target.run, executions })
  it.each([
    ...ggufTargets.map(byChance(400)),
    ...fileTargets.map(byChance(200)),
    ...tokenizerTargets.map(byChance(40)),
    ...robotTargets.map(byChance(400)),
  ])('$name: read or refused, $executions by chance', async ({ run, executions }) => {
    for (let seed = 1; seed <= executions; seed++)
      try {
        await run(random(seed))
      } catch (cause) {
        throw new Error(`seed ${seed}`, { cause })
      }
  })
})
