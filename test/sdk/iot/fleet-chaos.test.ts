/** The fleet's promises under seeded chance; thousands of seeds in fleet-chaos.long.test.ts. */
import { expect, it } from 'vitest'
import { chaos } from './fleet-chaos.js'

it('none lost, none executed twice, with shared subscriptions and without', async () => {
  const total = { restarts: 0, executed: 0, done: 0 }
  for (let seed = 1; seed <= 8; seed++) {
    const { wrongs, answers, restarts, executed } = await chaos(seed, { shared: seed % 4 !== 0 })
    expect(wrongs, `seed ${seed}`).toEqual([])
    total.restarts += restarts
    total.executed += executed
    total.done += answers.done ?? 0
  }
  // The chance did do harm, and most went well nevertheless.
  expect(total.restarts).toBeGreaterThan(1)
  expect(total.executed).toBeGreaterThan(8)
  expect(total.done).toBeGreaterThan(48)
})
