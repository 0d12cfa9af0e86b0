/** Radxa ROCK 5B (RK3588). */
import type { Board } from '../hal/board.js'
import { rk3588, rk3588Console, rk3588Figures, rk3588Gpio, rk3588Notes } from './chips/rk3588.js'

export const rock5b: Board = {
  name: 'rock-5b',
  title: 'Radxa ROCK 5B',
  chip: rk3588,
  simulated: false,
  memory: [4 * 2 ** 30, 8 * 2 ** 30, 16 * 2 ** 30, 32 * 2 ** 30],
  match: {
    compatible: ['radxa,rock-5b'],
    models: ['Radxa ROCK 5B', 'Radxa ROCK 5 Model B'],
  },
  uarts: [
    rk3588Console,
    {
      name: 'uart7-m2',
      path: '/dev/ttyS7',
      find: { nodes: ['serial@feba0000'] },
      note: '40-pin header, pins 24 and 26, with the overlay rk3588-uart7-m2 (rsetup → Overlays)',
    },
  ],
  gpio: rk3588Gpio,
  figures: rk3588Figures,
  luts: [],
  notes: [...rk3588Notes, 'The console is on header pins 8 and 10.'],
}
