/** Texas Instruments AM625: four Cortex-A53. */
import type { Chip } from '../../hal/board.js'

export const am625: Chip = {
  name: 'am625',
  title: 'Texas Instruments AM625',
  compatible: ['ti,am625'],
  clusters: [{ core: 'Cortex-A53', count: 4, hertz: 1.4e9, l1d: 32 * 1024, l2: 512 * 1024, l2SharedBy: 4 }],
  sharedCache: 0,
  peakBandwidth: { what: 'memory bus peak', value: 'not known', unit: 'B/s', source: 'not known' },
  features: ['neon'],
  source: 'estimate from the chip family; no report of a board seen',
}
