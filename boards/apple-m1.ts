/** Macs with an M1, for development. */
import type { Board } from '../hal/board.js'
import { appleM1 } from './chips/apple.js'
import { mac } from './chips/mac.js'

export const appleM1Mac: Board = {
  ...mac,
  name: 'apple-m1',
  title: 'Apple M1',
  chip: appleM1,
  memory: [8 * 2 ** 30, 16 * 2 ** 30],
  match: {
    compatible: ['apple,j274', 'apple,j293', 'apple,j313', 'apple,j456', 'apple,j457'],
    models: [
      'MacBookAir10,1',
      'Apple Mac mini (M1, 2020)',
      'Apple MacBook Pro (13-inch, M1, 2020)',
      'Apple MacBook Air (M1, 2020)',
      'Apple iMac (24-inch, 4x USB-C, M1, 2021)',
      'Apple iMac (24-inch, 2x USB-C, M1, 2021)',
    ],
    brands: ['Apple M1'],
  },
  notes: [...mac.notes, 'Linux is Asahi: its device tree names the machine.'],
}
