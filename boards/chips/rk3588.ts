/** Rockchip RK3588 and RK3588S: four Cortex-A76 and four Cortex-A55. */
import type { Chip } from '../../hal/board.js'

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
