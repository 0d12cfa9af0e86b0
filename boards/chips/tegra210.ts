/** NVIDIA Tegra210 of the first Jetson Nano: four Cortex-A57, ARMv8.0 without dot products. */
import type { Chip } from '../../hal/board.js'

export const tegra210: Chip = {
  name: 'tegra210',
  title: 'NVIDIA Tegra210 (Tegra X1)',
  compatible: ['nvidia,tegra210'],
  clusters: [{ core: 'Cortex-A57', count: 4, hertz: 1.479e9, l1d: 32 * 1024, l2: 2 * 1024 * 1024, l2SharedBy: 4 }],
  sharedCache: 0,
  peakBandwidth: {
    what: 'memory bus peak',
    value: 25.6e9,
    unit: 'B/s',
    source: 'NVIDIA Jetson Nano data sheet: LPDDR4, 64 bits, 1600 MHz',
  },
  tdp: { what: 'power mode limit', value: 10, unit: 'W', source: 'NVIDIA power modes, 5 W and 10 W' },
  features: ['neon'],
  source: 'sbc-bench report of Jetson Nano (4rLX); its four Cortex-A53 are never seen by Linux',
}
