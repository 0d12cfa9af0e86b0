/** Raspberry Pi Compute Module 4. */
import type { Board } from '../hal/board.js'
import { bcm2711 } from './chips/bcm2711.js'

export const raspberryPiCm4: Board = {
  name: 'raspberry-pi-cm4',
  title: 'Raspberry Pi Compute Module 4',
  chip: bcm2711,
  simulated: false,
  memory: [2 ** 30, 2 * 2 ** 30, 4 * 2 ** 30, 8 * 2 ** 30],
  match: {
    compatible: ['raspberrypi,4-compute-module'],
    models: ['Raspberry Pi Compute Module 4*'],
  },
  uarts: [
    {
      name: 'serial0',
      path: '/dev/serial0',
      find: { aliases: ['serial0'] },
      note: 'GPIO 14 and 15 of the carrier; the mini UART (ttyS0), or the PL011 (ttyAMA0) where Bluetooth is off or absent',
    },
  ],
  gpio: [
    {
      name: 'pinctrl-bcm2711',
      path: '/dev/gpiochip0',
      find: { nodes: ['gpio@7e200000'], labels: ['pinctrl-bcm2711'] },
      note: "what of it is wired is the carrier board's business",
    },
  ],
  figures: [],
  luts: [],
  notes: [
    'UART: enable_uart=1 in /boot/firmware/config.txt; further ones by dtoverlay=uart2 … uart5.',
    'No dot product instructions: the table-lookup kernels gain most here.',
    'The clock is 1.5 GHz unless arm_boost or over-clocking says otherwise.',
  ],
}
