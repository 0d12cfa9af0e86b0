/** The cycle model beside the machine that executes the same programs on the functional array. */
import { expect, it } from 'vitest'
import { type CoreConfig, m2n64k4 } from '../../../../kernels/lut-core/config.js'
import { FunctionalArray } from '../../../../kernels/lut-core/core/functional.js'
import { timeLinear } from '../../../../kernels/lut-core/cycles/linear.js'
import { random } from '../../random.js'
import { plainSums, programSums, randomActivations, randomWeight } from '../lmma/linear.js'

it('counts the slots that the functional array looks up, while its sums are right', () => {
  const next = random(3)
  const configs: readonly CoreConfig[] = [m2n64k4, { ...m2n64k4, m: 1, n: 8, k: 3 }]
  for (const config of configs)
    for (const [rows, cols, bits, segment, tokens] of [
      [70, 40, 2, 40, 1],
      [16, 96, 3, 32, 3],
    ]) {
      const array = new FunctionalArray(config)
      const weight = randomWeight(next, rows, cols, bits, segment)
      const x = randomActivations(next, tokens * cols)
      expect(programSums(array, weight, x, tokens).sums).toEqual(plainSums(weight, x, tokens))
      const timing = timeLinear(config, { rows, cols, bits, segment, tokens })
      expect(timing.slots).toBe(array.lookups)
      const groups = (cols / segment) * Math.ceil(segment / config.k)
      expect(timing.lookups).toBe(rows * groups * bits * tokens)
    }
})
