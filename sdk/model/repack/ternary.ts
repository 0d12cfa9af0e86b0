/**
 * BitNet as transformers packs it (bytes × columns, a byte's two-bit fields are rows a quarter of the matrix apart),
 * turned into I2_S: blocks of 128 weights in 32 bytes, then the scale.
 * takes  packed bytes, sizes, scale · gives  the bytes of an I2_S tensor
 * Codes 0, 1, 2 are -1, 0, +1 in both, so this is exact.
 */
import { I2_S, tensorBytes } from '../../../hal/dtypes/index.js'
import { sharedBytes } from '../made-tensor.js'

export function packedToI2S(packed: Uint8Array, cols: number, packedRows: number, scale: number): Uint8Array {
  const total = 4 * packedRows * cols
  const bytes = sharedBytes(tensorBytes(I2_S, total))
  const codes = new Uint8Array(cols)
  for (let field = 0; field < 4; field++)
    for (let r = 0; r < packedRows; r++) {
      const from = r * cols
      for (let c = 0; c < cols; c++) codes[c] = (packed[from + c] >> (2 * field)) & 3
      const first = (field * packedRows + r) * cols
      if (cols % 128 === 0) wholeBlocks(codes, bytes, first / 4)
      // Blocks run on over the ends of rows.
      else
        for (let c = 0, n = first; c < cols; c++, n++)
          bytes[(n >> 7) * 32 + (n & 31)] |= codes[c] << (6 - 2 * ((n >> 5) & 3))
    }
  new DataView(bytes.buffer).setFloat32(total / 4, scale, true)
  return bytes
}

function wholeBlocks(codes: Uint8Array, bytes: Uint8Array, at: number): void {
  for (let c = 0, p = at; c < codes.length; c += 128)
    for (let j = c; j < c + 32; j++)
      bytes[p++] = (codes[j] << 6) | (codes[j + 32] << 4) | (codes[j + 64] << 2) | codes[j + 96]
}
