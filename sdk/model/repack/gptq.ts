/**
 * GPTQ: codes packed along the columns (qweight: 32-bit words × rows), zero points along the rows (qzeros: groups ×
 * words), lowest bits first in both; words of three bits run on into each other.
 * takes  bytes of the three tensors, the groups of the columns · gives  Grouped
 * after  ./blocks
 */
import type { Bits } from './grouped.js'
import { places } from './grouped.js'

/**
 * What stands in qzeros. `plain`: zero points (version 2). `less-one`: each less one (version 1, as AutoGPTQ packs it).
 * `words-less-one`: version 1 from version 2 by a subtraction from whole words, as GPTQModel writes it, so that a
 * field of 0 has borrowed from its neighbours.
 */
export type ZeroForm = 'plain' | 'less-one' | 'words-less-one'

/** What GPTQModel subtracts from word i, i + 3, …: at three bits not a one in each field, but these. */
const subtracted: Readonly<Record<Bits, readonly number[]>> = {
  2: [0x55555555],
  3: [0x24924924, 0x92492492, 0x49249249],
  4: [0x11111111],
  8: [0x01010101],
}

export function gptqZeros(words: Int32Array, groups: number, rows: number, bits: Bits, form: ZeroForm): Uint16Array {
  const perGroup = (rows * bits) / 32
  const zeros = new Uint16Array(groups * rows)
  const ones = subtracted[bits]
  const stream = new BitStream(bits)
  for (let g = 0; g < groups; g++) {
    stream.restart()
    for (let w = 0, o = g * rows; w < perGroup; w++) {
      const word = words[g * perGroup + w]
      o = stream.read(form === 'words-less-one' ? (word + ones[w % ones.length]) | 0 : word, zeros, o)
    }
  }
  if (form === 'less-one') for (let i = 0; i < zeros.length; i++) zeros[i]++
  return zeros
}

/** Whether all zero points are 8 of four bits, or 128 of eight: then every word of qzeros is the same. */
export function gptqMiddle(words: () => Int32Array, bits: Bits, form: ZeroForm): boolean {
  if (bits !== 4 && bits !== 8) return false
  const middle = (bits === 4 ? 0x88888888 : 0x80808080) - (form === 'plain' ? 0 : subtracted[bits][0])
  return words().every((word) => word === (middle | 0))
}

/** Fields of `bits` bits out of words of 32, in order. */
class BitStream {
  readonly #mask: number
  #left = 0
  #held = 0

  constructor(readonly bits: Bits) {
    this.#mask = 2 ** bits - 1
  }

  restart(): void {
    this.#left = 0
    this.#held = 0
  }

  /** Writes the fields that end in this word to out[o …]; answers where the next goes. */
  read(word: number, out: Uint16Array, o: number): number {
    const { bits } = this
    let at = 0
    if (this.#held > 0) {
      at = bits - this.#held
      out[o++] = (this.#left | (word << this.#held)) & this.#mask
    }
    for (; at + bits <= 32; at += bits) out[o++] = (word >>> at) & this.#mask
    this.#held = 32 - at
    this.#left = this.#held > 0 ? word >>> at : 0
    return o
  }
}

/** Fills codes of rows from … to - 1; see Grouped.codes. */
export function gptqCodes(
  words: Int32Array,
  cols: number,
  rows: number,
  bits: Bits,
  order: Int32Array | undefined,
): (from: number, to: number, out: Uint8Array) => void {
  const to = places(order)
  if (bits === 3) return threeBits(words, cols, rows, to)
  const each = 32 / bits
  const mask = 2 ** bits - 1
  return (first, end, out) => {
    for (let c = 0, w = 0; c < cols; c += each, w += rows)
      for (let row = first, at = 0; row < end; row++, at += cols) {
        let word = words[w + row]
        if (to) for (let n = c; n < c + each; n++, word >>>= bits) out[at + to[n]] = word & mask
        else for (let n = at + c; n < at + c + each; n++, word >>>= bits) out[n] = word & mask
      }
  }
}

/** 32 columns in three words: the eleventh and the twenty-second lie across two. */
function threeBits(words: Int32Array, cols: number, rows: number, to: Int32Array | undefined) {
  const codes = new Uint8Array(32)
  return (first: number, end: number, out: Uint8Array) => {
    for (let c = 0, w = 0; c < cols; c += 32, w += 3 * rows)
      for (let row = first, at = 0; row < end; row++, at += cols) {
        const [a, b, d] = [words[w + row], words[w + rows + row], words[w + 2 * rows + row]]
        for (let n = 0; n < 10; n++) codes[n] = (a >>> (3 * n)) & 7
        codes[10] = (a >>> 30) | ((b & 1) << 2)
        for (let n = 0; n < 10; n++) codes[11 + n] = (b >>> (3 * n + 1)) & 7
        codes[21] = (b >>> 31) | ((d & 3) << 1)
        for (let n = 0; n < 10; n++) codes[22 + n] = (d >>> (3 * n + 2)) & 7
        if (to) for (let n = 0; n < 32; n++) out[at + to[c + n]] = codes[n]
        else out.set(codes, at + c)
      }
  }
}
