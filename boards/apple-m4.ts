/** Macs with an M4, for development. */
import type { Board } from '../hal/board.js'
import { appleM4 } from './chips/apple.js'

export const appleM4Mac: Board = {
  name: 'apple-m4',
  title: 'Apple M4',
  chip: appleM4,
  simulated: false,
  match: {
    compatible: [],
    models: ['Mac16,10'],
    brands: ['Apple M4'],
  },
  uarts: [{ name: 'usb', note: 'USB serial adapters only: /dev/cu.usbserial-* on macOS, /dev/ttyUSB* on Linux' }],
  gpio: [],
  figures: [],
  luts: [],
  notes: [
    'For development: there is no robot in a Mac, but every back end runs.',
    'SME is there, SVE outside of it is not.',
  ],
}
