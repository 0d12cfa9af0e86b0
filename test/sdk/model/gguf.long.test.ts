import { expect, it } from 'vitest'
import { readMutations } from './gguf-mutations.js'

it('a million damaged files are refused by their fault', () => {
  let total = 0
  for (let from = 0; from < 1_000_000; from += 50_000)
    for (const count of Object.values(readMutations(from, from + 50_000))) total += count
  expect(total).toBe(1_000_000)
})
