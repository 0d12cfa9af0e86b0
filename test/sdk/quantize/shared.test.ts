import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { sharedFloats } from '../../../sdk/quantize/rows/shared.js'

it('shared arrays that nobody holds are collected before the next gigabyte is given out', async () => {
  let collected = 0
  const registry = new FinalizationRegistry(() => collected++)
  // Never written, so none of it is real memory.
  for (let i = 0; i < 24; i++) {
    registry.register(sharedFloats(1 << 24), undefined)
    await setImmediate()
  }
  await setImmediate()
  expect(collected).toBeGreaterThanOrEqual(12)
})
