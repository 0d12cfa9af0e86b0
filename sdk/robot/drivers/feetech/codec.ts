/**
 * Packets of Feetech's SCS and STS bus servos: FF FF, id, length, instruction or error, parameters, inverted sum.
 * takes  instructions · gives  packets, and status packets out of bytes
 * source Feetech, "SCS Servo Communication Protocol" and "Magnetic Encoder STS Servo, Memory Table Analysis"; SCS15 manual 1.02
 */
import type { Look } from '../scanner.js'

export const instruction = { ping: 1, read: 2, write: 3, syncRead: 0x82, syncWrite: 0x83 } as const
export const broadcast = 0xfe
export const lastId = 0xfd
/** The memory table where both families agree; positions of two bytes are little-endian in STS, big-endian in SCS. */
export const address = { torque: 40, acceleration: 41, goal: 42, present: 56 } as const
/** From present position to the moving flag: position, speed, load (2 each), volts, celsius, flag, status, moving. */
export const presentLength = 11
/** Longest status packet that we ask for, with room for a servo that says more. */
export const longest = 64

export interface Status {
  readonly id: number
  /** Bits of ./table faults. */
  readonly error: number
  readonly data: Uint8Array
}

export function packet(id: number, code: number, parameters: readonly number[] = []): Uint8Array {
  const body = [id, parameters.length + 2, code, ...parameters]
  return Uint8Array.from([0xff, 0xff, ...body, sum(body)])
}

/** The same registers of several servos in one packet; nobody answers. */
export function syncWrite(at: number, length: number, servos: ReadonlyMap<number, readonly number[]>): Uint8Array {
  return packet(broadcast, instruction.syncWrite, [at, length, ...[...servos].flatMap(([id, bytes]) => [id, ...bytes])])
}

export function look(bytes: Uint8Array): Look<Status> {
  if (bytes[0] !== 0xff || (bytes.length > 1 && bytes[1] !== 0xff)) return 'none'
  if (bytes.length > 2 && bytes[2] > lastId) return 'none'
  if (bytes.length < 4) return 'more'
  const length = bytes[3]
  if (length < 2 || length + 4 > longest) return 'none'
  if (bytes.length < length + 4) return 'more'
  const end = length + 3
  if (sum(bytes.subarray(2, end)) !== bytes[end]) return 'none'
  return { frame: { id: bytes[2], error: bytes[4], data: bytes.slice(5, end) }, length: end + 1 }
}

function sum(body: ArrayLike<number>): number {
  let total = 0
  for (let i = 0; i < body.length; i++) total += body[i]
  return ~total & 0xff
}
