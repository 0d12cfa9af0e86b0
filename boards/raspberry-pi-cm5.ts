/** Raspberry Pi Compute Module 5, with eMMC or Lite. */
import type { Board } from '../hal/board.js'
import { bcm2712 } from './chips/bcm2712.js'
import { rp1Gpio, rp1Uarts } from './chips/rp1.js'

export const raspberryPiCm5: Board = {
  name: 'raspberry-pi-cm5',
  title: 'Raspberry Pi Compute Module 5',
  chip: bcm2712,
  simulated: false,
  memory: [2 * 2 ** 30, 4 * 2 ** 30, 8 * 2 ** 30, 16 * 2 ** 30],
  match: {
    compatible: ['raspberrypi,5-compute-module'],
    models: ['Raspberry Pi Compute Module 5*'],
  },
  uarts: rp1Uarts,
  gpio: rp1Gpio,
  figures: [],
  luts: [],
  notes: [
    'UART on GPIO 14 and 15: dtparam=uart0=on in /boot/firmware/config.txt.',
    "What of the pins is wired is the carrier board's business.",
  ],
}
