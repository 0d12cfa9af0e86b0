import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { measureBandwidth, measureInWorkers } from '../../hal/index.js'

const worker = join(dirname(fileURLToPath(import.meta.url)), '../../dist/hal/bandwidth-worker.js')

it('asks the injected measurement once for each thread count, one after the other', async () => {
  let running = 0
  const rows = await measureBandwidth([1, 2, 4], async (threads) => {
    expect(++running).toBe(1)
    await new Promise(setImmediate)
    running--
    return threads * 1e9
  })
  expect(rows).toEqual([1, 2, 4].map((threads) => ({ threads, bytesPerSecond: threads * 1e9 })))
})

it('measures in worker threads within the bounds of any machine', async (context) => {
  if (!existsSync(worker)) context.skip('dist/ is not built: npx tsc -p tsconfig.build.json')
  for (const threads of [1, 2, 3]) {
    const rate = await measureInWorkers(threads, 8 * 2 ** 20, 20)
    expect(rate).toBeGreaterThan(1e7)
    expect(rate).toBeLessThan(1e13)
  }
})
