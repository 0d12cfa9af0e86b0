/** A machine of another architecture without a board file: whatever detection finds, and nothing declared. */
import type { Board } from '../hal/board.js'
import { unknownChip } from './chips/unknown.js'

export const generic: Board = {
  name: 'generic',
  title: 'Generic machine',
  chip: unknownChip,
  simulated: false,
  match: {
    compatible: [],
    models: [],
  },
  uarts: [],
  gpio: [],
  figures: [],
  luts: [],
  notes: ['Serial ports and GPIO chips are found, not declared; see lutra inspect.'],
}
