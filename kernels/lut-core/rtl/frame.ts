/**
 * Frames on the wire to a device (docs/lut-core-rtl.md): "LT", kind, number, length (4), payload, CRC-32 of all but "LT" (4);
 * low bytes first. What comes back is hostile until its checksum and number are right.
 * after  ./pipe, ./pipe-worker
 */

export const helloKind = 0x01
export const runKind = 0x02
/** An answer's kind is its request's with this bit, or `refusedKind` with a text that says why. */
export const answeredBit = 0x80
export const refusedKind = 0xff

const headBytes = 8
const checkBytes = 4

const crcTable = Uint32Array.from({ length: 256 }, (_, i) => {
  let word = i
  for (let j = 0; j < 8; j++) word = word & 1 ? (word >>> 1) ^ 0xedb88320 : word >>> 1
  return word
})

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 255] ^ (crc >>> 8)
  return ~crc >>> 0
}

export function encodeFrame(kind: number, number: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(headBytes + payload.length + checkBytes)
  const view = new DataView(frame.buffer)
  frame.set([0x4c, 0x54, kind, number])
  view.setUint32(4, payload.length, true)
  frame.set(payload, headBytes)
  view.setUint32(headBytes + payload.length, crc32(frame.subarray(2, headBytes + payload.length)), true)
  return frame
}

export interface Frame {
  readonly kind: number
  readonly payload: Uint8Array
}

/** Puts one answer together from the parts in which it arrives. Holds at most `limit` bytes of payload. */
export class FrameReader {
  #bytes = new Uint8Array(0)

  constructor(
    readonly number: number,
    readonly limit: number,
  ) {}

  /** The answer once it is whole; undefined before; a text says what is wrong with it. */
  push(part: Uint8Array): Frame | string | undefined {
    // Nothing follows an answer, so whatever exceeds the largest one is wrong before it is kept.
    if (this.#bytes.length + part.length > headBytes + this.limit + checkBytes)
      return `it wrote more than the largest answer, ${this.limit} bytes`
    this.#bytes = join(this.#bytes, part)
    const bytes = this.#bytes
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (const [i, expected] of [0x4c, 0x54].entries())
      if (i < bytes.length && bytes[i] !== expected) return 'what it wrote does not begin with "LT"'
    if (bytes.length < headBytes) return undefined
    const length = view.getUint32(4, true)
    if (length > this.limit) return `its answer claims ${length} bytes, more than ${this.limit}`
    const end = headBytes + length
    if (bytes.length < end + checkBytes) return undefined
    if (bytes.length > end + checkBytes) return `it wrote ${bytes.length - end - checkBytes} bytes after its answer`
    if (view.getUint32(end, true) !== crc32(bytes.subarray(2, end))) return 'the checksum of its answer is wrong'
    if (bytes[3] !== this.number) return `it answered request ${bytes[3]} instead of ${this.number}`
    return { kind: bytes[2], payload: bytes.slice(headBytes, end) }
  }
}

function join(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}
