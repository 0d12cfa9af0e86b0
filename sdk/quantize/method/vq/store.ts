/**
 * A codebook and its codes as the file holds them: entries as signed bytes with one scale, codes as a stream of bits.
 * takes  entries, codes, the group's bytes · gives  entries as a reader decodes them
 * before hal/dtype (Codebooks) · after ../gptvq, ./update
 */
import type { Codebooks } from '../../../../hal/dtype.js'
import { f16ToF32, f32ToF16 } from '../../../../hal/half.js'

/** Rounds entries to what can be stored, in place, and stores them in the group that begins at `at`. */
export function storeEntries(type: Codebooks, entries: Float64Array, bytes: Uint8Array, at: number): void {
  const { lanes, codeBits, scaleAt, entriesAt } = type
  const count = 2 ** codeBits
  let most = 0
  for (const entry of entries) most = Math.max(most, Math.abs(entry))
  // The least half that is not 0, where entries are that small: they become zeros, and no NaN.
  const half = most === 0 ? 0 : Math.max(1, f32ToF16(most / 127))
  const scale = f16ToF32(half)
  bytes[at + scaleAt] = half & 255
  bytes[at + scaleAt + 1] = half >> 8
  for (let k = 0; k < count; k++)
    for (let lane = 0; lane < lanes; lane++) {
      const i = k * lanes + lane
      const q = scale === 0 ? 0 : Math.max(-127, Math.min(127, Math.round(entries[i] / scale)))
      bytes[at + entriesAt + lane * count + k] = q & 255
      entries[i] = Math.fround(scale * q)
    }
}

/** One code for each vector of the group, row by row. */
export function storeCodes(
  { codeBits, rows, span, lanes, codesAt }: Codebooks,
  codes: Uint8Array,
  bytes: Uint8Array,
  at: number,
): void {
  const length = (rows * span * codeBits) / lanes / 8
  bytes.fill(0, at + codesAt, at + codesAt + length)
  for (let i = 0, bit = 0; i < codes.length; i++, bit += codeBits) {
    const word = codes[i] << (bit & 7)
    bytes[at + codesAt + (bit >> 3)] |= word & 255
    if (word > 255) bytes[at + codesAt + (bit >> 3) + 1] |= word >> 8
  }
}
