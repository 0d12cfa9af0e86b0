/** Macs with a Pro, Max or Ultra of M1 to M4, for development. */
import type { Board } from '../hal/board.js'
import { appleLarger } from './chips/apple.js'
import { mac } from './chips/mac.js'

export const appleProMax: Board = {
  ...mac,
  name: 'apple-pro-max',
  title: 'Apple M1 to M4, Pro, Max and Ultra',
  chip: appleLarger,
  match: {
    compatible: [
      'apple,j314s',
      'apple,j316s',
      'apple,j314c',
      'apple,j316c',
      'apple,j375c',
      'apple,j375d',
      'apple,j414s',
      'apple,j416s',
      'apple,j474s',
      'apple,j414c',
      'apple,j416c',
      'apple,j475c',
      'apple,j180d',
      'apple,j475d',
    ],
    models: [
      'Apple MacBook Pro (14-inch, M1 Pro, 2021)',
      'Apple MacBook Pro (16-inch, M1 Pro, 2021)',
      'Apple MacBook Pro (14-inch, M1 Max, 2021)',
      'Apple MacBook Pro (16-inch, M1 Max, 2021)',
      'Apple Mac Studio (M1 Max, 2022)',
      'Apple Mac Studio (M1 Ultra, 2022)',
      'Apple MacBook Pro (14-inch, M2 Pro, 2023)',
      'Apple MacBook Pro (16-inch, M2 Pro, 2023)',
      'Apple Mac mini (M2 Pro, 2023)',
      'Apple MacBook Pro (14-inch, M2 Max, 2023)',
      'Apple MacBook Pro (16-inch, M2 Max, 2023)',
      'Apple Mac Studio (M2 Max, 2023)',
      'Apple Mac Pro (M2 Ultra, 2023)',
      'Apple Mac Studio (M2 Ultra, 2023)',
    ],
    brands: [
      'Apple M1 Pro',
      'Apple M1 Max',
      'Apple M1 Ultra',
      'Apple M2 Pro',
      'Apple M2 Max',
      'Apple M2 Ultra',
      'Apple M3 Pro',
      'Apple M3 Max',
      'Apple M3 Ultra',
      'Apple M4 Pro',
      'Apple M4 Max',
    ],
  },
  figures: [
    {
      what: 'memcpy of an M1 Pro',
      value: 27.11e9,
      unit: 'B/s',
      source: 'tinymembench, one core; sbc-bench report (443N)',
    },
  ],
  notes: [
    ...mac.notes,
    'Bandwidth by Apple: M1 and M2 Pro 200, M3 Pro 150, M4 Pro 273, Max 300 to 546, Ultra 800 and more GB/s; measure it.',
  ],
}
