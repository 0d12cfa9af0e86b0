import { it } from 'vitest'
import { killAgainAndAgain } from './kill.js'

it('keeps every acknowledged record through 200 kills', async () => {
  await killAgainAndAgain(150, false)
  await killAgainAndAgain(50, true)
})
