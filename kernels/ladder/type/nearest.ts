/**
 * The code, or the word of a scale, whose value is nearest to a number.
 * before ./evaluate · after ./encode
 */
import { LutraError } from '../../../hal/error.js'
import { evaluate, valuesOf } from './evaluate.js'
import type { Real } from './expression.js'
import type { Metadata, TType } from './ttype.js'

/** The code for weight i (and the lanes that follow) of a group with this scale and minimum. */
export type Nearest = (w: Float32Array, i: number, scale: number, minimum: number) => number

export interface Word {
  readonly word: number
  readonly value: number
}

export function nearestCode(type: TType): Nearest {
  const sorted = sortedWords(valuesOf(type))
  const words = Uint32Array.from(sorted, ({ word }) => word)
  /** Halfway to the next value; what lies on it takes the lower. */
  const middles = Float64Array.from(sorted.slice(1), ({ value }, at) => (sorted[at].value + value) / 2)
  return (w, i, scale, minimum) => {
    const x = scale === 0 ? 0 : (w[i] - minimum) / scale
    let [low, high] = [0, middles.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (middles[middle] < x) low = middle + 1
      else high = middle
    }
    return words[low]
  }
}

/** Of a codebook of vectors: all are compared. */
export function nearestVector(type: TType): Nearest {
  const { lanes } = type
  const values = valuesOf(type)
  const codes = values.length / lanes
  return (w, i, scale, minimum) => {
    let found = 0
    let least = Number.POSITIVE_INFINITY
    for (let c = 0; c < codes; c++) {
      let distance = 0
      for (let l = 0; l < lanes; l++) distance += (scale * values[c * lanes + l] + minimum - w[i + l]) ** 2
      if (distance < least) {
        least = distance
        found = c
      }
    }
    return found
  }
}

/** The words of a scale or minimum on both sides of a number, nearest first; one where it lies beyond the ends. */
export function nearestWords({ bits, decode }: Metadata, x: number): readonly Word[] {
  if (bits > 16) return [wide(decode, bits, x)]
  const sorted = wordsOf(decode, bits)
  const above = firstNotBelow(sorted, x)
  const found = sorted.slice(Math.max(above - 1, 0), above + 1)
  return found.sort((a, b) => Math.abs(a.value - x) - Math.abs(b.value - x))
}

const known = new WeakMap<Real, Map<number, readonly Word[]>>()

function wordsOf(decode: Real, bits: number): readonly Word[] {
  const byBits = known.get(decode) ?? new Map<number, readonly Word[]>()
  known.set(decode, byBits)
  const words = byBits.get(bits) ?? sortedWords(Float32Array.from({ length: 2 ** bits }, (_, w) => evaluate(decode, w)))
  byBits.set(bits, words)
  return words
}

/** Finite values ascending, of equal ones the lowest word. */
function sortedWords(values: Float32Array): readonly Word[] {
  const words = [...values].map((value, word) => ({ word, value })).filter(({ value }) => Number.isFinite(value))
  words.sort((a, b) => a.value - b.value || a.word - b.word)
  return words.filter(({ value }, i) => i === 0 || value !== words[i - 1].value)
}

function firstNotBelow(sorted: readonly Word[], x: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sorted[middle].value < x) low = middle + 1
    else high = middle
  }
  return low
}

/** Of 32 bits only the plain float32 is known backwards. */
function wide(decode: Real, bits: number, x: number): Word {
  const value = Math.fround(x)
  const word = new Uint32Array(Float32Array.of(value).buffer)[0]
  if (bits === 32 && Object.is(evaluate(decode, word), value)) return { word, value }
  throw new LutraError(
    'unsupported',
    `Expected scales and minima of at most 16 bits, or float32, but found ${bits} bits`,
  )
}
