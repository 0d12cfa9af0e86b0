/** NVIDIA Tegra234 as fitted to the Orin Nano: six Cortex-A78AE; neither i8mm nor SVE. */
import type { Chip } from '../../hal/board.js'

export const tegra234: Chip = {
  name: 'tegra234',
  title: 'NVIDIA Tegra234 (Orin Nano fitting)',
  compatible: ['nvidia,tegra234'],
  clusters: [{ core: 'Cortex-A78AE', count: 6, hertz: 1.5e9, l1d: 64 * 1024, l2: 256 * 1024 }],
  sharedCache: 4 * 1024 * 1024,
  peakBandwidth: {
    what: 'memory bus peak',
    value: 68e9,
    unit: 'B/s',
    source: 'NVIDIA data sheet; 102e9 in Super mode',
  },
  features: ['neon', 'lse', 'fp16', 'dotprod'],
  source: 'sbc-bench reports of Orin Nano; 1.7 GHz in Super mode; also 2 MB of L3 per cluster (two)',
}
