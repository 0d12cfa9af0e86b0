/** A chip and a board that nobody described: everything comes from detection. */
import type { Board, Chip } from '../../hal/board.js'

export const unknownChip: Chip = {
  name: 'unknown',
  title: 'not known',
  compatible: [],
  clusters: [],
  sharedCache: 'not known',
  peakBandwidth: { what: 'memory bus peak', value: 'not known', unit: 'B/s', source: 'not known' },
  features: [],
  source: 'nothing declared',
}

export const undeclared = {
  chip: unknownChip,
  simulated: false,
  match: { compatible: [], models: [] },
  uarts: [],
  gpio: [],
  figures: [],
  luts: [],
  notes: ['Serial ports and GPIO chips are found, not declared; see lutra inspect.'],
} satisfies Partial<Board>
