/**
 * Consistent Overhead Byte Stuffing: bytes without any zero, so that zero can mark the end of a frame.
 * takes  1-253 bytes (one overhead byte; our frames never need the 254-byte run) · gives  one byte more
 */

/** Stuffs `body`; the result holds no zero. */
export function stuff(body: Uint8Array): Uint8Array {
  const out = new Uint8Array(body.length + 1)
  let code = 0
  for (let i = 0; i < body.length; i++) {
    if (body[i] === 0) {
      out[code] = i + 1 - code
      code = i + 1
    } else out[i + 1] = body[i]
  }
  out[code] = out.length - code
  return out
}

/** Undoes `stuff`, or answers undefined when the bytes cannot have come from it. */
export function unstuff(bytes: Uint8Array): Uint8Array | undefined {
  const out = new Uint8Array(Math.max(0, bytes.length - 1))
  for (let at = 0; at < bytes.length; ) {
    const run = bytes[at]
    if (run === 0 || at + run > bytes.length) return undefined
    for (let i = at + 1; i < at + run; i++) {
      if (bytes[i] === 0) return undefined
      out[i - 1] = bytes[i]
    }
    at += run
    // The zero that the code byte stands for falls where the next code byte is; out holds zeros already.
  }
  return bytes.length ? out : undefined
}
