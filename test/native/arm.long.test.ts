/** Every size of kernels.cpp, of which arm-quick.long.test.ts runs the quick part: minutes under qemu. */
import { describe, expect, it } from 'vitest'
import { armCores, buildKernels, missingTools, runKernels } from './arm.js'

const reason = missingTools()
if (reason !== undefined) console.log(`ARM kernel tests skipped: ${reason}`)

describe.skipIf(reason !== undefined)('ARM kernels at every size', () => {
  it.each(armCores)('agree with scalar on $cpu', async ({ cpu, tier }) => {
    const lines = await runKernels(await buildKernels(), cpu, tier)
    if (process.arch !== 'arm64') expect(lines).toMatch(new RegExp(`^${tier}: \\d{3,} cases`, 'm'))
  })
})
