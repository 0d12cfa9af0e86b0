/** A board that does not exist: any machine with a simulated LUT Tensor Core. Found by name only (LUTRA_BOARD). */
import type { Board } from '../hal/board.js'
import { unknownChip } from './chips/unknown.js'

export const simulatedLut: Board = {
  name: 'simulated-lut',
  title: 'Simulated board with a LUT Tensor Core (no such hardware)',
  chip: unknownChip,
  simulated: true,
  match: { compatible: [], models: [] },
  uarts: [],
  gpio: [],
  figures: [],
  luts: [
    {
      name: 'lut-core M2N64K4',
      simulated: true,
      array: [2, 64, 4],
      weightBits: [1, 2, 4],
      hertz: 1e9,
      declaredBy: 'boards/simulated-lut',
    },
  ],
  backend: 'lut-core',
  notes: [
    'Everything about this board is simulated: cycles, area and energy come from models, time from the host.',
    'Array shape and 1 GHz clock follow LUT Tensor Core (ISCA 2025), M2N64K4 with a 1 ns clock.',
  ],
}
