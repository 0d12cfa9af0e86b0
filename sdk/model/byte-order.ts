/**
 * Weights of a big-endian file, turned to the little-endian order that every format here is defined in.
 * takes  a tensor's bytes and its format · gives  the same bytes, their words swapped in place
 * before ./file-range reads them · after ./gguf-tensors
 * Words of a block by format, as the converters that write big-endian files swap them; they know no other formats.
 */
import type { DType } from '../../hal/dtype.js'

/** Where a block holds a word of so many bytes; in a format of plain numbers that is the whole block. */
const words: Readonly<Record<string, { readonly width: 2 | 4; readonly at: readonly number[] }>> = {
  F32: { width: 4, at: [0] },
  F16: { width: 2, at: [0] },
  BF16: { width: 2, at: [0] },
  Q4_0: { width: 2, at: [0] },
  Q8_0: { width: 2, at: [0] },
  Q4_K: { width: 2, at: [0, 2] },
  Q6_K: { width: 2, at: [208] },
  MXFP4: { width: 2, at: [] },
}

export const swappable: readonly string[] = Object.keys(words)

/** In place; gives the same bytes. */
export function swapWords(dtype: DType, bytes: Uint8Array): Uint8Array {
  const { width, at: places } = words[dtype.name]
  for (let block = 0; block < bytes.length; block += dtype.blockBytes)
    for (const place of places) {
      const at = block + place
      for (let i = 0; i < width >> 1; i++) {
        const low = bytes[at + i]
        bytes[at + i] = bytes[at + width - 1 - i]
        bytes[at + width - 1 - i] = low
      }
    }
  return bytes
}
