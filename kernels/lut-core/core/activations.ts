/**
 * A token's activations in a core's format, with one scale. Integers and FP8 spread over their whole range: the largest
 * becomes ±top (i8: 127, BitNet's own meaning, every step in float32 as other engines do it). Halves are multiplied by a
 * power of two, which costs no digits, so that sums of them stay halves.
 * takes  x (cols) float32 at `from` · gives  the values that the codes stand for (cols), and the scale: x ≈ value · scale
 * before ./formats · after ../core, ../lmma
 */
import type { Activation } from '../config.js'
import { formats } from './formats.js'

/** Smaller tokens are as good as 0; the floor of BitNet's own quantization. */
const floor = Math.fround(1e-5)

export function roundToken(
  activation: Activation,
  x: Float32Array,
  from: number,
  cols: number,
  values: Float32Array,
): number {
  const { top, binaryScale, encode, decode } = formats[activation]
  let most = floor
  for (let c = 0; c < cols; c++) {
    const size = Math.abs(x[from + c])
    if (size > most) most = size
  }
  const scale = binaryScale ? 2 ** Math.ceil(Math.log2(most / top)) : Math.fround(most / top)
  const inverse = binaryScale ? 1 / scale : Math.fround(top / most)
  for (let c = 0; c < cols; c++) values[from + c] = decode(encode(Math.fround(x[from + c] * inverse)))
  return scale
}
