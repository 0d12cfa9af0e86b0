import { existsSync, readFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { RowPool } from '../../../sdk/quantize/rows/pool.js'
import { sharedBytes, sharedFloats } from '../../../sdk/quantize/rows/shared.js'

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

const status = '/proc/self/status'
const addresses = () => Number(/VmSize:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]) / 1024

it.skipIf(!existsSync(status))('nor does a thread hold on to what it was lent', async () => {
  const pool = new RowPool(1)
  const lend = async () => {
    const problem = {
      name: 'w',
      rows: 1,
      cols: 32,
      weights: sharedFloats(1 << 24),
      grid: 'Q4_0',
      bytes: sharedBytes(18),
    }
    await pool.run('method', { method: 'rtn', problem, options: {} }, 1)
  }
  for (let i = 0; i < 8; i++) await lend()
  const before = addresses()
  for (let i = 0; i < 40; i++) await lend()
  // 2.5 GiB were lent meanwhile.
  expect(addresses() - before).toBeLessThan(1024)
  await pool.close()
})
