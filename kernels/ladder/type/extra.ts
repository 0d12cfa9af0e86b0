/**
 * Number formats beyond GGUF's, each a few lines of defineType: whole numbers, ternary digits, small floats, microscaling,
 * codebooks. MXFP4 and NVFP4 are hal's.
 * gives  DTypes, and functions that make them · before ./define, ./build
 */
import type { DType } from '../../../hal/dtype.js'
import { minifloat, signed, table, unsigned } from './build.js'
import { defineType } from './define.js'
import type { MetadataFormat } from './metadata.js'
import type { FieldStorage } from './ttype.js'

export interface GroupOptions {
  /** Default: the format's name and, where the group is not the usual one, `_g` and its size. */
  readonly name?: string
  readonly group?: number
  readonly scale?: MetadataFormat
  readonly minimum?: MetadataFormat
}

/** Two's complement of 2 to 8 bits, or ±1 of one bit, times a scale. */
export function intType(bits: number, { group = 32, scale = 'f16', name }: GroupOptions = {}): DType {
  return defineType({
    ...{ name: name ?? named(`INT${bits}`, group, 32), bits, group, scale },
    decode: bits === 1 ? [-1, 1] : signed(bits),
  })
}

/** 0 … 2^bits - 1 times a scale, plus a minimum. */
export function uintType(bits: number, { group = 32, scale = 'f16', minimum = 'f16', name }: GroupOptions = {}): DType {
  return defineType({
    ...{ name: name ?? named(`UINT${bits}`, group, 32), bits, group, scale, minimum },
    decode: unsigned(),
  })
}

/** -1, 0, +1 in two bits, or as digits of base 3 in stored words. */
export function ternaryType(name: string, digits?: FieldStorage['digits'], { group = 128 }: GroupOptions = {}): DType {
  return defineType({ name, bits: 2, group, scale: 'f16', decode: [-1, 0, 1], digits })
}

/** The 2^bits vectors of a codebook, side by side; `lanes` weights each. */
export function codebookType(
  name: string,
  codebook: readonly number[],
  lanes: number,
  { group = 128, scale = 'f16' }: GroupOptions = {},
): DType {
  const bits = Math.max(1, Math.ceil(Math.log2(codebook.length / lanes)))
  return defineType({ name, bits, lanes, group, scale, decode: codebook })
}

function named(name: string, group: number, usual: number): string {
  return group === usual ? name : `${name}_g${group}`
}

const widths = [1, 2, 3, 4, 5, 6, 7, 8]
export const ints: readonly DType[] = widths.map((bits) => intType(bits))
export const uints: readonly DType[] = widths.map((bits) => uintType(bits))

/** 2.125, 1.8125 and 1.75 bits a weight with their scales; 2, 1.67 and 1.6 without them and the padding of a group. */
export const TERNARY_2 = ternaryType('TERNARY_2')
export const TERNARY_1_67 = ternaryType('TERNARY_1_67', { base: 3, count: 3, bits: 5 })
export const TERNARY_1_6 = ternaryType('TERNARY_1_6', { base: 3, count: 5, bits: 8 })

/** QLoRA's NF4: quantiles of the normal distribution. A byte's upper half is the first weight, as in bitsandbytes. */
export const NF4 = defineType({
  ...{ name: 'NF4', bits: 4, group: 64, scale: 'f32' },
  decode: table([
    ...[-1, -0.6961928009986877, -0.5250730514526367, -0.39491748809814453],
    ...[-0.28444138169288635, -0.18477343022823334, -0.09105003625154495, 0],
    ...[0.07958029955625534, 0.16093020141124725, 0.24611230194568634, 0.33791524171829224],
    ...[0.44070982933044434, 0.5626170039176941, 0.7229568362236023, 1],
  ]),
  layout: { blockBytes: 36, code: (j, b) => 4 * (j ^ 1) + b, scale: () => 256 },
})

const e2m1 = minifloat({ exponent: 2, fraction: 1 })
const e2m3 = minifloat({ exponent: 2, fraction: 3 })
const e3m2 = minifloat({ exponent: 3, fraction: 2 })
const e4m3 = minifloat({ exponent: 4, fraction: 3, special: 'nan' })
const e5m2 = minifloat({ exponent: 5, fraction: 2, special: 'ieee' })

export const FP4_E2M1 = defineType({ name: 'FP4_E2M1', bits: 4, decode: e2m1, group: 32, scale: 'f16' })
export const FP8_E4M3 = defineType({ ...{ name: 'FP8_E4M3', bits: 8, decode: e4m3, specials: true }, ...wide() })
export const FP8_E5M2 = defineType({ ...{ name: 'FP8_E5M2', bits: 8, decode: e5m2, specials: true }, ...wide() })

/** OCP's microscaling formats: 32 weights share a power of two. */
const mx = { group: 32, scale: 'e8m0' } as const
export const MXFP6_E2M3 = defineType({ name: 'MXFP6_E2M3', bits: 6, decode: e2m3, ...mx })
export const MXFP6_E3M2 = defineType({ name: 'MXFP6_E3M2', bits: 6, decode: e3m2, ...mx })
export const MXFP8_E4M3 = defineType({ name: 'MXFP8_E4M3', bits: 8, decode: e4m3, specials: true, ...mx })
export const MXFP8_E5M2 = defineType({ name: 'MXFP8_E5M2', bits: 8, decode: e5m2, specials: true, ...mx })

function wide() {
  return { group: 128, scale: 'f32' } as const
}

/** Sixteen pairs: the four values of two bits in the plane, moved apart where weights are dense. */
const ring = [0.25, 0.9]
const turns = [8, 8]
export const VQ2D = codebookType(
  'VQ2D',
  turns.flatMap((n, r) =>
    Array.from({ length: n }, (_, i) => (2 * Math.PI * (i + r / 2)) / n).flatMap((angle) => [
      ring[r] * Math.cos(angle),
      ring[r] * Math.sin(angle),
    ]),
  ),
  2,
)

export const extraTypes: readonly DType[] = [
  ...ints,
  ...uints,
  ...[TERNARY_2, TERNARY_1_67, TERNARY_1_6, NF4, FP4_E2M1, FP8_E4M3, FP8_E5M2],
  ...[MXFP6_E2M3, MXFP6_E3M2, MXFP8_E4M3, MXFP8_E5M2, VQ2D],
]
