/** I32: whole numbers that name places (which input column comes next), not weights; little endian, one a block. */
import type { DType } from '../dtype.js'
import { checkRange } from './blocked.js'

export const I32: DType = {
  name: 'I32',
  bits: 32,
  block: 1,
  blockBytes: 4,
  tailBytes: 0,
  gguf: 26,
  ternary: false,
  decode(bytes, total, from, count, out) {
    checkRange(I32, bytes, total, from, count, out)
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    for (let i = 0; i < count; i++) out[i] = view.getInt32(4 * (from + i), true)
  },
}
