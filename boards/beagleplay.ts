/** BeagleBoard.org BeaglePlay. */
import type { Board } from '../hal/board.js'
import { am625 } from './chips/am625.js'

export const beaglePlay: Board = {
  name: 'beagleplay',
  title: 'BeagleBoard.org BeaglePlay',
  chip: am625,
  simulated: false,
  match: {
    compatible: ['beagle,am625-beagleplay'],
    models: ['BeagleBoard.org BeaglePlay*'],
  },
  uarts: [
    { name: 'mikroBUS', path: '/dev/ttyS0', note: 'main_uart5, alias serial0' },
    { name: 'console', path: '/dev/ttyS2', note: 'alias serial2, debug header' },
  ],
  gpio: [],
  figures: [
    { what: 'memory', value: 2147483648, unit: 'B', source: 'board data' },
    { what: 'memcpy', value: 'not known', unit: 'B/s', source: 'not measured by anyone seen' },
    { what: 'power', value: 'not known', unit: 'W', source: 'not known' },
  ],
  luts: [],
  notes: ['GPIO chip labels: not known.'],
}
