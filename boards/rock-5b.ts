/** Radxa ROCK 5B (RK3588). */
import type { Board } from '../hal/board.js'
import { rk3588 } from './chips/rk3588.js'

export const rock5b: Board = {
  name: 'rock-5b',
  title: 'Radxa ROCK 5B',
  chip: rk3588,
  simulated: false,
  match: {
    compatible: ['radxa,rock-5b'],
    models: ['Radxa ROCK 5B', 'Radxa ROCK 5 Model B'],
  },
  uarts: [
    {
      name: 'console',
      path: '/dev/ttyS2',
      note: '40-pin header pins 8 and 10 at 1500000 baud; ttyFIQ0 with the vendor kernel',
    },
    { name: 'uart7-m2', path: '/dev/ttyS7', note: 'by overlay' },
  ],
  gpio: [],
  figures: [
    {
      what: 'memcpy',
      value: 12.14e9,
      unit: 'B/s',
      source: 'tinymembench, one core; sbc-bench report, 12.1 to 12.8 over RK3588 boards',
    },
    {
      what: 'memset',
      value: 27.9e9,
      unit: 'B/s',
      source: 'tinymembench, one core; sbc-bench report, 27.9 to 29.9 over RK3588 boards',
    },
    { what: 'power', value: 'not known', unit: 'W', source: 'no measurement seen; about 5 to 12 W by estimate' },
  ],
  luts: [],
  notes: [
    'Compute on the four Cortex-A76 (cpu4 to cpu7); the A55 slow every step down.',
    'The memory clock follows the devfreq governor of dmc (528 to 2112 MHz): set it to performance for steady speed.',
    'GPIO chip labels: not known.',
    'The NPU is not used.',
  ],
}
