/**
 * Whether every value of a type is exactly a number of another, times one power of two where that is allowed: tried for
 * every code, so that a conversion that is claimed is proved, or the code that breaks it is shown.
 * takes  TType, a target · gives  Lossless or Broken
 * before ./evaluate · after kernels/ladder's choice of where to convert, and of what to compute with
 */
import { LutraError } from '../../../hal/error.js'
import { bf16ToF32, f16ToF32, f32ToBf16, f32ToF16 } from '../../../hal/half.js'
import { evaluate, valuesOf } from './evaluate.js'
import type { TType } from './ttype.js'

/** Whole numbers of a register's kind, floats, or another type's values. */
export type Target = 'i8' | 'u7' | 'u8' | 'i16' | 'bf16' | 'f16' | 'f32' | TType

export interface Lossless {
  readonly lossless: true
  /** value = 2^exponent · (number of the target + offset). */
  readonly exponent: number
  /** For u7 and u8: the least value, a whole number. */
  readonly offset: number
  /** The target's number of each code and lane; of a tType its code. */
  readonly to: Float32Array
}

export interface Broken {
  readonly lossless: false
  readonly code: number
  readonly lane: number
  readonly value: number
}

const ranges = { i8: [-128, 127], u7: [0, 127], u8: [0, 255], i16: [-32768, 32767] } as const
const rounded = {
  f16: (x: number) => f16ToF32(f32ToF16(x)),
  bf16: (x: number) => bf16ToF32(f32ToBf16(x)),
  f32: (x: number) => x,
}

/** `power`, default true: whether a power of two may go into the scale. */
export function converts(type: TType, target: Target, { power = true } = {}): Lossless | Broken {
  if (type.bits > 16) return sampled(type, target)
  const values = valuesOf(type)
  const broken = (i: number): Broken => ({
    ...{ lossless: false, code: Math.floor(i / type.lanes), lane: i % type.lanes, value: values[i] },
  })
  if (target === 'f32') return { lossless: true, exponent: 0, offset: 0, to: values }
  if (typeof target === 'string' && target in ranges) return whole(values, target as keyof typeof ranges, power, broken)
  const find = typeof target === 'string' ? floats(rounded[target as 'f16' | 'bf16']) : codes(valuesOf(target))
  if (typeof target !== 'string' && target.lanes !== 1)
    throw new LutraError('unsupported', `Expected a target of one lane but found ${target.name} of ${target.lanes}`)
  let first: Broken | undefined
  for (const exponent of power ? exponents(values) : [0]) {
    const to = Array.from(values, (value) => find(value * 2 ** -exponent))
    const at = to.indexOf(undefined)
    if (at < 0) return { lossless: true, exponent, offset: 0, to: Float32Array.from(to as number[]) }
    first ??= broken(at)
  }
  return first as Broken
}

function whole(
  values: Float32Array,
  target: keyof typeof ranges,
  power: boolean,
  broken: (i: number) => Broken,
): Lossless | Broken {
  const notFinite = values.findIndex((value) => !Number.isFinite(value))
  if (notFinite >= 0) return broken(notFinite)
  const exponent = power ? values.reduce((least, value) => Math.min(least, trailing(value)), 127) : 0
  const numbers = values.map((value) => value * 2 ** -exponent)
  const [low, high] = ranges[target]
  const offset = low === 0 ? numbers.reduce((a, b) => Math.min(a, b)) : 0
  const to = numbers.map((number) => number - offset)
  const fault = to.findIndex((number) => number % 1 !== 0 || number < low || number > high)
  return fault < 0 ? { lossless: true, exponent: numbers.some(Boolean) ? exponent : 0, offset, to } : broken(fault)
}

/** The largest power of two that divides a float32; of zero, as large as any. */
function trailing(value: number): number {
  if (value === 0) return 127
  let exponent = Math.floor(Math.log2(Math.abs(value))) - 24
  while (value % 2 ** (exponent + 1) === 0) exponent++
  return exponent
}

/** No power first, then those that bring the largest value to each place of a float's or a type's range. */
function exponents(values: Float32Array): readonly number[] {
  const largest = values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0)
  const top = largest === 0 ? 0 : Math.floor(Math.log2(largest))
  const others = Array.from({ length: 40 }, (_, i) => top + 24 - i).filter((exponent) => exponent !== 0)
  return [0, ...others]
}

/** Infinities and what is not a number are the same in every float. */
const floats = (round: (x: number) => number) => (x: number) => (round(x) === x || Number.isNaN(x) ? x : undefined)

function codes(of: Float32Array): (x: number) => number | undefined {
  const byValue = new Map([...of].map((value, code) => [value + 0, code] as const).reverse())
  return (x) => byValue.get(x + 0)
}

/** Of 2^32 codes a counterexample is looked for, and nothing is claimed where none is found. */
function sampled(type: TType, target: Target): Lossless | Broken {
  const same = typeof target !== 'string' && target.name === type.name
  if (target === 'f32' || same) return { lossless: true, exponent: 0, offset: 0, to: new Float32Array(0) }
  for (let code = 0; code < 2 ** type.bits; code += 2 ** (type.bits - 12) + 1) {
    const value = evaluate(type.decode[0], code)
    const kept = target === 'f16' || target === 'bf16' ? rounded[target](value) === value : false
    if (!kept) return { lossless: false, code, lane: 0, value }
  }
  throw new LutraError('unsupported', `Expected at most 16 bits to prove a conversion but found ${type.name}`)
}
