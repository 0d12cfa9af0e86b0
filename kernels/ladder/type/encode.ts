/**
 * Quantizes floats into a format of defineType: for each group the scale and minimum that fit, then the nearest codes.
 * takes  DType, weights row by row · gives  its bytes
 * before ./nearest, ./write, ./registry · after whoever fills a type from a model
 */
import type { DType } from '../../../hal/dtype.js'
import { tensorBytes } from '../../../hal/dtypes/index.js'
import { LutraError } from '../../../hal/error.js'
import { evaluate, valuesOf } from './evaluate.js'
import { nearestCode, nearestVector, nearestWords } from './nearest.js'
import { ttypeOf } from './registry.js'
import type { FieldStorage, Metadata, TType } from './ttype.js'
import { writeCodes, writeField } from './write.js'

export interface EncodeOptions {
  /** `max`: the largest weight of a group becomes the largest value. `error`, the default: the least squared error. */
  readonly scale?: 'max' | 'error'
}

/** Scales tried for a group, as parts of that of its largest weight; codes of one bit want a third of it. */
const parts = Array.from({ length: 24 }, (_, i) => 1.12 - 0.04 * i)

export function encode(dtype: DType, weights: Float32Array, { scale = 'error' }: EncodeOptions = {}): Uint8Array {
  const type = ttypeOf(dtype)
  if (type?.storage.kind !== 'fields' || type.bits > 16)
    throw new LutraError(
      'unsupported',
      `Expected a format of defineType, with codes of at most 16 bits, to encode in but found ${dtype.name}`,
    )
  if (!weights.every(Number.isFinite))
    throw new LutraError('mismatch', `Expected finite weights to encode as ${dtype.name}`)
  const bytes = new Uint8Array(tensorBytes(dtype, weights.length))
  const { block, blockBytes } = type.storage
  const fill = fitter(type, type.storage, scale === 'max' ? [1] : parts)
  for (let from = 0, at = 0; from < weights.length; from += block, at += blockBytes)
    fill(weights.subarray(from, from + block), bytes.subarray(at, at + blockBytes))
  return bytes
}

/** Fits one block. */
function fitter(type: TType, storage: FieldStorage, tried: readonly number[]) {
  const { lanes, shifted } = type
  const { scale: [...scale] = [], minimum: [...minimum] = [], block } = storage
  const values = valuesOf(type)
  const finite = values.filter(Number.isFinite)
  const least = finite.reduce((a, b) => Math.min(a, b))
  const most = finite.reduce((a, b) => Math.max(a, b))
  const nearest = lanes === 1 ? nearestCode(type) : nearestVector(type)
  const size = block / Math.max(scale.length, minimum.length, 1)
  const codes = new Uint32Array(block / lanes)
  const trial = new Uint32Array(size / lanes)

  /** Writes the nearest codes to `trial`, and answers their squared error; gives up where it passes `limit`. */
  function attempt(w: Float32Array, s: number, m: number, limit: number): number {
    let error = 0
    for (let i = 0; i < size && error < limit; i += lanes) {
      const code = nearest(w, i, s, m)
      trial[i / lanes] = code
      for (let l = 0; l < lanes; l++) error += (s * values[code * lanes + l] + m - w[i + l]) ** 2
    }
    return error
  }

  return (weights: Float32Array, bytes: Uint8Array): void => {
    const groups = Array.from({ length: block / size }, (_, g) => weights.subarray(g * size, (g + 1) * size))
    const ideal = groups.map((w) => idealScales(w, least, most, shifted))
    const factor = secondFactor(scale[0], Math.max(...ideal.map(([s]) => Math.abs(s))), bytes)
    const minimumFactor = secondFactor(minimum[0], Math.max(...groups.map((w) => Math.abs(middle(w)))), bytes)
    groups.forEach((w, g) => {
      const scales = scale.length === 0 ? [1] : ideal[g].flatMap((s) => tried.map((part) => (s * part) / factor))
      let best = Number.POSITIVE_INFINITY
      const seen = new Set<number>()
      for (const s of scale.length === 0 ? [one] : scales.flatMap((each) => nearestWords(scale[g], each))) {
        if (seen.has(s.word)) continue
        seen.add(s.word)
        const own = Math.fround(s.value * factor)
        const low = middle(w) - (own * (least + most)) / 2
        const m = minimum.length === 0 ? zero : nearestWords(minimum[g], low / minimumFactor)[0]
        const error = attempt(w, own, Math.fround(m.value * minimumFactor), best)
        if (!(error < best)) continue
        best = error
        codes.set(trial, (g * size) / lanes)
        if (scale.length > 0) writeField(bytes, scale[g].at, scale[g].bits, s.word)
        if (minimum.length > 0) writeField(bytes, minimum[g].at, minimum[g].bits, m.word)
      }
    })
    writeCodes(bytes, storage, type.bits, codes)
  }
}

const one = { word: 0, value: 1 }
const zero = { word: 0, value: 0 }

/** The scale that takes the largest weight to an end of the values; where the ends differ, that of the other sign too. */
function idealScales(w: Float32Array, least: number, most: number, shifted: boolean): number[] {
  const [low, high] = [w.reduce((a, b) => Math.min(a, b)), w.reduce((a, b) => Math.max(a, b))]
  if (shifted) return [(high - low) / (most - least)]
  const needed = (low: number, high: number) =>
    Math.max(most > 0 ? high / most : -low, least < 0 ? low / least : high / most, 0)
  return least === -most ? [needed(low, high)] : [needed(low, high), -needed(-high, -low)]
}

function middle(w: Float32Array): number {
  return (w.reduce((a, b) => Math.min(a, b)) + w.reduce((a, b) => Math.max(a, b))) / 2
}

/** The factor that a block's scales share: with it the largest is the largest that their own field can say. */
function secondFactor(of: Metadata | undefined, largest: number, bytes: Uint8Array): number {
  if (!of?.times) return 1
  const own = Array.from({ length: 2 ** Math.min(of.bits, 16) }, (_, word) => evaluate(of.decode, word))
  const most = own.filter(Number.isFinite).reduce((a, b) => Math.max(a, b))
  const found = nearestWords(of.times, largest / most)
  const { word, value } = found.find(({ value }) => value * most >= largest) ?? found[0]
  writeField(bytes, of.times.at, of.times.bits, word)
  return value
}
