/** Random linears, their sums by the plainest loop, and the same by a program on the machine. */
import type { IntegerWeight } from '../../../../hal/accelerator.js'
import type { LutArray } from '../../../../kernels/lut-core/array.js'
import { correct } from '../../../../kernels/lut-core/core/correction.js'
import { type LinearProgram, linearProgram } from '../../../../kernels/lut-core/lmma/driver.js'
import { placeTables, placeWeights, readSums } from '../../../../kernels/lut-core/lmma/image.js'
import { Machine } from '../../../../kernels/lut-core/lmma/machine.js'
import { type Validated, validate } from '../../../../kernels/lut-core/lmma/validate.js'

export function randomWeight(
  next: () => number,
  rows: number,
  cols: number,
  bits: number,
  segment: number,
): IntegerWeight {
  const lowest = Math.max(-128, -(2 ** (bits - 1)))
  const values = Int8Array.from({ length: rows * cols }, () => lowest + Math.floor(next() * 2 ** bits))
  return { rows, cols, segment, bits, lowest, values }
}

/** Without -128, as quantization leaves it out: exact tables have no room for four of it, negated. */
export function randomActivations(next: () => number, length: number): Int8Array {
  return Int8Array.from({ length }, () => Math.floor(next() * 255) - 127)
}

/** (tokens × segments × rows). */
export function plainSums({ rows, cols, segment, values }: IntegerWeight, x: Int8Array, tokens: number): Int32Array {
  const segments = Math.ceil(cols / segment)
  const sums = new Int32Array(tokens * segments * rows)
  for (let t = 0; t < tokens; t++)
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < cols; c++)
        sums[(t * segments + Math.floor(c / segment)) * rows + r] += values[r * cols + c] * x[t * cols + c]
  return sums
}

export interface Ran {
  readonly sums: Int32Array
  readonly linear: LinearProgram
  readonly validated: Validated
  readonly steps: number
}

/** Whatever memory held before must not matter: it is filled with noise. */
export function programSums(array: LutArray, weight: IntegerWeight, x: Int8Array, tokens: number): Ran {
  const { rows, cols, segment, bits } = weight
  const { config } = array
  const linear = linearProgram(config, { rows, cols, bits, segment, tokens })
  const dram = new Uint8Array(linear.layout.dramBytes).fill(0xa5)
  const sram = new Uint8Array(linear.layout.sramBytes).fill(0x5a)
  placeWeights(config, linear, weight, dram)
  placeTables(config, linear, x, dram)
  const validated = validate(linear.program, config, { dram: dram.length, sram: sram.length })
  const steps = new Machine(array, { dram, sram }).run(linear.program)
  const segments = Math.ceil(cols / segment)
  const sums = new Int32Array(tokens * segments * rows).fill(-1)
  readSums(config, linear, dram, (t, s, r, sum) => {
    let sumOfX = 0
    for (let c = s * segment; c < Math.min(cols, (s + 1) * segment); c++) sumOfX += x[t * cols + c]
    sums[(t * segments + s) * rows + r] = correct(config, weight, sum, sumOfX)
  })
  return { sums, linear, validated, steps }
}
