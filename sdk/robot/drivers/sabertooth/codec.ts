/**
 * Sabertooth packetized serial: address, command, value, their sum's low seven bits. One-way.
 * takes  speeds -1 to 1 · gives  packets
 * source Dimension Engineering, Sabertooth 2x12 User's Guide, "Packetized Serial Mode" and "Setting Commands";
 *        Sabertooth 2x5 guide, "Baud Rate Selection"
 */

/** Lets models with automatic bauding measure the line; others take it for a strange address. */
export const bauding = 0xaa
const command = { forward1: 0, backward1: 1, forward2: 4, backward2: 5, timeout: 14 } as const
/** Full speed, and the largest value that a packet can hold. */
const full = 127

export function packet(address: number, code: number, value: number): Uint8Array {
  return Uint8Array.of(address, code, value, (address + code + value) & 0x7f)
}

/** Both motors, -1 to 1 each. */
export function motors(address: number, first: number, second: number): Uint8Array {
  const one = (speed: number, forward: number, backward: number) =>
    packet(address, speed < 0 ? backward : forward, Math.min(full, Math.round(Math.abs(speed) * full)))
  return Uint8Array.from([
    ...one(first, command.forward1, command.backward1),
    ...one(second, command.forward2, command.backward2),
  ])
}

/** Milliseconds without a command after which the board stops both motors; it counts in steps of 100 ms. */
export function serialTimeout(address: number, ms: number): Uint8Array {
  return packet(address, command.timeout, Math.max(1, Math.min(full, Math.floor(ms / 100))))
}
