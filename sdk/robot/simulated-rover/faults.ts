/** What can go wrong with a simulated board's line: answers lost, bytes changed, frames doubled. */

/** Chances from 0 to 1, to be changed at any time. */
export interface Faults {
  /** Answers that are never sent. */
  dropAcks: number
  /** Frames, both ways, in which a byte is changed. */
  corrupt: number
  /** Frames sent twice. */
  duplicate: number
}

/** The bytes, or by that chance a copy with one of them changed. */
export function damaged(bytes: Uint8Array, chance: number, random: () => number): Uint8Array {
  if (random() >= chance) return bytes
  const copy = bytes.slice()
  copy[Math.floor(random() * bytes.length)] ^= 1 + Math.floor(random() * 255)
  return copy
}
