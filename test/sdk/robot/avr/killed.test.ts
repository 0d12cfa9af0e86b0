/** SIGKILL, the proof: a dead host's board stands within its own stop-after time, by its own clock and its own pins. */
import { expect, test } from 'vitest'
import { build } from './build.js'
import { killed, noKill, stopAfter } from './killed.js'

test('a host killed in motion leaves standing wheels within the stop-after time', async (context) => {
  const reason = noKill()
  if (reason) return context.skip(reason)
  const { drove, stoodAfter, again } = await killed(build().program, 200)
  expect(drove).toBeGreaterThanOrEqual(200)
  expect(stoodAfter).toBeLessThanOrEqual(stopAfter)
  expect(stoodAfter).toBeGreaterThan(0)
  expect(again).toBe(false)
})
