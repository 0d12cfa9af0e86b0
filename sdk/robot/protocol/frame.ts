/**
 * Frames on the wire: 00 · COBS( id u8, sequence u16, payload 0-160 bytes, CRC-16 ) · 00. Little-endian.
 * The zero in front ends whatever noise or half frame came before, so that one frame is enough to be heard.
 * before ./messages · after the transport's bytes
 */
import { LutraError } from '../../../hal/error.js'
import { stuff, unstuff } from './cobs.js'
import { crc16 } from './crc.js'

/** `say` needs most: 40 characters of at most 4 UTF-8 bytes. */
export const maxPayload = 160
const header = 3
const check = 2
const maxStuffed = header + maxPayload + check + 1

export interface Frame {
  /** What it is; see ./messages. */
  readonly id: number
  /** 1-65535; 0 where no answer is matched to it. */
  readonly sequence: number
  readonly payload: Uint8Array
}

/** The bytes of a frame, both zeros included. */
export function encodeFrame({ id, sequence, payload }: Frame): Uint8Array {
  if (payload.length > maxPayload)
    throw new LutraError('limit', `Expected a payload of at most ${maxPayload} bytes but received ${payload.length}`)
  const body = new Uint8Array(header + payload.length + check)
  const view = new DataView(body.buffer)
  body[0] = id
  view.setUint16(1, sequence, true)
  body.set(payload, header)
  view.setUint16(header + payload.length, crc16(body, header + payload.length), true)
  const stuffed = stuff(body)
  const out = new Uint8Array(stuffed.length + 2)
  out.set(stuffed, 1)
  return out
}

/** Finds frames in a byte stream of any quality. Never throws, never holds more than one frame's bytes. */
export class FrameParser {
  /** Frames that were heard whole. */
  good = 0
  /** Runs between two zeros that were no frame: noise, damage, halves, oversize. */
  bad = 0
  readonly #held = new Uint8Array(maxStuffed)
  #length = 0
  #overflow = false

  push(bytes: Uint8Array): Frame[] {
    const frames: Frame[] = []
    for (const byte of bytes) {
      if (byte !== 0) {
        if (this.#length < maxStuffed) this.#held[this.#length++] = byte
        else this.#overflow = true
        continue
      }
      if (this.#length === 0) continue
      const frame = this.#overflow ? undefined : decode(this.#held.subarray(0, this.#length))
      this.#length = 0
      this.#overflow = false
      if (frame) frames.push(frame)
      if (frame) this.good++
      else this.bad++
    }
    return frames
  }
}

function decode(stuffed: Uint8Array): Frame | undefined {
  const body = unstuff(stuffed)
  if (!body || body.length < header + check) return undefined
  const view = new DataView(body.buffer)
  const end = body.length - check
  if (view.getUint16(end, true) !== crc16(body, end)) return undefined
  return { id: body[0], sequence: view.getUint16(1, true), payload: body.subarray(header, end) }
}

/** Is sequence number `a` later than `b`, in the circle of 16 bits? */
export function newer(a: number, b: number): boolean {
  return a !== b && ((a - b) & 0xffff) < 0x8000
}
