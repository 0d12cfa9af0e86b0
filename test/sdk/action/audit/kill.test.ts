import { it } from 'vitest'
import { killAgainAndAgain } from './kill.js'

it('keeps every acknowledged record, once and in order, when its writer is killed at any moment', async () => {
  await Promise.all([killAgainAndAgain(3, false), killAgainAndAgain(3, true)])
})
