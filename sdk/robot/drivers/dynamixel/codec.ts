/**
 * Packets of DYNAMIXEL Protocol 2.0: FF FF FD 00, id, length, instruction, parameters, CRC-16; FF FF FD inside is stuffed.
 * takes  instructions · gives  packets, and status packets out of bytes
 * source ROBOTIS e-Manual, "DYNAMIXEL Protocol 2.0" and "CRC Calculation"
 */
import type { Look } from '../scanner.js'

export const instruction = {
  ping: 1,
  read: 2,
  write: 3,
  reboot: 8,
  status: 0x55,
  syncRead: 0x82,
  syncWrite: 0x83,
} as const
export const broadcast = 0xfe
export const lastId = 0xfc
/** Longest status packet that we ask for, stuffed, with room for more. */
export const longest = 96
const header = [0xff, 0xff, 0xfd, 0x00]
/** Instruction, error and CRC: what a status packet has at least. */
const least = 4

export interface Status {
  readonly id: number
  /** 1-7, 0 for none; see errors. */
  readonly error: number
  /** The servo's hardware error status has something to say. */
  readonly alert: boolean
  readonly data: Uint8Array
}

/** What a servo answers when it did not do what it was told. */
export const errors = [
  'no error',
  'the instruction failed',
  'an unknown instruction',
  'a CRC that does not fit',
  'a value out of range',
  'data of the wrong length',
  'a value outside its limits',
  'a register that may not be written now',
]

export function packet(id: number, code: number, parameters: readonly number[] = []): Uint8Array {
  const body = stuff([code, ...parameters])
  const out = Uint8Array.from([...header, id, ...word(body.length + 2), ...body, 0, 0])
  out.set(word(crc(out, out.length - 2)), out.length - 2)
  return out
}

/** The same registers of several servos in one packet; nobody answers. */
export function syncWrite(at: number, length: number, servos: ReadonlyMap<number, readonly number[]>): Uint8Array {
  const each = [...servos].flatMap(([id, bytes]) => [id, ...bytes])
  return packet(broadcast, instruction.syncWrite, [...word(at), ...word(length), ...each])
}

export function syncRead(at: number, length: number, ids: readonly number[]): Uint8Array {
  return packet(broadcast, instruction.syncRead, [...word(at), ...word(length), ...ids])
}

export function word(value: number): [number, number] {
  return [value & 0xff, (value >> 8) & 0xff]
}

export function long(value: number): [number, number, number, number] {
  return [value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >> 24) & 0xff]
}

export function look(bytes: Uint8Array): Look<Status> {
  for (let i = 0; i < header.length && i < bytes.length; i++) if (bytes[i] !== header[i]) return 'none'
  if (bytes.length < 8) return 'more'
  const length = bytes[5] | (bytes[6] << 8)
  if (length < least || length + 7 > longest || bytes[4] > lastId || bytes[7] !== instruction.status) return 'none'
  const end = length + 7
  if (bytes.length < end) return 'more'
  if (crc(bytes, end - 2) !== (bytes[end - 2] | (bytes[end - 1] << 8))) return 'none'
  const [, error, ...data] = unstuff(bytes.subarray(7, end - 2))
  return {
    frame: { id: bytes[4], error: error & 0x7f, alert: (error & 0x80) !== 0, data: Uint8Array.from(data) },
    length: end,
  }
}

/** CRC-16 of polynomial 0x8005, start 0, most significant bit first. */
export function crc(bytes: ArrayLike<number>, end = bytes.length): number {
  let value = 0
  for (let i = 0; i < end; i++) {
    value ^= bytes[i] << 8
    for (let bit = 0; bit < 8; bit++) value = (value & 0x8000 ? (value << 1) ^ 0x8005 : value << 1) & 0xffff
  }
  return value
}

/** A header inside the body gets one FD more, so that nobody takes it for a header. */
function stuff(body: readonly number[]): number[] {
  const out: number[] = []
  for (const byte of body) {
    out.push(byte)
    if (byte === 0xfd && out.at(-2) === 0xff && out.at(-3) === 0xff) out.push(0xfd)
  }
  return out
}

function unstuff(body: Uint8Array): number[] {
  const out: number[] = []
  for (let i = 0; i < body.length; i++) {
    out.push(body[i])
    if (body[i] === 0xfd && body[i - 1] === 0xff && body[i - 2] === 0xff && body[i + 1] === 0xfd) i++
  }
  return out
}
