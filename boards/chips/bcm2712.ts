/** Broadcom BCM2712: four Cortex-A76 with dot products and half floats. */
import type { Chip } from '../../hal/board.js'

export const bcm2712: Chip = {
  name: 'bcm2712',
  title: 'Broadcom BCM2712',
  compatible: ['brcm,bcm2712'],
  clusters: [{ core: 'Cortex-A76', count: 4, hertz: 2.4e9, l1d: 64 * 1024, l2: 512 * 1024 }],
  sharedCache: 2 * 1024 * 1024,
  peakBandwidth: { what: 'memory bus peak', value: 17.1e9, unit: 'B/s', source: 'LPDDR4X-4267, 32 bits' },
  tdp: { what: 'power under load', value: 'not known', unit: 'W', source: 'not published' },
  features: ['neon', 'lse', 'fp16', 'dotprod'],
  source: 'sbc-bench reports of Raspberry Pi 5 (HWCAP 0x119fff); Linux bcm2712.dtsi',
}
