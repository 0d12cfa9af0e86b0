import { describe, expect, it } from 'vitest'
import { buildKernels, missingTools, runKernels } from './arm.js'

const reason = missingTools()
if (reason !== undefined) console.log(`ARM kernel tests skipped: ${reason}`)

// The first run builds; minutes on a busy machine.
describe.skipIf(reason !== undefined)('ARM kernels', { timeout: 900_000 }, () => {
  it.each([
    ['cortex-a72', ['neon']],
    ['cortex-a76', ['neon-dotprod', 'neon']],
  ])('agree with scalar on %s', async (cpu, tiers) => {
    const lines = await runKernels(await buildKernels(), cpu)
    if (process.arch !== 'arm64')
      for (const tier of tiers) expect(lines).toMatch(new RegExp(`^${tier}: \\d{3,} cases`, 'm'))
  })
})
