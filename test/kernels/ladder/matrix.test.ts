/** Every type with one kind of activations, by the first kernel, and the table in docs/; matrix.long.test.ts runs all of them everywhere. */
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { activationTypes, bound, checkPair, oddShapes, pairTables, targets, weightTypes } from './matrix.js'

describe('W × A', () => {
  for (const target of targets)
    it(`every third pair is right on ${target}`, () => {
      for (const [i, W] of weightTypes.entries()) {
        const each = activationTypes[i % activationTypes.length]
        const { kernels, cases, worst } = checkPair(W, each, target, oddShapes.slice(1, 2), false)
        expect(kernels.length, `${W.name} × ${each}`).toBeGreaterThan(0)
        expect(cases).toBeGreaterThan(0)
        expect(worst, `${W.name} × ${each} by ${kernels[0]}`).toBeLessThan(bound)
      }
    })

  it('stands in docs/ladder-pairs.md as it is', () => {
    const path = new URL('../../../docs/ladder-pairs.md', import.meta.url)
    const page = readFileSync(path, 'utf8')
    // What the long test measured stays above.
    if (process.env.LUTRA_WRITE) writeFileSync(path, page.slice(0, page.indexOf('## ')) + pairTables())
    else expect(page.slice(page.indexOf('## '))).toBe(pairTables())
  })
})
