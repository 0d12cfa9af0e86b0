/** Broadcom BCM2837: four Cortex-A53. RP3A0 is the package of the Zero 2 W around it, BCM2837B0 the 3B+'s revision. */
import type { Chip } from '../../hal/board.js'

export const bcm2837: Chip = {
  name: 'bcm2837',
  title: 'Broadcom BCM2837 (RP3A0)',
  compatible: ['brcm,bcm2837'],
  clusters: [{ core: 'Cortex-A53', count: 4, hertz: 1.0e9, l1d: 32 * 1024, l2: 512 * 1024, l2SharedBy: 4 }],
  sharedCache: 0,
  peakBandwidth: { what: 'memory bus peak', value: 3.6e9, unit: 'B/s', source: 'estimate: LPDDR2-900, 32 bits' },
  tdp: { what: 'power under load', value: 'not known', unit: 'W', source: 'not published' },
  features: ['neon'],
  source: 'sbc-bench reports of Raspberry Pi Zero 2 W; Linux bcm2837.dtsi',
}

export const bcm2837b0: Chip = {
  ...bcm2837,
  name: 'bcm2837b0',
  title: 'Broadcom BCM2837B0',
  clusters: [{ core: 'Cortex-A53', count: 4, hertz: 1.4e9, l1d: 32 * 1024, l2: 512 * 1024, l2SharedBy: 4 }],
  source: 'sbc-bench reports of Raspberry Pi 3 B+; Linux bcm2837.dtsi; newer firmware throttles from 60 °C on',
}
