/** Macs with an M4, for development. */
import type { Board } from '../hal/board.js'
import { appleM4 } from './chips/apple.js'
import { mac } from './chips/mac.js'

export const appleM4Mac: Board = {
  ...mac,
  name: 'apple-m4',
  title: 'Apple M4',
  chip: appleM4,
  memory: [16 * 2 ** 30, 24 * 2 ** 30, 32 * 2 ** 30],
  match: {
    compatible: [],
    models: ['Mac16,10'],
    brands: ['Apple M4'],
  },
  notes: [...mac.notes, 'SME is there, SVE outside of it is not.'],
}
