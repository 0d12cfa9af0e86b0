/** Radxa Dragon Q6A (QCS6490). */
import type { Board } from '../hal/board.js'
import { qcs6490 } from './chips/qcs6490.js'

export const radxaDragonQ6a: Board = {
  name: 'radxa-dragon-q6a',
  title: 'Radxa Dragon Q6A',
  chip: qcs6490,
  simulated: false,
  memory: [4 * 2 ** 30, 6 * 2 ** 30, 8 * 2 ** 30, 12 * 2 ** 30, 16 * 2 ** 30],
  match: {
    compatible: ['radxa,dragon-q6a'],
    models: ['Radxa Dragon Q6A', 'Radxa Computer (Shenzhen) Co., Ltd. Radxa Dragon Q6A'],
  },
  uarts: [
    {
      name: 'console',
      path: '/dev/ttyMSM0',
      find: { nodes: ['serial@994000'] },
      note: 'uart5, alias serial0, at 115200 baud; serialport does not list ttyMSM ports, Lutra looks in /sys/class/tty',
    },
  ],
  gpio: [
    {
      name: 'tlmm',
      find: { nodes: ['pinctrl@f100000'], labels: ['f100000.pinctrl'] },
      note: '40-pin header; seen as gpiochip3 and as gpiochip4',
    },
  ],
  figures: [
    { what: 'memcpy', value: 8.404e9, unit: 'B/s', source: 'tinymembench, one core; sbc-bench report (KBw_)' },
    { what: 'memset', value: 19.66e9, unit: 'B/s', source: 'tinymembench, one core; sbc-bench report (KBw_)' },
  ],
  luts: [],
  notes: [
    'Four big cores of two clocks (2.7 and 2.4 GHz) compute together; the A55 are left alone.',
    'Further UARTs of the header by overlay (rsetup → Overlays).',
    'The Hexagon processor is not used.',
  ],
}
