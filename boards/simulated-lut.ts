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
      activations: ['i8', 'i16', 'f16', 'e4m3', 'e5m2'],
      weightBits: [1, 2, 3, 4, 5, 6, 7, 8],
      tableBits: 10,
      tableMode: 'exact',
      accumulatorBits: 32,
      ideas: { reinterpretation: true, symmetrization: true, negationElimination: true, fusedPrecompute: true },
      hertz: 1e9,
      memory: { dramBytesPerSecond: 17e9, dramLatency: 100e-9, sramBytes: 512 * 1024, sramBytesPerCycle: 64 },
      declaredBy: 'boards/simulated-lut',
    },
  ],
  backend: 'lut-core',
  notes: [
    'Everything about this board is simulated: cycles, area and energy come from models, time from the host.',
    'Array shape and 1 GHz clock follow LUT Tensor Core (ISCA 2025), M2N64K4 with a 1 ns clock; 10 bits hold four int8 exactly.',
    'Its memory is ours: DRAM as LPDDR4X on such boards gives it, 512 KiB of SRAM that gives 64 bytes a cycle.',
  ],
}
