/** Rockchip RK3588 and RK3588S: four Cortex-A76 and four Cortex-A55. */
import type { Chip, Figure, Wire } from '../../hal/board.js'

export const rk3588: Chip = {
  name: 'rk3588',
  title: 'Rockchip RK3588(S)',
  compatible: ['rockchip,rk3588', 'rockchip,rk3588s'],
  clusters: [
    { core: 'Cortex-A76', count: 4, hertz: 2.3e9, l1d: 64 * 1024, l2: 512 * 1024 },
    { core: 'Cortex-A55', count: 4, hertz: 1.8e9, l1d: 32 * 1024, l2: 128 * 1024 },
  ],
  sharedCache: 3 * 1024 * 1024,
  peakBandwidth: {
    what: 'memory bus peak',
    value: 33.8e9,
    unit: 'B/s',
    source: '64 bits at 4224 MT/s: 2112 MHz is the highest dmc clock in sbc-bench reports',
  },
  tdp: { what: 'power under load', value: 'not known', unit: 'W', source: 'not published' },
  features: ['neon', 'lse', 'fp16', 'dotprod'],
  source: 'sbc-bench reports of ROCK 5B and Orange Pi 5; Linux rk3588-base.dtsi',
}

/** The console of all boards with this chip; the vendor's kernel takes it as a FIQ debugger without a tty node. */
export const rk3588Console: Wire = {
  name: 'console',
  path: '/dev/ttyS2',
  find: { nodes: ['serial@feb50000'] },
  note: 'uart2 at 1500000 baud; with the vendor kernel it is /dev/ttyFIQ0 and has no node',
}

/** Their five banks of 32 lines. */
export const rk3588Gpio: readonly Wire[] = [
  { name: 'gpio0', find: { nodes: ['gpio@fd8a0000'], labels: ['gpio0'] }, note: 'bank 0' },
  { name: 'gpio1', find: { nodes: ['gpio@fec20000'], labels: ['gpio1'] }, note: 'bank 1' },
  { name: 'gpio2', find: { nodes: ['gpio@fec30000'], labels: ['gpio2'] }, note: 'bank 2' },
  { name: 'gpio3', find: { nodes: ['gpio@fec40000'], labels: ['gpio3'] }, note: 'bank 3' },
  { name: 'gpio4', find: { nodes: ['gpio@fec50000'], labels: ['gpio4'] }, note: 'bank 4' },
]

/** Measured over boards with this chip; they differ little. */
export const rk3588Figures: readonly Figure[] = [
  {
    what: 'memcpy',
    value: 12.14e9,
    unit: 'B/s',
    source: 'tinymembench, one core; sbc-bench reports, 10.8 to 12.8 over RK3588 boards',
  },
  {
    what: 'memset',
    value: 27.9e9,
    unit: 'B/s',
    source: 'tinymembench, one core; sbc-bench reports, 27.9 to 29.9 over RK3588 boards',
  },
  { what: 'power', value: 'not known', unit: 'W', source: 'no measurement seen; about 5 to 12 W by estimate' },
]

export const rk3588Notes: readonly string[] = [
  'Compute on the four Cortex-A76 (cpu4 to cpu7); the A55 slow every step down.',
  'The memory clock follows the devfreq governor of dmc (528 to 2112 MHz): set it to performance for steady speed.',
  'Lines of a bank: GPIO3_B5 is line 13 of the chip labelled gpio3 (A0 = 0, B0 = 8, C0 = 16, D0 = 24).',
  'The NPU is not used.',
]
