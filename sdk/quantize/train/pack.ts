/**
 * A trained linear as a format's blocks: its levels become codes, its scales the format's, rounded to what that holds.
 * takes  levels, scales and zeros as trained · gives  bytes; LutraError mismatch where the format cannot hold a scale
 * before ../grid · after ./qat, ./blocks
 */
import { LutraError } from '../../../hal/error.js'
import { gridOf } from '../grid/index.js'
import type { TrainedFormat } from './formats.js'

export interface TrainedLinear {
  readonly rows: number
  readonly cols: number
  /** (rows, cols), in units of the scales. */
  readonly levels: Float32Array
  /** (rows, cols / group). */
  readonly scales: Float32Array
  /** As the scales, of affine schemes. */
  readonly zeros?: Float32Array
}

/** Half precision keeps eleven bits; what is further off is a scale beyond its range. */
const TOLERANCE = 2 ** -9

export function pack(name: string, linear: TrainedLinear, format: TrainedFormat): Uint8Array {
  const { rows, cols, levels, scales, zeros } = linear
  const { stretch, scheme } = format
  const grid = gridOf(format.name)
  const { block, segment, dtype } = grid
  if (cols % block !== 0 || scheme.group % segment !== 0)
    throw new LutraError('mismatch', `Expected a multiple of ${block} columns in ${name} but found ${cols}`)
  const bytes = new Uint8Array(((rows * cols) / block) * dtype.blockBytes)
  const [wanted, minima] = [new Float32Array(block / segment), new Float32Array(block / segment)]
  const codes = new Uint8Array(block)
  const least = grid.levels[0]
  for (let first = 0, at = 0; first < rows * cols; first += block, at += dtype.blockBytes) {
    const group = (s: number) => Math.floor((first + s * segment) / scheme.group)
    const offset = (s: number) => (zeros ? -Math.round(zeros[group(s)]) : format.offset)
    for (let s = 0; s < wanted.length; s++) {
      wanted[s] = stretch * scales[group(s)]
      minima[s] = offset(s) * scales[group(s)]
    }
    const before = [...wanted, ...minima]
    grid.store(wanted, minima, bytes, at)
    const most = Math.max(...before.map(Math.abs))
    ;[...wanted, ...minima].forEach((stored, i) => {
      if (Math.abs(stored - before[i]) > TOLERANCE * most)
        throw new LutraError(
          'mismatch',
          `Expected ${format.name} to hold ${before[i]} in ${name} but it holds ${stored}`,
        )
    })
    for (let i = 0; i < block; i++) {
      const level = (levels[first + i] - offset(Math.floor(i / segment))) / stretch
      codes[i] = Math.round(level) - least
      if (Math.abs(level - Math.round(level)) > 1e-3 || codes[i] >= grid.levels.length)
        throw new LutraError('mismatch', `Expected a level of ${format.name} in ${name} but found ${level}`)
    }
    grid.write(codes, bytes, at)
  }
  return bytes
}
