/** Macs with an M2, for development. */
import type { Board } from '../hal/board.js'
import { appleM2 } from './chips/apple.js'
import { mac } from './chips/mac.js'

export const appleM2Mac: Board = {
  ...mac,
  name: 'apple-m2',
  title: 'Apple M2',
  chip: appleM2,
  memory: [8 * 2 ** 30, 16 * 2 ** 30, 24 * 2 ** 30],
  match: {
    compatible: ['apple,j413', 'apple,j415', 'apple,j473', 'apple,j493'],
    models: [
      'Mac14,2',
      'Mac14,3',
      'Apple MacBook Air (13-inch, M2, 2022)',
      'Apple MacBook Air (15-inch, M2, 2023)',
      'Apple Mac mini (M2, 2023)',
      'Apple MacBook Pro (13-inch, M2, 2022)',
    ],
    brands: ['Apple M2'],
  },
  notes: [...mac.notes, 'Linux is Asahi: its device tree names the machine.'],
}
