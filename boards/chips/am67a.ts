/** Texas Instruments AM67A (J722S): four Cortex-A53. */
import type { Chip } from '../../hal/board.js'

export const am67a: Chip = {
  name: 'am67a',
  title: 'Texas Instruments AM67A (J722S)',
  compatible: ['ti,j722s'],
  clusters: [{ core: 'Cortex-A53', count: 4, hertz: 1.4e9, l1d: 32 * 1024, l2: 512 * 1024, l2SharedBy: 4 }],
  sharedCache: 0,
  peakBandwidth: {
    what: 'memory bus peak',
    value: 14.9e9,
    unit: 'B/s',
    source: "LPDDR4-3733 (PLL of 933 MHz in U-Boot's configuration of BeagleY-AI), 32 bits (TI data sheet)",
  },
  tdp: { what: 'power under load', value: 'not known', unit: 'W', source: 'not published' },
  features: ['neon'],
  source: "Linux k3-j722s.dtsi (caches); BeagleBoard's documentation (1.4 GHz)",
}
