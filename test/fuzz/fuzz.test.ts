import { describe, expect, it } from 'vitest'
import { fuzz } from './fuzz.js'

describe('the fuzzer', () => {
  it('finds its way by coverage to what chance would not find', async () => {
    // Five doors in a row, each open in one case of twenty: by chance one of 3.2 million gets through.
    let through = 0
    const target = {
      name: 'doors',
      run(random: () => number) {
        if (random() < 0.95) return
        if (random() > 0.05) return
        if (random() < 0.95) return
        if (random() > 0.05) return
        if (random() < 0.95) return
        through++
      },
    }
    const report = await fuzz(target, 30_000, 1, /fuzz\.test\.ts/)
    expect(through).toBeGreaterThan(0)
    expect(report.kept).toBeGreaterThanOrEqual(4)
  })

  it('tells a fault with its choices, and arrays that are only asked for', async () => {
    const faulty = (run: () => void) =>
      fuzz({ name: 'faulty', run: (random) => void (random() < 0.01 && run()) }, 5000, 2)
    await expect(
      faulty(() => {
        throw new TypeError('no such property')
      }),
    ).rejects.toThrow(/^faulty, seed 2: no such property; its choices: \[0\.00/)
    await expect(faulty(() => void new Float64Array(2 ** 25))).rejects.toThrow('asked for 268435456 bytes')
    await expect(faulty(() => void Buffer.alloc(2 ** 28))).rejects.toThrow('asked for 268435456 bytes')
  })
})
