/** Texas Instruments J721E (TDA4VM): two Cortex-A72. */
import type { Chip } from '../../hal/board.js'

export const j721e: Chip = {
  name: 'j721e',
  title: 'Texas Instruments J721E (TDA4VM)',
  compatible: ['ti,j721e'],
  clusters: [{ core: 'Cortex-A72', count: 2, hertz: 2.0e9, l1d: 32 * 1024, l2: 1024 * 1024, l2SharedBy: 2 }],
  sharedCache: 0,
  peakBandwidth: {
    what: 'memory bus peak',
    value: 12.8e9,
    unit: 'B/s',
    source: "LPDDR4-3200 (U-Boot's configuration of BeagleBone AI-64), 32 bits (TI data sheet)",
  },
  tdp: { what: 'power under load', value: 'not known', unit: 'W', source: 'not published' },
  features: ['neon'],
  source: 'sbc-bench report of BeagleBone AI-64 (4DLw); Linux k3-j721e.dtsi; its 8 MB of MSMC memory is not counted',
}
