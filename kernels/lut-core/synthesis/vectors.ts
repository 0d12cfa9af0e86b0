/**
 * What a part is fed while its toggles are counted: an array that always works. Two kinds of data: `random` bits as
 * weights with activations uniform over their format; and `ternary` weights (-1, 0, 1 alike often, as BitNet's) with
 * activations normally distributed, four sigma at full scale, which is what a real layer looks like. A table serves its W_BIT
 * planes, a line of weights one cycle; a row of multipliers takes new activations and weights each cycle.
 * before ./simulate · after ./measure
 */
import { LutraError } from '../../../hal/error.js'
import type { Stimulus } from './simulate.js'

export const dataKinds = ['random', 'ternary'] as const
export type DataKind = (typeof dataKinds)[number]

/** xorshift32, [0, 1): the same vectors everywhere. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

export const bitsOf = (value: number, count: number) =>
  Array.from({ length: count }, (_, i) => (i < 32 ? (value >> i) & 1 : +(value < 0)))

class Data {
  readonly #random = generator(1)
  readonly #kind: DataKind
  constructor(kind: DataKind) {
    this.#kind = kind
  }

  /** Signed, `bits` wide, without the most negative. */
  activation(bits: number): number {
    const most = 2 ** (bits - 1) - 1
    if (this.#kind === 'random') return Math.round((2 * this.#random() - 1) * most)
    const normal = Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random())
    return Math.max(-most, Math.min(most, Math.round((normal * most) / 4)))
  }

  /** A weight as a code of `bits`, in two's complement; ternary ones are -1, 0, 1 wherever that fits. */
  weight(bits: number): number {
    if (this.#kind === 'random' || bits < 2) return Math.floor(this.#random() * 2 ** bits)
    return (Math.floor(this.#random() * 3) - 1) & (2 ** bits - 1)
  }
}

/** Bits of a number of at most 11 binary digits in (-1, 1) as a half. */
function halfOf(value: number): number {
  if (value === 0) return 0
  const exponent = Math.floor(Math.log2(Math.abs(value)))
  return (
    (value < 0 ? 0x8000 : 0) | ((exponent + 15) << 10) | (Math.round((Math.abs(value) / 2 ** exponent) * 1024) & 1023)
  )
}

type Shape = Readonly<Record<string, number>>

/** LutraError unsupported: a module that nobody feeds. */
export function vectorsOf(module: string, p: Shape, kind: DataKind): { vectors: string; stimulus: Stimulus } {
  const make = feeds[module]
  if (!make) throw new LutraError('unsupported', `Expected one of ${Object.keys(feeds).join(', ')} but found ${module}`)
  return {
    vectors: kind === 'random' ? 'random' : 'ternary weights, normal activations',
    stimulus: make(p, new Data(kind)),
  }
}

function tableOf(x: readonly number[], { K, LUT_BIT, SYMMETRIC, REINTERPRET }: Shape): number[] {
  // Tables narrower than an exact sum are rounded ones: a power of two less.
  const drop = Math.max(0, 8 + Math.ceil(Math.log2(K)) - LUT_BIT)
  return Array.from({ length: 1 << (SYMMETRIC ? K - 1 : K) }, (_, i) => {
    const sum = x.reduce((s, xj, j) => s + ((i >> j) & 1 ? xj : REINTERPRET ? -xj : 0), 0)
    return bitsOf(Math.round(sum / 2 ** drop), LUT_BIT)
  }).flat()
}

/** Index bits of plane `plane`, with the negation eliminated where the array expects that. */
function indexOf(codes: readonly number[], plane: number, bits: number, { SYMMETRIC, NEGATE_INDEX }: Shape): number[] {
  // Codes count from 0, as reinterpretation reads them: 2u - (2^b - 1).
  const index = codes.map((code) => (((code + 2 ** (bits - 1)) & (2 ** bits - 1)) >> plane) & 1)
  const negative = index[index.length - 1]
  return SYMMETRIC && !NEGATE_INDEX ? index.map((bit, j) => (j < index.length - 1 ? bit ^ negative : bit)) : index
}

const lutDefaults = {
  K: 4,
  LUT_BIT: 8,
  W_BIT: 2,
  SYMMETRIC: 1,
  NEGATE_INDEX: 0,
  PRECOMPUTE: 0,
  REINTERPRET: 1,
  A_BIT: 8,
  SHIFT_BIT: 0,
}

const feeds: Readonly<Record<string, (p: Shape, data: Data) => Stimulus>> = {
  lut_array(given, data) {
    const p: Shape = { M: 2, N: 64, ...lutDefaults, ...given }
    let codes: number[][] = []
    let operands: number[] = []
    return (cycle) => {
      const plane = cycle % p.W_BIT
      if (plane === 0)
        codes = Array.from({ length: p.N }, () => Array.from({ length: p.K }, () => data.weight(p.W_BIT)))
      const load = plane === p.W_BIT - 1
      if (load)
        operands = Array.from({ length: p.M }, () => {
          const x = Array.from({ length: p.K }, () => data.activation(p.A_BIT))
          return p.PRECOMPUTE ? x.flatMap((value) => bitsOf(value, p.A_BIT)) : tableOf(x, p)
        }).flat()
      return {
        load: [+load],
        swap: [+load],
        operands,
        shifts_in: [],
        enable: [1],
        first: [+(plane === 0)],
        plane: bitsOf(plane, p.W_BIT > 1 ? Math.ceil(Math.log2(p.W_BIT)) : 1),
        line: codes.flatMap((row) => indexOf(row, plane, p.W_BIT, p)),
      }
    }
  },
  mac_array(given, data) {
    const p: Shape = { M: 8, N: 4, K: 16, A_BIT: 8, B_BIT: 8, ...given }
    return (cycle) => ({
      load: [1],
      enable: [1],
      first: [+(cycle % 64 === 0)],
      a: Array.from({ length: p.M * p.K }, () => bitsOf(data.activation(p.A_BIT), p.A_BIT)).flat(),
      b: Array.from({ length: p.N * p.K }, () => bitsOf(data.weight(p.B_BIT), p.B_BIT)).flat(),
    })
  },
  mac_dot(given, data) {
    const p: Shape = { K: 16, A_BIT: 8, B_BIT: 8, ...given }
    const array = feeds.mac_array({ ...p, M: 1, N: 1 }, data)
    return (cycle) => {
      const { enable, first, a, b } = array(cycle)
      return { enable, first, a, b }
    }
  },
  /** Both sides activations in (-1, 1): weights are as wide as they. */
  fp_dot(_, data) {
    const four = () => Array.from({ length: 4 }, () => bitsOf(halfOf(data.activation(12) / 2 ** 11), 16)).flat()
    return (cycle) => ({ enable: [1], first: [+(cycle % 64 === 0)], a: four(), b: four() })
  },
  add_dot(given, data) {
    const p: Shape = { K: 4, A_BIT: 8, B_BIT: 2, ...given }
    let a: number[] = []
    let codes: number[] = []
    return (cycle) => {
      const plane = cycle % p.B_BIT
      if (plane === 0) {
        a = Array.from({ length: p.K }, () => bitsOf(data.activation(p.A_BIT), p.A_BIT)).flat()
        codes = Array.from({ length: p.K }, () => data.weight(p.B_BIT))
      }
      const bits = codes.map((code) => (code >> plane) & 1)
      return { enable: [1], first: [+(plane === 0)], negate: [+(plane === p.B_BIT - 1)], a, bits }
    }
  },
}
