/** Every fake machine gone bad in every way; a page of each kind is in the default suite. */
import { expect, it } from 'vitest'
import { damaged, sane, withNoise } from '../fakes/noise.js'
import { fakeNames } from '../fakes/root.js'

it.each(fakeNames)('%s with every file cut, emptied, filled with noise or gone in turn', (name) => {
  expect(withNoise(name, sane)).toBeGreaterThan(5)
})

it.each(fakeNames)('%s with bytes of its files changed at random, 200 times', (name) => {
  for (let seed = 1; seed <= 200; seed++) sane(damaged(name, seed))
})
