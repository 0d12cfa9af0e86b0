/** What Macs have in common: no header, so that whatever they drive hangs on USB. */
import type { Board } from '../../hal/board.js'

export const mac = {
  simulated: false,
  uarts: [{ name: 'usb', note: 'USB serial adapters only: /dev/cu.usbserial-* on macOS, /dev/ttyUSB* on Linux' }],
  gpio: [],
  figures: [],
  luts: [],
  notes: ['For development: there is no robot in a Mac, but every back end runs.'],
} satisfies Partial<Board>
