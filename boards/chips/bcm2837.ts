/** Broadcom BCM2837 (and the RP3A0 package around it): four Cortex-A53. */
import type { Chip } from '../../hal/board.js'

export const bcm2837: Chip = {
  name: 'bcm2837',
  title: 'Broadcom BCM2837 (RP3A0)',
  compatible: ['brcm,bcm2837'],
  clusters: [{ core: 'Cortex-A53', count: 4, hertz: 1.0e9, l1d: 32 * 1024, l2: 512 * 1024, l2SharedBy: 4 }],
  sharedCache: 0,
  peakBandwidth: { what: 'memory bus peak', value: 3.6e9, unit: 'B/s', source: 'estimate: LPDDR2-900, 32 bits' },
  features: ['neon'],
  source: 'sbc-bench reports of Raspberry Pi Zero 2 W',
}
