/**
 * Energy of moving bytes outside the array: DRAM by kind, SRAM by size. The paper leaves both out; these are published
 * figures, not ours, and stay separate lines wherever they are shown. Registers come from our own parts (./energy).
 * after  ./traffic
 */
import { LutraError } from '../../../hal/error.js'

export interface DramEnergy {
  readonly joulesPerBit: number
  readonly source: string
}

const accelergy = 'Accelergy CACTI plug-in, table of DRAM types ("public data")'
const oConnor = "O'Connor et al., Fine-Grained DRAM, MICRO 2017: activation, data movement, I/O"

/** Access energy of a bit, core and I/O together, without refresh and standby, which run on whether bits move or not. */
export const drams = {
  lpddr4: { joulesPerBit: 8e-12, source: accelergy },
  gddr5: { joulesPerBit: 14e-12, source: oConnor },
  hbm2: { joulesPerBit: 3.97e-12, source: oConnor },
} as const satisfies Record<string, DramEnergy>

export type Dram = keyof typeof drams

/** Cache reads of 64 bits at 45 nm and 0.9 V: Horowitz, Computing's Energy Problem, ISSCC 2014. */
const anchors = [
  { bytes: 8 * 1024, joules: 10e-12 },
  { bytes: 32 * 1024, joules: 20e-12 },
  { bytes: 1024 * 1024, joules: 100e-12 },
]

export const sramSource =
  'Horowitz, ISSCC 2014 (45 nm, 0.9 V): 64-bit reads of 8 KiB, 32 KiB, 1 MiB take 10, 20, 100 pJ; a power law between, ' +
  'the outer ones carried on outside'

/** Joules per byte of an SRAM of `bytes`, at 45 nm; writes are taken as reads. */
export function sramJoulesPerByte(bytes: number): number {
  if (!(bytes > 0)) throw new LutraError('mismatch', `Expected an SRAM of more than 0 bytes but found ${bytes}`)
  const [small, middle, large] = anchors
  const [a, b] = bytes < middle.bytes ? [small, middle] : [middle, large]
  const exponent = Math.log(b.joules / a.joules) / Math.log(b.bytes / a.bytes)
  return (a.joules * (bytes / a.bytes) ** exponent) / 8
}
