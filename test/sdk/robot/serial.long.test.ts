/** The rest of the ways in which a host may die, over a real pseudo-terminal. */
import { test } from 'vitest'
import { dies, noDist } from './dying.js'
import { noSocat } from './socat.js'

test.skipIf(noSocat ?? noDist).each([
  ['SIGINT', undefined, 'SIGINT'],
  ['SIGHUP', undefined, 'SIGHUP'],
  ['SIGQUIT', undefined, 'SIGQUIT'],
  ['an unhandled rejection', 'crash', '1'],
])('a host that dies by %s leaves no moving robot', async (_, how, ends) => {
  await dies(how, ends, true)
})
