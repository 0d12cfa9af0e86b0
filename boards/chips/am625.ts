/** Texas Instruments AM625: four Cortex-A53 on a memory bus of 16 bits. */
import type { Chip } from '../../hal/board.js'

export const am625: Chip = {
  name: 'am625',
  title: 'Texas Instruments AM625',
  compatible: ['ti,am625'],
  clusters: [{ core: 'Cortex-A53', count: 4, hertz: 1.4e9, l1d: 32 * 1024, l2: 512 * 1024, l2SharedBy: 4 }],
  sharedCache: 0,
  peakBandwidth: {
    what: 'memory bus peak',
    value: 3.2e9,
    unit: 'B/s',
    source: "DDR4-1600 (U-Boot's configuration of BeaglePlay), 16 bits (TI data sheet)",
  },
  tdp: { what: 'power under load', value: 'not known', unit: 'W', source: 'not published' },
  features: ['neon'],
  source: 'Linux k3-am625.dtsi (caches) and k3-am625-beagleplay.dts (1.4 GHz)',
}
