/**
 * What the registers of the two Feetech families mean: STS with a magnetic encoder, SCS with a potentiometer.
 * takes  bytes from present position on · gives  a Reading; goals as bytes
 * before ./feetech · after ./codec
 */
import type { Goal, Reading } from '../joints/bus.js'

export interface Family {
  readonly littleEndian: boolean
  readonly countsPerDegree: number
  readonly middle: number
  /** STS writes acceleration in front of the goal; SCS has none. */
  readonly accelerates: boolean
  /** Position and speed carry their sign in the highest bit. */
  readonly signed: boolean
}

export const families = {
  sts: { littleEndian: true, countsPerDegree: 4096 / 360, middle: 2048, accelerates: true, signed: true },
  scs: { littleEndian: false, countsPerDegree: 1024 / 300, middle: 512, accelerates: false, signed: false },
} as const satisfies Record<string, Family>

/** Counts per second that are none: a held servo's own measure jitters. */
const still = 10
/** Of the status byte, and of each packet's error byte. */
const faults: readonly (readonly [number, string])[] = [
  [1, 'wrong voltage'],
  [2, 'a broken position sensor'],
  [4, 'overheating'],
  [8, 'too much current'],
  [32, 'overload'],
]

export function readingOf(family: Family, error: number, data: Uint8Array): Reading {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const word = (at: number) => view.getUint16(at, family.littleEndian)
  const position = family.signed ? signed(word(0), 15) : word(0)
  const speed = word(2) & 0x7fff
  const fault = faults.find(([bit]) => (error & bit) !== 0)?.[1]
  return {
    position,
    moving: data[10] !== 0 || speed > still,
    load: signed(word(4) & 0x7ff, 10) / 10,
    volts: data[6] / 10,
    celsius: data[7],
    ...(fault && { fault }),
  }
}

/** From `goal` on (from `acceleration` on where there is one): no acceleration of the servo's own, no time, a speed limit. */
export function goalBytes(family: Family, { position, speed }: Goal): number[] {
  const bytes = (value: number) => (family.littleEndian ? [value & 0xff, value >> 8] : [value >> 8, value & 0xff])
  const place = family.signed && position < 0 ? 0x8000 | Math.min(0x7fff, -position) : clamp(position, family.signed)
  // Speed 0 would mean "as fast as it can".
  const limit = Math.max(1, Math.min(0x7fff, speed))
  return [...(family.accelerates ? [0] : []), ...bytes(place), 0, 0, ...bytes(limit)]
}

function clamp(position: number, signedPlaces: boolean): number {
  return Math.max(0, Math.min(signedPlaces ? 0x7fff : 1023, position))
}

/** A magnitude with its sign in a bit of its own. */
function signed(value: number, bit: number): number {
  const magnitude = value & ((1 << bit) - 1)
  return value & (1 << bit) ? -magnitude : magnitude
}
