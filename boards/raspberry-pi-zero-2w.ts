/** Raspberry Pi Zero 2 W. */
import type { Board } from '../hal/board.js'
import { bcm2837 } from './chips/bcm2837.js'

export const raspberryPiZero2w: Board = {
  name: 'raspberry-pi-zero-2w',
  title: 'Raspberry Pi Zero 2 W',
  chip: bcm2837,
  simulated: false,
  memory: [2 ** 29],
  match: {
    compatible: ['raspberrypi,model-zero-2-w'],
    models: ['Raspberry Pi Zero 2 W*'],
  },
  uarts: [
    {
      name: 'serial0',
      path: '/dev/serial0',
      find: { aliases: ['serial0'] },
      note: 'header pins 8 and 10; a link to ttyS0 (mini UART) or, with the Bluetooth overlay off, ttyAMA0',
    },
  ],
  gpio: [
    {
      name: 'pinctrl-bcm2835',
      path: '/dev/gpiochip0',
      find: { nodes: ['gpio@7e200000'], labels: ['pinctrl-bcm2835'] },
      note: '40-pin header',
    },
  ],
  figures: [
    { what: 'memcpy', value: 1.316e9, unit: 'B/s', source: 'tinymembench, one core; sbc-bench report' },
    { what: 'memset', value: 1.79e9, unit: 'B/s', source: 'tinymembench, one core; sbc-bench report' },
    { what: 'power', value: 'not known', unit: 'W', source: 'no measurement seen; about 2 to 3 W by estimate' },
  ],
  luts: [],
  notes: [
    'Header UART: enable_uart=1 in /boot/firmware/config.txt; dtoverlay=disable-bt gives it the PL011, whose clock is steady.',
    '512 MB of memory: models of some hundred million ternary weights at most.',
    'A 32-bit system (armv7) is common here; it shows neon and vfpv4.',
  ],
}
