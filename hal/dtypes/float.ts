/** The plain floats: F32, F16 and BF16 (the upper half of a float32), little endian, one weight a block. */
import type { DType } from '../dtype.js'
import { f16Table } from '../half.js'
import { checkRange } from './blocked.js'

export const F32 = plain('F32', 4, 0, (bytes, at, count, out) => {
  new Uint8Array(out.buffer, out.byteOffset, count * 4).set(bytes.subarray(at, at + count * 4))
})

export const F16 = plain('F16', 2, 1, (bytes, at, count, out) => {
  const table = f16Table()
  for (let i = 0, p = at; i < count; i++, p += 2) out[i] = table[bytes[p] | (bytes[p + 1] << 8)]
})

export const BF16 = plain('BF16', 2, 30, (bytes, at, count, out) => {
  const bits = new Uint32Array(out.buffer, out.byteOffset, count)
  for (let i = 0, p = at; i < count; i++, p += 2) bits[i] = (bytes[p] << 16) | (bytes[p + 1] << 24)
})

function plain(
  name: string,
  blockBytes: number,
  gguf: number,
  read: (bytes: Uint8Array, at: number, count: number, out: Float32Array) => void,
): DType {
  const self: DType = {
    name,
    bits: blockBytes * 8,
    block: 1,
    blockBytes,
    tailBytes: 0,
    gguf,
    ternary: false,
    decode(bytes, total, from, count, out) {
      checkRange(self, bytes, total, from, count, out)
      read(bytes, from * blockBytes, count, out)
    },
  }
  return self
}
