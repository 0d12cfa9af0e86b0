/**
 * ARM cores: what they execute, and what a thread of them may get through. Rates (instructions a cycle times the clock of the
 * usual board) and bandwidths of one core are our estimates: no such board was measured. They only rank.
 */
import { fmla, sdot, smmla, smull, tbl } from './cores.js'
import type { TDevice } from './device.js'

const neon = {
  register: { count: 32, bytes: 16 },
  convert: { slice: 2, table: 1, widen: 1, step: 1, gather: 3 },
}
const layers = (l1: number, l2: number, bytesPerSecond: number) => [
  { name: 'memory', transaction: 64, bytesPerSecond },
  { name: 'L2', transaction: 64, bytes: l2 << 10 },
  { name: 'L1', transaction: 16, bytes: l1 << 10 },
]

/** Cortex-A53: in order, 64 bits of NEON a cycle. Raspberry Pi 3 and Zero 2 W. */
export const cortexA53: TDevice = {
  ...{ name: 'cortex-a53', needs: ['neon'], ...neon, layers: layers(32, 512, 2e9), cores: [tbl, smull, fmla] },
  instructionsPerSecond: 0.6 * 1.4e9,
  source: 'Cortex-A53 TRM; BCM2837 at 1.4 GHz; rates and bandwidth estimated',
}

/** Cortex-A72: two NEON pipes, no dot product. Raspberry Pi 4. */
export const cortexA72: TDevice = {
  ...{ name: 'cortex-a72', needs: ['neon'], ...neon, layers: layers(32, 1024, 4e9), cores: [tbl, smull, fmla] },
  instructionsPerSecond: 1.6 * 1.5e9,
  source: 'Cortex-A72 Software Optimization Guide; BCM2711 at 1.5 GHz; rates and bandwidth estimated',
}

/** Cortex-A76: two NEON pipes with SDOT. Raspberry Pi 5, RK3588. */
export const cortexA76: TDevice = {
  ...{ name: 'cortex-a76', needs: ['neon', 'dotprod'], ...neon, layers: layers(64, 512, 8e9) },
  cores: [tbl, sdot, fmla],
  instructionsPerSecond: 1.8 * 2.4e9,
  source: 'Cortex-A76 Software Optimization Guide; BCM2712 at 2.4 GHz; rates and bandwidth estimated',
}

/** Oryon (Snapdragon X): four NEON pipes, SDOT and SMMLA. */
export const oryon: TDevice = {
  ...{ name: 'oryon', needs: ['neon', 'dotprod', 'i8mm'], ...neon, layers: layers(96, 12288, 40e9) },
  cores: [tbl, smmla, sdot, fmla],
  instructionsPerSecond: 3.2 * 3.4e9,
  source: 'Snapdragon X Elite product brief; four 128-bit pipes; rates and bandwidth estimated',
}
