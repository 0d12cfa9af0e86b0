/** How GPTQ, AWQ and BitNet pack matrices, written a second time and plainly: value by value, from the published layouts. */

/** Where bit 0 of value n of a run of 32 lies when three bits run on over three words: [word, shift], low part first. */
function three(n: number): { word: number; shift: number; take: number; from: number }[] {
  if (n === 10) return [part(0, 30, 2, 0), part(1, 0, 1, 2)]
  if (n === 21) return [part(1, 31, 1, 0), part(2, 0, 2, 1)]
  if (n < 10) return [part(0, 3 * n, 3, 0)]
  if (n < 21) return [part(1, 3 * (n - 11) + 1, 3, 0)]
  return [part(2, 3 * (n - 22) + 2, 3, 0)]
}

function part(word: number, shift: number, take: number, from: number) {
  return { word, shift, take, from }
}

/** Puts `values[0 … n)` into words: eight of four bits, sixteen of two, four of eight a word, or 32 of three in three. */
export function packWords(values: readonly number[], bits: number): number[] {
  const words = new Array<number>((values.length * bits) / 32).fill(0)
  values.forEach((value, n) => {
    if (bits === 3)
      for (const { word, shift, take, from } of three(n % 32))
        words[3 * Math.floor(n / 32) + word] += (Math.floor(value / 2 ** from) % 2 ** take) * 2 ** shift
    else words[Math.floor((n * bits) / 32)] += value * 2 ** ((n * bits) % 32)
  })
  return words.map((word) => word | 0)
}

export interface Codes {
  readonly bits: number
  readonly cols: number
  readonly rows: number
  /** [column][row] */
  readonly codes: readonly (readonly number[])[]
  /** [group][row] */
  readonly zeros: readonly (readonly number[])[]
}

/** Columns packed down each row: words × rows. */
export function gptqWeight({ bits, cols, rows, codes }: Codes): number[] {
  const columns = Array.from({ length: rows }, (_, row) =>
    packWords(
      Array.from({ length: cols }, (_, c) => codes[c][row]),
      bits,
    ),
  )
  return Array.from({ length: (cols * bits) / 32 }, (_, word) => columns.map((packed) => packed[word])).flat()
}

/** What GPTQModel takes from whole words; at three bits the first and the third of three are the other way round. */
const taken: Readonly<Record<number, readonly number[]>> = {
  2: [0b01010101010101010101010101010101],
  3: [0b00100100100100100100100100100100, 0b10010010010010010010010010010010, 0b01001001001001001001001001001001],
  4: [0b00010001000100010001000100010001],
  8: [0b00000001000000010000000100000001],
}

export function gptqZeros({ bits, zeros }: Codes, form: 'v1' | 'v2' | 'gptqmodel'): number[] {
  return zeros.flatMap((row) => {
    if (form === 'v1')
      return packWords(
        row.map((zero) => zero - 1),
        bits,
      )
    const words = packWords(row, bits)
    return form === 'v2' ? words : words.map((word, i) => (word - taken[bits][i % taken[bits].length]) | 0)
  })
}

/** Field k of a word is row 8 w + order[k]. */
const awqOrder = [0, 2, 4, 6, 1, 3, 5, 7]

export function awqWords(lines: readonly (readonly number[])[]): number[] {
  return lines.flatMap((line) =>
    Array.from(
      { length: line.length / 8 },
      (_, w) =>
        packWords(
          awqOrder.map((row) => line[8 * w + row]),
          4,
        )[0],
    ),
  )
}

/** Row r of a quarter in bits 2 i of its byte, for quarter i. Trits are -1, 0, 1, row after row. */
export function bitnetBytes(trits: readonly number[], rows: number, cols: number): Uint8Array {
  const quarter = rows / 4
  const bytes = new Uint8Array(quarter * cols)
  for (let row = 0; row < rows; row++)
    for (let c = 0; c < cols; c++)
      bytes[(row % quarter) * cols + c] += (trits[row * cols + c] + 1) * 4 ** Math.floor(row / quarter)
  return bytes
}
