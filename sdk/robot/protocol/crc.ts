/**
 * CRC-16/CCITT-FALSE (polynomial 0x1021, start 0xFFFF, no reflection): the check of every frame.
 * The bitwise form: 10 lines that an 8-bit board can copy, and our frames are at most 165 bytes.
 * Other boards begin with another `start`.
 */
export function crc16(bytes: Uint8Array, end = bytes.length, start = 0xffff): number {
  let crc = start
  for (let i = 0; i < end; i++) {
    crc ^= bytes[i] << 8
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff
  }
  return crc
}
