/** Macs with an M3, for development. */
import type { Board } from '../hal/board.js'
import { appleM3 } from './chips/apple.js'

export const appleM3Mac: Board = {
  name: 'apple-m3',
  title: 'Apple M3',
  chip: appleM3,
  simulated: false,
  match: {
    compatible: [],
    models: ['Mac15,3'],
    brands: ['Apple M3'],
  },
  uarts: [{ name: 'usb', note: 'USB serial adapters only: /dev/cu.usbserial-* on macOS, /dev/ttyUSB* on Linux' }],
  gpio: [],
  figures: [],
  luts: [],
  notes: ['For development: there is no robot in a Mac, but every back end runs.'],
}
