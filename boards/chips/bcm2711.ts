/** Broadcom BCM2711: four Cortex-A72, ARMv8.0 without dot products. */
import type { Chip } from '../../hal/board.js'

export const bcm2711: Chip = {
  name: 'bcm2711',
  title: 'Broadcom BCM2711',
  compatible: ['brcm,bcm2711'],
  clusters: [{ core: 'Cortex-A72', count: 4, hertz: 1.8e9, l1d: 32 * 1024, l2: 1024 * 1024, l2SharedBy: 4 }],
  sharedCache: 0,
  peakBandwidth: { what: 'memory bus peak', value: 12.8e9, unit: 'B/s', source: 'estimate: LPDDR4-3200, 32 bits' },
  tdp: { what: 'power under load', value: 'not known', unit: 'W', source: 'not published' },
  features: ['neon'],
  source: 'sbc-bench reports of Raspberry Pi 4B; Linux bcm2711.dtsi; 1.5 GHz on early boards',
}
