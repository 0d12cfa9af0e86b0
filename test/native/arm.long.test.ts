/** Every size of kernels.cpp, of which arm.test.ts runs the quick part: minutes under qemu. */
import { describe, expect, it } from 'vitest'
import { buildKernels, missingTools, runKernels } from './arm.js'

const reason = missingTools()
if (reason !== undefined) console.log(`ARM kernel tests skipped: ${reason}`)

describe.skipIf(reason !== undefined)('ARM kernels at every size', () => {
  it.each([
    ['cortex-a72', ['neon']],
    ['cortex-a76', ['neon-dotprod', 'neon']],
  ])('agree with scalar on %s', async (cpu, tiers) => {
    const lines = await runKernels(await buildKernels(), cpu)
    if (process.arch !== 'arm64')
      for (const tier of tiers) expect(lines).toMatch(new RegExp(`^${tier}: \\d{3,} cases`, 'm'))
  })
})
