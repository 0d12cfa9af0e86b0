/** NVIDIA Tegra264 of Jetson Thor: fourteen Neoverse V3AE, Armv9.2 with SVE2 (128 bits), i8mm and bf16. */
import type { Chip } from '../../hal/board.js'

export const tegra264: Chip = {
  name: 'tegra264',
  title: 'NVIDIA Tegra264 (Thor, T5000)',
  compatible: ['nvidia,tegra264'],
  clusters: [{ core: 'Neoverse V3AE', count: 14, hertz: 2.6e9, l1d: 64 * 1024, l2: 1024 * 1024 }],
  sharedCache: 16 * 1024 * 1024,
  peakBandwidth: {
    what: 'memory bus peak',
    value: 273e9,
    unit: 'B/s',
    source: 'NVIDIA: LPDDR5X, 256 bits',
  },
  tdp: { what: 'power mode limit', value: 130, unit: 'W', source: 'NVIDIA power modes, 40 to 130 W' },
  features: ['neon', 'lse', 'fp16', 'dotprod', 'fhm', 'i8mm', 'bf16', 'sve', 'sve2'],
  source:
    'NVIDIA T5000 specifications (1 MB of L2 each, 16 MB of L3, 2.6 GHz); Linux tegra264.dtsi (core, L1); archspec-json #160',
}
