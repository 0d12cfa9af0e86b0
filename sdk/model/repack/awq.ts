/**
 * AWQ in its GEMM packing: words along the rows in both qweight (columns × words) and qzeros (groups × words), four
 * bits a code, the eight codes of a word in an order of their own. Zero points stand as they are.
 * takes  words of the two tensors · gives  codes and zeros for Grouped
 * after  ./blocks
 */

/** Row 8 w + place[k] has bits 4 k … 4 k + 3 of word w. */
const place = [0, 2, 4, 6, 1, 3, 5, 7] as const

export function awqZeros(words: Int32Array, groups: number, rows: number): Uint16Array {
  const zeros = new Uint16Array(groups * rows)
  for (let w = 0; w < words.length; w++)
    for (let k = 0; k < 8; k++) zeros[8 * w + place[k]] = (words[w] >>> (4 * k)) & 15
  return zeros
}

/** Whether all zero points are 8. */
export function awqMiddle(words: Int32Array): boolean {
  return words.every((word) => word === (0x88888888 | 0))
}

/** Fills codes of rows from … to - 1, both multiples of eight; see Grouped.codes. */
export function awqCodes(words: Int32Array, cols: number, rows: number) {
  return (from: number, to: number, out: Uint8Array): void => {
    for (let c = 0; c < cols; c++)
      for (let row = from, w = (c * rows + from) / 8; row < to; row += 8, w++) {
        const word = words[w]
        const at = (row - from) * cols + c
        for (let k = 0; k < 8; k++) out[at + place[k] * cols] = (word >>> (4 * k)) & 15
      }
  }
}
