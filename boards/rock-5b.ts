/** Radxa ROCK 5B (RK3588). */
import type { Board } from '../hal/board.js'
import { rk3588, rk3588Figures, rk3588Notes } from './chips/rk3588.js'

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
  figures: rk3588Figures,
  luts: [],
  notes: rk3588Notes,
}
