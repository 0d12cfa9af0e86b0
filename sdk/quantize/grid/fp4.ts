/**
 * Floats of four bits (E2M1, doubled so that levels are whole): MXFP4 with one power of two for 32 weights, NVFP4 with an
 * unsigned E4M3 for each 16 of 64. Scales are positive.
 * takes  rows or blocks of float32 · gives  blocks, see ./grid · before ../method
 */
import { MXFP4 as mx, NVFP4 as nv } from '../../../hal/dtypes/index.js'
import type { Grid } from './grid.js'
import { listed, places } from './scales/alphabet.js'
import { load } from './scales/block.js'
import { extreme } from './scales/reference-signed.js'
import { round, searchScale, sums } from './scales/search.js'

const f = Math.fround
const levels = Float32Array.from(mx.uniform!.alphabet!)
const fp4 = listed(mx.uniform!.alphabet!, places(10, 20, 14))
const codes = new Uint8Array(64)

/** 12 · 2^(252 - 128) is the largest that float32 holds. */
const largestExponent = 252

/** Scales of NVFP4 by their byte; 127 is not a number. */
const e4m3 = Float32Array.from({ length: 127 }, (_, byte) => nv.uniform!.scale(Uint8Array.of(byte), 0, 0))

export const MXFP4: Grid = {
  ...{ dtype: mx, block: 32, segment: 32, levels, minima: false },
  encode(row, _importance, bytes) {
    for (let i = 0, at = 0; i < row.length; i += 32, at += 17) {
      const size = Math.abs(extreme(32, row, i))
      const e = size > 0 ? Math.max(0, Math.floor(f(Math.log2(size))) + 125) : 0
      bytes[at] = e
      encodeRun(row, i, 32, 2 ** (e - 128), 0)
      putRun(codes, 0, 16, bytes, at + 1)
    }
  },
  fit(values, importance, bytes, at, scales, minima) {
    load(values, importance, 32, 32)
    const middle = Math.floor(Math.log2(searchScale(0, 32, fp4) || 2 ** -128))
    let best = Number.NEGATIVE_INFINITY
    minima[0] = 0
    for (let k = middle - 1; k <= middle + 2; k++) {
      const e = Math.max(0, Math.min(largestExponent, k + 128))
      const gain = gainOf(0, 32, 2 ** (e - 128))
      if (!(gain > best)) continue
      best = gain
      bytes[at] = e
      scales[0] = 2 ** (e - 128)
    }
  },
  store(scales, minima, bytes, at) {
    const low = Math.floor(Math.log2(Math.max(scales[0], 2 ** -128)))
    const e = Math.min(largestExponent, low + 128 + (scales[0] > 1.5 * 2 ** low ? 1 : 0))
    bytes[at] = e
    scales[0] = 2 ** (e - 128)
    minima[0] = 0
  },
  write: (from, bytes, at) => putRun(from, 0, 16, bytes, at + 1),
}

export const NVFP4: Grid = {
  ...{ dtype: nv, block: 64, segment: 16, levels, minima: false },
  encode(row, _importance, bytes) {
    for (let i = 0, at = 0; i < row.length; i += 64, at += 36) {
      for (let s = 0; s < 4; s++) {
        const byte = roundUp(f(f(Math.abs(extreme(16, row, i + 16 * s)) / 6) / 2))
        bytes[at + s] = byte
        encodeRun(row, i + 16 * s, 16, e4m3[byte], 16 * s)
      }
      writeNv(codes, bytes, at)
    }
  },
  fit(values, importance, bytes, at, scales, minima) {
    load(values, importance, 64, 16)
    for (let s = 0; s < 4; s++) {
      const middle = nearestByte(searchScale(16 * s, 16, fp4))
      let best = Number.NEGATIVE_INFINITY
      for (let byte = Math.max(0, middle - 1); byte <= Math.min(126, middle + 1); byte++) {
        const gain = gainOf(16 * s, 16, e4m3[byte])
        if (!(gain > best)) continue
        best = gain
        bytes[at + s] = byte
      }
      scales[s] = e4m3[bytes[at + s]]
      minima[s] = 0
    }
  },
  store(scales, minima, bytes, at) {
    for (let s = 0; s < 4; s++) {
      bytes[at + s] = nearestByte(scales[s])
      scales[s] = e4m3[bytes[at + s]]
      minima[s] = 0
    }
  },
  write: writeNv,
}

/** By how much a scale lowers the error against all zeros. */
function gainOf(at: number, n: number, scale: number): number {
  if (scale === 0) return 0
  round(at, n, fp4, 1 / scale)
  return scale * (2 * sums.lx - scale * sums.l2)
}

/** The reference's codes: the nearest level, of two the one nearer to zero. */
function encodeRun(row: Float32Array, i: number, n: number, scale: number, c: number): void {
  for (let j = 0; j < n; j++) {
    let best = Number.POSITIVE_INFINITY
    for (let k = 0; k < 15; k++) {
      const code = k < 8 ? 7 + k : 14 - k // 0 and up, then below 0 and down
      const error = Math.abs(f(f(levels[code] * scale) - row[i + j]))
      if (!(error < best)) continue
      best = error
      codes[c + j] = code
    }
  }
}

/** The byte of the nearest scale of NVFP4; of two the lower. */
function nearestByte(scale: number): number {
  let [low, high] = [0, 126]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (e4m3[middle] <= scale) low = middle
    else high = middle
  }
  return scale - e4m3[low] > e4m3[high] - scale ? high : low
}

/** As the reference rounds: of two the upper. */
function roundUp(scale: number): number {
  const byte = nearestByte(scale)
  return byte < 126 && scale > 0 && scale - e4m3[byte] === e4m3[byte + 1] - scale ? byte + 1 : byte
}

function writeNv(from: Uint8Array, bytes: Uint8Array, at: number): void {
  for (let s = 0; s < 4; s++) putRun(from, 16 * s, 8, bytes, at + 4 + 8 * s)
}

/** Low nibbles hold the first n codes, high nibbles the next; a nibble is a sign and a magnitude's place. */
function putRun(from: Uint8Array, c: number, n: number, bytes: Uint8Array, at: number): void {
  for (let j = 0; j < n; j++) bytes[at + j] = nibble(from[c + j]) | (nibble(from[c + j + n]) << 4)
}

const nibble = (code: number) => (code < 7 ? 15 - code : code - 7)
