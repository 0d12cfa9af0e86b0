/** BeagleBoard.org BeaglePlay. */
import type { Board } from '../hal/board.js'
import { am625 } from './chips/am625.js'

export const beaglePlay: Board = {
  name: 'beagleplay',
  title: 'BeagleBoard.org BeaglePlay',
  chip: am625,
  simulated: false,
  memory: [2 * 2 ** 30],
  match: {
    compatible: ['beagle,am625-beagleplay'],
    models: ['BeagleBoard.org BeaglePlay*'],
  },
  uarts: [
    {
      name: 'mikroBUS',
      path: '/dev/ttyS0',
      find: { nodes: ['serial@2850000'] },
      note: 'main_uart5, alias serial0',
    },
    {
      name: 'console',
      path: '/dev/ttyS2',
      find: { nodes: ['serial@2800000'] },
      note: 'main_uart0, alias serial2, debug header',
    },
  ],
  gpio: [
    {
      name: 'main_gpio0',
      find: { nodes: ['gpio@600000'], labels: ['600000.gpio'] },
      note: 'user LEDs (3 to 6, 9) and the user button (18)',
    },
    {
      name: 'main_gpio1',
      find: { nodes: ['gpio@601000'], labels: ['601000.gpio'] },
      note: 'mikroBUS lines, named MIKROBUS_GPIO1_n in gpioinfo',
    },
  ],
  figures: [
    { what: 'memory', value: 2147483648, unit: 'B', source: 'board data' },
    { what: 'memcpy', value: 'not known', unit: 'B/s', source: 'not measured by anyone seen' },
    { what: 'power', value: 'not known', unit: 'W', source: 'not known' },
  ],
  luts: [],
  notes: [
    'GPIO chips are numbered in the order in which drivers come up: find them by label (gpiodetect).',
    'Sensors on Grove and QWIIC are I2C buses, not UARTs.',
    'The memory bus is 16 bits wide: large models crawl, the pilot does not.',
  ],
}
