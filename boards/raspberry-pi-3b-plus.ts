/** Raspberry Pi 3 Model B+. */
import type { Board } from '../hal/board.js'
import { bcm2837b0 } from './chips/bcm2837.js'

export const raspberryPi3bPlus: Board = {
  name: 'raspberry-pi-3b-plus',
  title: 'Raspberry Pi 3 Model B+',
  chip: bcm2837b0,
  simulated: false,
  memory: [2 ** 30],
  match: {
    compatible: ['raspberrypi,3-model-b-plus'],
    models: ['Raspberry Pi 3 Model B Plus*', 'Raspberry Pi 3 Model B+'],
  },
  uarts: [
    {
      name: 'serial0',
      path: '/dev/serial0',
      find: { aliases: ['serial0'] },
      note: 'header pins 8 and 10; the mini UART (ttyS0) or, with the Bluetooth overlay off, the PL011 (ttyAMA0)',
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
    { what: 'memcpy', value: 1.12e9, unit: 'B/s', source: 'tinymembench, one core; sbc-bench reports, 1.04 to 1.23' },
    { what: 'memset', value: 1.6e9, unit: 'B/s', source: 'tinymembench, one core; sbc-bench reports, 1.46 to 1.78' },
  ],
  luts: [],
  notes: [
    'Header UART: enable_uart=1 in /boot/firmware/config.txt; dtoverlay=disable-bt gives it the PL011, whose clock is steady.',
    'Remove console=serial0,115200 from /boot/firmware/cmdline.txt, else the console talks to the robot.',
    '1 GB of memory. Firmware lowers the clock to 1.2 GHz from 60 °C on.',
    'sysfs GPIO needs a +512 offset on kernels from 6.6 on; use the character device.',
  ],
}
