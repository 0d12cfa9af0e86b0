/** A taste of the fuzzer's work over files other than GGUF; a million executions are for the long tests. */
import { describe, expect, it } from 'vitest'
import { createRandom } from '../../../sdk/sampler/index.js'
import { fileTargets } from './hostile-files.js'

describe.each(fileTargets)('hostile: $name', (target) => {
  it('500 executions end in success or in a LutraError', async () => {
    for (let seed = 1; seed <= 500; seed++) {
      try {
        await target.run(createRandom(seed))
      } catch (cause) {
        expect.fail(`seed ${seed}: ${cause instanceof Error ? cause.stack : cause}`)
      }
    }
  })
})
