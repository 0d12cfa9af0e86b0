/**
 * The pilot from end to end with every int8 linear as LMMA programs on the Verilog array at the end of a pipe: the same
 * logits, bit by bit, as on the fast path.
 */
import { describe, expect, it } from 'vitest'
import { simulatorVersion } from '../../../../kernels/lut-core/rtl/build.js'
import { open } from '../../../../sdk/index.js'

const ids = Int32Array.of(1, 40, 41)

async function logitsOn(lutCore: string) {
  const began = Date.now()
  const model = await open('pilot', { backend: 'lut-core', lutCore })
  try {
    expect(model.backend).toMatchObject({ name: 'lut-core', simulated: true })
    const logits = await model.logits(ids, 'all')
    return { logits, counters: await model.counters(), seconds: (Date.now() - began) / 1000 }
  } finally {
    await model.close()
  }
}

describe('the pilot on the Verilog array', async () => {
  const fast = await logitsOn('execution=fast')

  it.skipIf((await simulatorVersion('verilator')) === undefined)('as on the fast path', async () => {
    const { logits, counters, seconds } = await logitsOn('execution=rtl')
    console.log(`${ids.length} tokens in ${seconds.toFixed(1)} s: ${JSON.stringify(counters)}`)
    expect(counters.cycles).toBeGreaterThan(10_000)
    expect(logits).toEqual(fast.logits)
  })

  it('as programs on the functional array', async () => {
    const { logits, counters } = await logitsOn('execution=programs')
    expect(counters.programs).toBeGreaterThan(0)
    expect(logits).toEqual(fast.logits)
  })
})
