/** Raspberry Pi 4 Model B. */
import type { Board } from '../hal/board.js'
import { bcm2711 } from './chips/bcm2711.js'

export const raspberryPi4b: Board = {
  name: 'raspberry-pi-4b',
  title: 'Raspberry Pi 4 Model B',
  chip: bcm2711,
  simulated: false,
  memory: [2 ** 30, 2 * 2 ** 30, 4 * 2 ** 30, 8 * 2 ** 30],
  match: {
    compatible: ['raspberrypi,4-model-b'],
    models: ['Raspberry Pi 4 Model B*'],
  },
  uarts: [
    {
      name: 'serial0',
      path: '/dev/serial0',
      find: { aliases: ['serial0'] },
      note: 'header pins 8 and 10; a link to ttyS0 (mini UART, its clock follows the core clock) or, with the Bluetooth overlay off, ttyAMA0',
    },
  ],
  gpio: [
    {
      name: 'pinctrl-bcm2711',
      path: '/dev/gpiochip0',
      find: { nodes: ['gpio@7e200000'], labels: ['pinctrl-bcm2711'] },
      note: '40-pin header',
    },
  ],
  figures: [
    { what: 'memcpy', value: 2.33e9, unit: 'B/s', source: 'tinymembench, one core; sbc-bench report' },
    { what: 'memset', value: 3.12e9, unit: 'B/s', source: 'tinymembench, one core; sbc-bench report' },
    { what: 'power', value: 'not known', unit: 'W', source: 'no measurement seen; about 3 to 7 W by estimate' },
  ],
  luts: [],
  notes: [
    'Header UART: enable_uart=1 in /boot/firmware/config.txt; dtoverlay=disable-bt gives it the PL011; four more by dtoverlay=uart2 … uart5.',
    'Remove console=serial0,115200 from /boot/firmware/cmdline.txt, else the console talks to the robot.',
    'No dot product instructions: the table-lookup kernels gain most here.',
    'sysfs GPIO needs a +512 offset on kernels from 6.6 on; use the character device.',
  ],
}
