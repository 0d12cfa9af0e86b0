/**
 * Budgets as people say them: bits a weight, sizes with units.
 * takes  texts of the command line · gives  bytes
 * after  ../../cli/quantize · before ./choose
 */
import { LutraError } from '../../../hal/error.js'
import { quote } from '../../model/quote.js'

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  ...{ k: 1e3, kb: 1e3, m: 1e6, mb: 1e6, g: 1e9, gb: 1e9, t: 1e12, tb: 1e12 },
  ...{ kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 },
}

/**
 * Bytes of a size like `1.5GB` (10⁹), `900 MiB` (2²⁰), `2g` or a plain number.
 *
 * @throws LutraError mismatch, where it is none
 */
export function bytesOf(size: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?|\.\d+) ?([a-z]*)$/i.exec(size.trim()) ?? []
  const factor = unit === undefined ? undefined : units[unit.toLowerCase()]
  const bytes = Number(number) * (factor ?? Number.NaN)
  if (bytes > 0 && bytes <= Number.MAX_SAFE_INTEGER) return Math.floor(bytes)
  throw new LutraError('mismatch', `Expected a size like 1.5GB or 900MiB but found ${quote(size)}`)
}

/** Bytes of `weights` at so many bits each, scales and all. LutraError mismatch where bits are no number above 0. */
export function bytesAtBits(bits: number, weights: number): number {
  if (bits > 0 && bits <= 32) return Math.floor((bits * weights) / 8)
  throw new LutraError('mismatch', `Expected bits a weight above 0, 32 at most, but found ${bits}`)
}
