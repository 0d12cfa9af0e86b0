/**
 * Weight reinterpretation, done once before anything runs. A 2-bit code u = value + 1 is read as q' = 2u - 3, whose bits
 * stand for -1 and +1 instead of 0 and 1: q' = Σ 2^b · (±1), so that Σ value · x = (Σ q' · x + Σ x) / 2.
 * Of four such signs the first decides: where it is +1 the other three are stored inverted (negation elimination), so
 * that the core looks up three bits and flips the sign by the fourth.
 * takes  values (rows × cols) in -1 … 2 · gives  bytes (rows × groups of 4 columns): a nibble for each bit plane, the
 * lower plane in the low nibble; in a nibble bit 3 is the sign, bits 2 … 0 the table index
 * after  ./core
 */
import type { IntegerWeight } from '../../hal/accelerator.js'

/** Columns that one lookup covers. */
export const K = 4

/** Bits of a weight, each a plane. */
export const weightBits = 2

export function reinterpret({ rows, cols, values }: IntegerWeight): Uint8Array {
  const groups = Math.ceil(cols / K)
  const packed = new Uint8Array(rows * groups)
  for (let r = 0; r < rows; r++)
    for (let g = 0; g < groups; g++) {
      let byte = 0
      for (let plane = 0; plane < weightBits; plane++) {
        let pattern = 0
        for (let j = 0; j < K; j++) {
          const c = g * K + j
          const code = c < cols ? values[r * cols + c] + 1 : 0
          pattern |= ((code >> plane) & 1) << j
        }
        byte |= eliminate(pattern) << (4 * plane)
      }
      packed[r * groups + g] = byte
    }
  return packed
}

/** LUT[W3 W2 W1 W0] = -LUT[~W3 ~W2 ~W1 ~W0]: the inversion is stored, the sign stays for the core. */
function eliminate(pattern: number): number {
  return pattern & 8 ? 8 | (~pattern & 7) : pattern
}
