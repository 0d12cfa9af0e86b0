/** A chip nobody described: everything comes from detection. */
import type { Chip } from '../../hal/board.js'

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
