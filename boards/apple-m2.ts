/** Macs with an M2, for development. */
import type { Board } from '../hal/board.js'
import { appleM2 } from './chips/apple.js'

export const appleM2Mac: Board = {
  name: 'apple-m2',
  title: 'Apple M2',
  chip: appleM2,
  simulated: false,
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
  uarts: [{ name: 'usb', note: 'USB serial adapters only: /dev/cu.usbserial-* on macOS, /dev/ttyUSB* on Linux' }],
  gpio: [],
  figures: [],
  luts: [],
  notes: [
    'For development: there is no robot in a Mac, but every back end runs.',
    'Linux is Asahi: its device tree names the machine.',
  ],
}
