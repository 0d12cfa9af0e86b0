/** SIGKILL fifty times, at different moments of the way. Prints what the board's clock said. */
import { expect, test } from 'vitest'
import { build } from './build.js'
import { killed, noKill, stopAfter } from './killed.js'

test('fifty hosts killed', async (context) => {
  const reason = noKill()
  if (reason) return context.skip(reason)
  const { program } = build()
  const stood: number[] = []
  for (let i = 0; i < 50; i++) {
    const { stoodAfter, again } = await killed(program, 20 + 61 * (i % 20))
    expect(stoodAfter).toBeLessThanOrEqual(stopAfter)
    expect(again).toBe(false)
    stood.push(stoodAfter)
  }
  stood.sort((a, b) => a - b)
  const [first, middle, last] = [stood[0], stood[25], stood[49]].map((ms) => ms.toFixed(1))
  console.log(`stood ${first} to ${last} ms (median ${middle}) after the last byte; allowed ${stopAfter}`)
})
