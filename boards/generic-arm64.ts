/** A 64-bit ARM machine without a board file: whatever detection finds, and nothing declared. */
import type { Board } from '../hal/board.js'
import { unknownChip } from './chips/unknown.js'

export const genericArm64: Board = {
  name: 'generic-arm64',
  title: 'Generic 64-bit ARM machine',
  chip: unknownChip,
  simulated: false,
  match: { compatible: [], models: [] },
  uarts: [],
  gpio: [],
  figures: [],
  luts: [],
  notes: [
    'Serial ports and GPIO chips are found, not declared; see lutra inspect.',
    'A board that should be known: paste the output of lutra inspect --report into an issue.',
  ],
}
