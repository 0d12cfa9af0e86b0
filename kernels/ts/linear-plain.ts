/**
 * Integer matrix times vector by multiplication: the truth for every other integer kernel.
 * takes  values (rows × cols) of up to 8 bits, x (cols) int8 · gives  exact sums (segments × rows) int32
 * before hal/take-apart, ./quantize · after ./linear-int8
 */
import type { IntegerKernel, IntegerLinear, IntegerWeight } from '../../hal/accelerator.js'

export class PlainKernel implements IntegerKernel {
  readonly name = 'plain'
  readonly tokens = 1
  #x: Int8Array = new Int8Array(0)

  prepare(x: Int8Array): void {
    this.#x = x
  }

  load({ rows, cols, segment, values }: IntegerWeight): IntegerLinear {
    return {
      residentBytes: values.byteLength,
      multiply: (sums) => {
        for (let s = 0, begin = 0; begin < cols; s++, begin += segment)
          multiply(values, cols, begin, Math.min(begin + segment, cols), this.#x, sums, s * rows, rows)
      },
    }
  }
}

function multiply(
  values: Int8Array,
  cols: number,
  begin: number,
  end: number,
  x: Int8Array,
  sums: Int32Array,
  to: number,
  rows: number,
): void {
  for (let r = 0; r < rows; r++) {
    const row = r * cols
    let sum = 0
    for (let c = begin; c < end; c++) sum = (sum + Math.imul(values[row + c], x[c])) | 0
    sums[to + r] = sum
  }
}
