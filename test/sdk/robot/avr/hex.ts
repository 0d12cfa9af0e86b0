/** Intel HEX as the flash of an ATmega328P: 16 Ki words. */

export function parseHex(text: string): Uint16Array {
  const words = new Uint16Array(0x4000)
  const bytes = new Uint8Array(words.buffer)
  for (const line of text.split(/\r?\n/)) {
    // Only data records; none of ours needs an extended address.
    if (line[0] !== ':' || line.slice(7, 9) !== '00') continue
    const record = Buffer.from(line.slice(1), 'hex')
    bytes.set(record.subarray(4, 4 + record[0]), record.readUInt16BE(1))
  }
  return words
}
