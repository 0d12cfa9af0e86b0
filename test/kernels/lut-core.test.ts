import { expect, it } from 'vitest'
import type { Device } from '../../hal/device.js'
import { LT2 } from '../../hal/dtypes/index.js'
import { lutCoreBackend } from '../../kernels/index.js'
import { TsEngine } from '../../kernels/ts/engine.js'
import { conform } from './conformance.js'
import { random, randomTensor } from './random.js'

await conform({ title: 'lut-core (simulated)', backend: lutCoreBackend, roundsTokens: true, exactBlocks: true })

it('lut-core counts its work: tables, lookups and cycles', async () => {
  const engine = await lutCoreBackend.open({} as Device, {})
  if (!(engine instanceof TsEngine)) throw new Error('Expected the ts engine as host')
  await engine.linear(randomTensor('w', LT2, [128, 100], random(1)), new Float32Array(3 * 128), 3, 'int8')
  // 3 tokens x 32 groups of 4 columns; 100 rows and 2 planes each; 2 passes of 2 tokens, 2 of 64 rows.
  const cycles = 2 * 32 * 2 * 2
  const counters = await engine.counters()
  expect(counters).toMatchObject({ tables: 96, lookups: 3 * 32 * 100 * 2, cycles, slots: cycles * 2 * 64 })
  // The array is fed: all of it takes longer, and each pass reads all the weights.
  expect(counters.simulatedCycles).toBeGreaterThan(cycles)
  expect(counters.simulatedSeconds).toBe(counters.simulatedCycles / 1e9)
  expect(counters.dramBytes).toBeGreaterThan((2 * (128 * 100 * 2)) / 8)
  await engine.close()
})
