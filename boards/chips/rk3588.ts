/** Rockchip RK3588 and RK3588S: four Cortex-A76 and four Cortex-A55. */
import type { Chip, Figure } from '../../hal/board.js'

export const rk3588: Chip = {
  name: 'rk3588',
  title: 'Rockchip RK3588(S)',
  compatible: ['rockchip,rk3588', 'rockchip,rk3588s'],
  clusters: [
    { core: 'Cortex-A76', count: 4, hertz: 2.3e9, l1d: 64 * 1024, l2: 512 * 1024 },
    { core: 'Cortex-A55', count: 4, hertz: 1.8e9, l1d: 32 * 1024, l2: 128 * 1024 },
  ],
  sharedCache: 3 * 1024 * 1024,
  peakBandwidth: { what: 'memory bus peak', value: 34e9, unit: 'B/s', source: 'LPDDR4X-4224, 64 bits, rounded' },
  features: ['neon', 'lse', 'fp16', 'dotprod'],
  source: 'sbc-bench reports of ROCK 5B and Orange Pi 5',
}

/** Measured over boards with this chip; they differ little. */
export const rk3588Figures: readonly Figure[] = [
  {
    what: 'memcpy',
    value: 12.14e9,
    unit: 'B/s',
    source: 'tinymembench, one core; sbc-bench report, 12.1 to 12.8 over RK3588 boards',
  },
  {
    what: 'memset',
    value: 27.9e9,
    unit: 'B/s',
    source: 'tinymembench, one core; sbc-bench report, 27.9 to 29.9 over RK3588 boards',
  },
  { what: 'power', value: 'not known', unit: 'W', source: 'no measurement seen; about 5 to 12 W by estimate' },
]

export const rk3588Notes: readonly string[] = [
  'Compute on the four Cortex-A76 (cpu4 to cpu7); the A55 slow every step down.',
  'The memory clock follows the devfreq governor of dmc (528 to 2112 MHz): set it to performance for steady speed.',
  'GPIO chip labels: not known.',
  'The NPU is not used.',
]
