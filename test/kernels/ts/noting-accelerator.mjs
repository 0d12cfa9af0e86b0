/** An accelerator at a worker's end of the wire: notes in shared memory what was asked of it, and fails on request. */
import { LutraError } from '../../../dist/hal/error.js'

export async function createAccelerator({ notes, fault } = {}) {
  if (fault === 'known') throw new LutraError('unsupported', 'Expected a card but found none; plug one in')
  if (fault === 'unknown') throw new TypeError('it fell over')
  return {
    name: 'noting',
    simulated: true,
    tokens: 2,
    counters: () => ({ loads: notes[0] }),
    prepare() {},
    load() {
      notes[0]++
      return undefined
    },
    close() {
      notes[1]++
    },
  }
}
