/** BeagleBoard.org BeagleY-AI. */
import type { Board } from '../hal/board.js'
import { am67a } from './chips/am67a.js'

export const beagleYAi: Board = {
  name: 'beagley-ai',
  title: 'BeagleBoard.org BeagleY-AI',
  chip: am67a,
  simulated: false,
  memory: [4 * 2 ** 30],
  match: {
    compatible: ['beagle,am67a-beagley-ai'],
    models: ['BeagleBoard.org BeagleY-AI*'],
  },
  uarts: [
    {
      name: 'header',
      path: '/dev/ttyAMA0',
      note: '40-pin header, pins 8 and 10, with the overlay k3-am67a-beagley-ai-uart-ttyama0.dtbo',
    },
    {
      name: 'console',
      path: '/dev/ttyS2',
      find: { nodes: ['serial@2800000'] },
      note: 'main_uart0, alias serial2, three-pin debug connector',
    },
  ],
  gpio: [
    { name: 'main_gpio0', find: { nodes: ['gpio@600000'], labels: ['600000.gpio'] }, note: 'LEDs (11, 12), header' },
    { name: 'main_gpio1', find: { nodes: ['gpio@601000'], labels: ['601000.gpio'] }, note: 'header' },
    { name: 'mcu_gpio0', find: { nodes: ['gpio@4201000'], labels: ['4201000.gpio'] }, note: 'header' },
  ],
  figures: [],
  luts: [],
  notes: [
    'Overlays: a line fdtoverlays in /boot/firmware/extlinux/extlinux.conf.',
    'GPIO chips are numbered in the order in which drivers come up: find them by label (gpiodetect).',
    'The C7x processors are not used.',
  ],
}
