/** Macs with an M3, for development. */
import type { Board } from '../hal/board.js'
import { appleM3 } from './chips/apple.js'
import { mac } from './chips/mac.js'

export const appleM3Mac: Board = {
  ...mac,
  name: 'apple-m3',
  title: 'Apple M3',
  chip: appleM3,
  memory: [8 * 2 ** 30, 16 * 2 ** 30, 24 * 2 ** 30],
  match: {
    compatible: [],
    models: ['Mac15,3'],
    brands: ['Apple M3'],
  },
}
