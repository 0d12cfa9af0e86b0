/**
 * Integer linears for a host engine, each one really run as a program on the machine. Slow, and the proof that the
 * instructions suffice; ../core's fast path gives the same sums.
 * takes  an array: the functional one, or one at the end of a pipe · gives  exact sums
 * before ./driver, ./image, ./machine · after ../accelerator
 */
import type { IntegerKernel, IntegerLinear, IntegerWeight } from '../../../hal/accelerator.js'
import { sumsFit } from '../../../hal/lend.js'
import type { LutArray } from '../array.js'
import { correct } from '../core/correction.js'
import { type LinearProgram, linearProgram } from './driver.js'
import { placeTables, placeWeights, readSums } from './image.js'
import { Machine } from './machine.js'
import { validate } from './validate.js'

export class LmmaKernel implements IntegerKernel {
  readonly name: string
  readonly tokens: number
  /** Programs run and instructions that they took. */
  programs = 0
  instructions = 0
  #x: Int8Array = new Int8Array(0)
  #tokens = 0
  readonly #linears = new Map<string, LinearProgram>()

  constructor(
    readonly array: LutArray,
    name = 'lut-core programs',
  ) {
    this.name = name
    this.tokens = array.config.m
  }

  prepare(x: Int8Array, tokens: number): void {
    this.#x = x
    this.#tokens = tokens
  }

  /** Undefined where sums would not be exact: rounded tables, other activations, an accumulator that might overflow. */
  load(weight: IntegerWeight): IntegerLinear | undefined {
    const { array } = this
    const { config } = array
    const { rows, cols, segment, bits } = weight
    if (config.activation !== 'i8' || config.tableMode !== 'exact' || !config.weightBits.includes(bits))
      return undefined
    if (!sumsFit(weight, config.accumulatorBits)) return undefined
    const linear = this.#linear(rows, cols, bits, segment)
    const dram = new Uint8Array(linear.layout.dramBytes)
    placeWeights(config, linear, weight, dram)
    return { residentBytes: dram.length, multiply: (sums) => this.#multiply(linear, weight, dram, sums) }
  }

  /** Linears of one shape share a program, which is validated once. */
  #linear(rows: number, cols: number, bits: number, segment: number): LinearProgram {
    const key = [rows, cols, bits, segment].join(' ')
    const found = this.#linears.get(key)
    if (found) return found
    const { config } = this.array
    const linear = linearProgram(config, { rows, cols, bits, segment, tokens: this.tokens })
    validate(linear.program, config, { dram: linear.layout.dramBytes, sram: config.memory.sramBytes })
    this.#linears.set(key, linear)
    return linear
  }

  #multiply(linear: LinearProgram, weight: IntegerWeight, dram: Uint8Array, sums: Int32Array): void {
    const { config } = this.array
    const { rows, cols, segment } = weight
    const segments = linear.tiling.segments
    placeTables(config, { ...linear, shape: { ...linear.shape, tokens: this.#tokens } }, this.#x, dram)
    const machine = new Machine(this.array, { dram, sram: new Uint8Array(linear.layout.sramBytes) })
    this.instructions += machine.runChecked(linear.program)
    this.programs++
    const sumsOfX = this.#sumsOfX(cols, segment)
    readSums(config, linear, dram, (token, s, row, sum) => {
      if (token < this.#tokens)
        sums[(token * segments + s) * rows + row] = correct(config, weight, sum, sumsOfX[token * segments + s])
    })
  }

  /** Σ x of each segment of each token. */
  #sumsOfX(cols: number, segment: number): Int32Array {
    const segments = Math.ceil(cols / segment)
    const sums = new Int32Array(this.#tokens * segments)
    for (let t = 0; t < this.#tokens; t++)
      for (let c = 0; c < cols; c++) sums[t * segments + Math.floor(c / segment)] += this.#x[t * cols + c]
    return sums
  }
}
