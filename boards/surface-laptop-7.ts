/** Microsoft Surface Laptop 7, 13.8 and 15 inch, with a Snapdragon X Elite. */
import type { Board } from '../hal/board.js'
import { x1e80100 } from './chips/x1e80100.js'

export const surfaceLaptop7: Board = {
  name: 'surface-laptop-7',
  title: 'Microsoft Surface Laptop 7',
  chip: x1e80100,
  simulated: false,
  memory: [16 * 2 ** 30, 32 * 2 ** 30, 64 * 2 ** 30],
  match: {
    compatible: ['microsoft,romulus13', 'microsoft,romulus15'],
    models: ['Microsoft Surface Laptop 7*', 'Microsoft Corporation Microsoft Surface Laptop, 7th Edition'],
    skus: ['Surface_Laptop_7th_Edition_2036', 'Surface_Laptop_7th_Edition_2037'],
  },
  uarts: [{ name: 'usb', note: 'USB serial adapters only' }],
  gpio: [],
  figures: [
    {
      what: 'memcpy',
      value: 38.36e9,
      unit: 'B/s',
      source: 'tinymembench, one core; sbc-bench report of an X Elite devkit',
    },
    {
      what: 'memset',
      value: 110.41e9,
      unit: 'B/s',
      source: 'tinymembench, one core; sbc-bench report of an X Elite devkit',
    },
    {
      what: 'BitNet-3B by T-MAC, 2024, four threads',
      value: 48,
      unit: 'tokens/s',
      source: 'T-MAC docs/profiling_data.md (2024)',
    },
  ],
  luts: [],
  notes: [
    '13.8 inch is romulus13 (SKU 2036), 15 inch is romulus15 (SKU 2037).',
    'Some are fitted with a Snapdragon X Plus (ten cores); detection counts.',
    'i8mm without SVE: kernels that ask for both never run here.',
    'There is also an Intel model of this name; it has another SKU.',
  ],
}
