/**
 * RoboClaw packet serial: address, command, big-endian data, CRC-16 (polynomial 0x1021, start 0).
 * takes  commands · gives  packets; answers found by their CRC, which covers address and command too
 * source Basicmicro, RoboClaw Series User Manual: "Packet Serial", "Advanced Packet Serial", "Encoder commands"
 */
import { crc16 } from '../../protocol/crc.js'

export const command = {
  setTimeout: 14,
  readTimeout: 15,
  version: 21,
  mainBattery: 24,
  duty: 34,
  speedAcceleration: 40,
  pwms: 48,
  currents: 49,
  encoders: 78,
} as const

/** What a good write is answered with. */
export const acknowledged = 0xff
export const fullDuty = 32767
/** Longest answer: a version of 48 characters and its CRC, behind some stale bytes. */
export const longest = 64

/** A command with 8- or 32-bit data; each number says how many bytes it takes. */
export function writePacket(
  address: number,
  code: number,
  data: readonly (readonly [number, 1 | 2 | 4])[],
): Uint8Array {
  const length = 2 + data.reduce((sum, [, bytes]) => sum + bytes, 0)
  const out = new Uint8Array(length + 2)
  const view = new DataView(out.buffer)
  out[0] = address
  out[1] = code
  let at = 2
  for (const [value, bytes] of data) {
    if (bytes === 1) view.setUint8(at, value)
    else if (bytes === 2) view.setInt16(at, value)
    else view.setInt32(at, value)
    at += bytes
  }
  view.setUint16(length, crc16(out, length, 0))
  return out
}

/** Questions carry no CRC. */
export function readPacket(address: number, code: number): Uint8Array {
  return Uint8Array.of(address, code)
}

/** The data of `length` bytes whose CRC fits, wherever it begins: acknowledgements of older words may lie before it. */
export function findAnswer(heard: Uint8Array, address: number, code: number, length: number): DataView | undefined {
  const whole = new Uint8Array(length + 2)
  whole[0] = address
  whole[1] = code
  for (let from = 0; from + length + 2 <= heard.length; from++) {
    whole.set(heard.subarray(from, from + length), 2)
    const crc = (heard[from + length] << 8) | heard[from + length + 1]
    if (crc16(whole, whole.length, 0) === crc) return new DataView(whole.buffer, 2)
  }
  return undefined
}

/** The version is text up to a zero. */
export function findVersion(heard: Uint8Array, address: number): string | undefined {
  for (let end = heard.indexOf(0); end >= 0; end = heard.indexOf(0, end + 1)) {
    const answer = findAnswer(heard.subarray(0, end + 3), address, command.version, end + 1)
    if (answer) return new TextDecoder('latin1').decode(heard.subarray(0, end)).trim()
  }
  return undefined
}
