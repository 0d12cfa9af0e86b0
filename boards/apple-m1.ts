/** Macs with an M1, for development. */
import type { Board } from '../hal/board.js'
import { appleM1 } from './chips/apple.js'

export const appleM1Mac: Board = {
  name: 'apple-m1',
  title: 'Apple M1',
  chip: appleM1,
  simulated: false,
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
  uarts: [{ name: 'usb', note: 'USB serial adapters only: /dev/cu.usbserial-* on macOS, /dev/ttyUSB* on Linux' }],
  gpio: [],
  figures: [],
  luts: [],
  notes: [
    'For development: there is no robot in a Mac, but every back end runs.',
    'Linux is Asahi: its device tree names the machine.',
  ],
}
