import { describe, expect, it } from 'vitest'
import { fuzz } from './fuzz.js'
import { targets } from './hostile.js'

/** The long run has a thousand times as many: hostile.long.test.ts. */
describe('hostile bytes', () => {
  it.each(targets)('$name: read or refused, led by coverage', async (target) => {
    const { kept } = await fuzz(target, 60, 11)
    expect(kept).toBeGreaterThan(0)
  })
})
