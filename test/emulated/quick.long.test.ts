/** Emulated ARM in two or three minutes, for CI: one sentence and a small part of the conformance suite on three cores. */
import { describe, it } from 'vitest'
import { type Emulated, prepare } from './emulate.js'
import { pilotAnswers } from './inside/pilot.js'
import { arm64, coreNamed } from './machines.js'
import { looks, passed } from './suites.js'

const prepared = await prepare(arm64)
const reason = 'reason' in prepared ? prepared.reason : undefined
if (reason !== undefined) console.log(`emulated arm64, the quick part: skipped: ${reason}`)
const emulated = prepared as Emulated

describe.skipIf(reason !== undefined)('emulated arm64, the quick part', () => {
  it.each(['cortex-a72', 'cortex-a76', 'max'])('%s runs its own tier', async (cpu) => {
    const core = coreNamed(cpu)
    console.log(`${cpu} ${core.tier}: pilot ${await looks(emulated, core, await pilotAnswers(1))}`)
    // Integers exactly, 4-bit and ternary floats, one whole model, and a state's life.
    const tests = 'int8 linear of|float linear of (Q4_0|Q4_K|Q8_0|TQ2_0|LT2)|bitnet LT2: logits|truncates, forks'
    const pattern = `conformance of native ${core.tier} mad (${tests})`
    passed(await emulated.suite(core, pattern, ['kernels/native-conformance']), 10)
  })
})
