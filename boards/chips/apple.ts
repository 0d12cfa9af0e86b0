/** Apple's plain M1 to M4 chips, and what their larger kin have in common. Caches by sysctl and by Linux' device trees. */
import type { Chip } from '../../hal/board.js'

const KB = 1024
const MB = 1024 * KB
const tdp = { what: 'power under load', value: 'not known', unit: 'W', source: 'not published' } as const

export const appleM1: Chip = {
  name: 'apple-m1',
  title: 'Apple M1',
  compatible: ['apple,t8103'],
  clusters: [
    { core: 'Firestorm', count: 4, hertz: 3.204e9, l1d: 128 * KB, l2: 12 * MB, l2SharedBy: 4 },
    { core: 'Icestorm', count: 4, hertz: 2.064e9, l1d: 64 * KB, l2: 4 * MB, l2SharedBy: 4 },
  ],
  sharedCache: 'not known',
  peakBandwidth: { what: 'memory bus peak', value: 68.3e9, unit: 'B/s', source: 'LPDDR4X-4266, 128 bits' },
  tdp,
  features: ['neon', 'lse', 'fp16', 'dotprod', 'fhm'],
  source: 'Linux t8103.dtsi; published sysctl listings',
}

export const appleM2: Chip = {
  name: 'apple-m2',
  title: 'Apple M2',
  compatible: ['apple,t8112'],
  clusters: [
    { core: 'Avalanche', count: 4, hertz: 3.504e9, l1d: 128 * KB, l2: 16 * MB, l2SharedBy: 4 },
    { core: 'Blizzard', count: 4, hertz: 'not known', l1d: 64 * KB, l2: 4 * MB, l2SharedBy: 4 },
  ],
  sharedCache: 'not known',
  peakBandwidth: { what: 'memory bus peak', value: 100e9, unit: 'B/s', source: 'Apple: 100 GB/s' },
  tdp,
  features: ['neon', 'lse', 'fp16', 'dotprod', 'fhm', 'i8mm', 'bf16'],
  source: 'Linux t8112.dtsi; published sysctl listings',
}

export const appleM3: Chip = {
  name: 'apple-m3',
  title: 'Apple M3',
  compatible: [],
  clusters: [
    { core: 'Performance', count: 4, hertz: 'not known', l1d: 128 * KB, l2: 16 * MB, l2SharedBy: 4 },
    { core: 'Efficiency', count: 4, hertz: 'not known', l1d: 64 * KB, l2: 4 * MB, l2SharedBy: 4 },
  ],
  sharedCache: 'not known',
  peakBandwidth: { what: 'memory bus peak', value: 100e9, unit: 'B/s', source: 'Apple: 100 GB/s' },
  tdp,
  features: ['neon', 'lse', 'fp16', 'dotprod', 'fhm', 'i8mm', 'bf16'],
  source: 'published sysctl listings of M3 chips; no device tree in Linux at the time of writing',
}

export const appleM4: Chip = {
  name: 'apple-m4',
  title: 'Apple M4',
  compatible: [],
  clusters: [
    { core: 'Performance', count: 4, hertz: 'not known', l1d: 128 * KB, l2: 16 * MB, l2SharedBy: 4 },
    { core: 'Efficiency', count: 6, hertz: 'not known', l1d: 64 * KB, l2: 4 * MB, l2SharedBy: 6 },
  ],
  sharedCache: 'not known',
  peakBandwidth: { what: 'memory bus peak', value: 120e9, unit: 'B/s', source: 'Apple: 120 GB/s' },
  tdp,
  features: ['neon', 'lse', 'fp16', 'dotprod', 'fhm', 'i8mm', 'bf16', 'sme', 'sme2'],
  source: 'published sysctl listings of a Mac mini (Mac16,10); iMacs have one with 4 + 4 cores too',
}

/** M1 to M4 Pro, Max and Ultra differ in cores and in bandwidth (150 to 819 GB/s by Apple): nothing is declared. */
export const appleLarger: Chip = {
  name: 'apple-pro-max',
  title: 'Apple M1 to M4, Pro, Max and Ultra',
  compatible: ['apple,t6000', 'apple,t6001', 'apple,t6002', 'apple,t6020', 'apple,t6021', 'apple,t6022'],
  clusters: [],
  sharedCache: 'not known',
  peakBandwidth: {
    what: 'memory bus peak',
    value: 'not known',
    unit: 'B/s',
    source: 'differs by chip: Apple says 150 to 819 GB/s',
  },
  tdp,
  features: ['neon', 'lse', 'fp16', 'dotprod', 'fhm'],
  source: 'what the smallest of them (M1 Pro) has; detection finds the rest',
}
