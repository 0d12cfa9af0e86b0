/** The fleet's promises over thousands of seeds. */
import { expect, it } from 'vitest'
import { chaos } from './fleet-chaos.js'

/** Three quarters with shared subscriptions. */
const all = Number(process.env.LUTRA_FLEET_SEEDS ?? 4000)

it.each([
  ['shared subscriptions', true, Math.round(0.75 * all)],
  ['a broker without them', false, Math.round(0.25 * all)],
])('none lost, none executed twice: %s', async (name, shared, seeds) => {
  const total: Record<string, number> = {}
  const add = (key: string, n: number) => {
    total[key] = (total[key] ?? 0) + n
  }
  for (let seed = 1000; seed < 1000 + seeds; seed++) {
    const { wrongs, answers, restarts, executed } = await chaos(seed, { shared })
    expect(wrongs, `seed ${seed}`).toEqual([])
    add('restarts', restarts)
    add('executed', executed)
    for (const [state, n] of Object.entries(answers)) add(state, n)
  }
  console.log(name, seeds, 'runs', total)
  expect(total.restarts).toBeGreaterThan(seeds / 5)
  expect(total.executed).toBeGreaterThan(seeds)
})
