/**
 * What a device says of itself, and whether it is the array that was asked for.
 * takes  the payload of its answer to hello (docs/lut-core-rtl.md) · gives  its parameters; LutraError where they are others
 * before ./parameters · after ./array
 */
import { LutraError } from '../../../hal/error.js'
import { parameterNames, type RtlParameters } from './parameters.js'

export const protocolVersion = 1
const headBytes = 16
/** A name is text behind the head. */
export const helloBytes = headBytes + 64

export interface Hello {
  readonly parameters: RtlParameters
  readonly simulated: boolean
  /** Bytes of the largest payload that it takes. */
  readonly maxPayload: number
  readonly name: string
}

/** LutraError format: not a hello; unsupported: of another version. */
export function readHello(payload: Uint8Array): Hello {
  if (payload.length < headBytes || payload.length > helloBytes)
    throw new LutraError('format', `Expected ${headBytes} to ${helloBytes} bytes of hello but found ${payload.length}`)
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  if (payload[0] !== protocolVersion)
    throw new LutraError('unsupported', `Expected protocol version ${protocolVersion} but found ${payload[0]}`)
  const flag = (bit: number): number => (payload[1] >> bit) & 1
  return {
    parameters: {
      M: view.getUint16(2, true),
      N: view.getUint16(4, true),
      K: payload[6],
      LUT_BIT: payload[7],
      W_BIT: payload[8],
      ACC_BIT: payload[9],
      A_BIT: payload[10],
      SHIFT_BIT: payload[11],
      SYMMETRIC: flag(0),
      NEGATE_INDEX: flag(1),
      PRECOMPUTE: flag(2),
      REINTERPRET: flag(3),
      DOUBLE: flag(4),
      WIDE: flag(5),
    },
    simulated: flag(7) === 1,
    maxPayload: view.getUint32(12, true),
    name: Buffer.from(payload.subarray(headBytes))
      .toString('latin1')
      .replace(/[^\x20-\x7e]/g, '?')
      .trim(),
  }
}

/**
 * LutraError mismatch where sums would be others. Its weights may be wider, how its registers are made is its own affair,
 * and the width of activations matters only where it builds tables.
 */
export function checkHello({ parameters: found }: Hello, expected: RtlParameters): void {
  for (const name of parameterNames) {
    const fits =
      name === 'W_BIT'
        ? found.W_BIT >= expected.W_BIT && found.W_BIT <= 8
        : name === 'DOUBLE' ||
          name === 'WIDE' ||
          (name === 'A_BIT' && !expected.PRECOMPUTE) ||
          found[name] === expected[name]
    if (!fits)
      throw new LutraError('mismatch', `Expected a device with ${name} ${expected[name]} but it has ${found[name]}`)
  }
}
