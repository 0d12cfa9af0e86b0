/**
 * The LUT core, simulated in function, fast enough for whole models: the numbers are those of ./core/functional for every
 * config, the loops are a host's. Lookups and cycles are counted for the array that the config describes, one line a cycle;
 * time with its memory is ./cycles'.
 * takes  weights as integers, activations int8 or float32 · gives  exact sums (tokens × segments × rows), or y (tokens × rows)
 * before ./core · after ./accelerator
 */
import type {
  Accelerator,
  FloatKernel,
  FloatLinear,
  IntegerLinear,
  IntegerWeight,
  ScaledWeight,
} from '../../hal/accelerator.js'
import { sumsFit } from '../../hal/lend.js'
import { type CoreConfig, checkConfig, m2n64k4 } from './config.js'
import { roundToken } from './core/activations.js'
import { correct } from './core/correction.js'
import { Prepared } from './core/fast/prepared.js'
import { FastWeight } from './core/fast/weight.js'

export class LutCore implements Accelerator {
  readonly name = 'lut-core'
  readonly simulated = true
  readonly tokens: number
  readonly float: FloatKernel
  readonly config: CoreConfig
  readonly #integers: Prepared
  readonly #floats: Prepared
  /** Of the tokens that the float kernel was prepared with. */
  readonly #scales: Float32Array
  /** What the accumulators of a linear hold for one token (segments × rows); as many as the largest needs. */
  #sums: Int32Array | Float32Array
  #lookups = 0
  #cycles = 0

  constructor(config: CoreConfig = m2n64k4) {
    this.config = checkConfig(config)
    this.tokens = config.m
    this.#integers = new Prepared(config)
    this.#floats = new Prepared(config)
    this.#scales = new Float32Array(config.m)
    this.#sums = config.tableMode === 'float' ? new Float32Array(0) : new Int32Array(0)
    this.float = {
      name: this.name,
      tokens: this.tokens,
      prepare: (x, tokens) => this.#prepareFloats(x, tokens),
      load: (weight) => this.#loadFloats(weight),
    }
  }

  /** `slots`: the lookups that the array had room for in those cycles. */
  counters(): Readonly<Record<string, number>> {
    const { m, n } = this.config
    const cycles = this.#cycles
    const tables = this.#integers.built + this.#floats.built
    return { tables, lookups: this.#lookups, cycles, slots: cycles * m * n }
  }

  prepare(x: Int8Array, tokens: number): void {
    this.#integers.begin(tokens, x.length / tokens).set(x)
  }

  /** Sums must be exact: not for rounded tables, nor where an accumulator might wrap around. */
  load(weight: IntegerWeight): IntegerLinear | undefined {
    const { config } = this
    const { rows, cols, segment, bits } = weight
    if (config.tableMode !== 'exact' || !config.weightBits.includes(bits)) return undefined
    if (!sumsFit(weight, config.accumulatorBits)) return undefined
    const code = codeOf(weight)
    const fast = this.#take(weight)
    const prepared = this.#integers
    return {
      residentBytes: fast.residentBytes,
      multiply: (sums) => {
        for (let t = 0; t < prepared.tokens; t++) {
          const held = this.#run(fast, prepared, segment, t)
          for (let s = 0; s < fast.segments; s++) {
            const sumOfX = prepared.sumOfX(t, s * segment, Math.min((s + 1) * segment, cols))
            const to = (t * fast.segments + s) * rows
            for (let r = 0; r < rows; r++) sums[to + r] = correct(config, code, held[s * rows + r], sumOfX)
          }
        }
        this.#count(fast, rows, bits, prepared.tokens)
      },
    }
  }

  /** Rounds to the core's activations, one scale for each token. */
  #prepareFloats(x: Float32Array, tokens: number): void {
    const cols = x.length / tokens
    const values = this.#floats.begin(tokens, cols)
    for (let t = 0; t < tokens; t++) this.#scales[t] = roundToken(this.config.activation, x, t * cols, cols, values)
  }

  #loadFloats(weight: ScaledWeight): FloatLinear | undefined {
    const { config } = this
    const { rows, cols, segment, bits, scales, minima } = weight
    if (!config.weightBits.includes(bits)) return undefined
    const code = codeOf(weight)
    const fast = this.#take(weight)
    const prepared = this.#floats
    const { segments } = fast
    const totals = new Float64Array(rows)
    return {
      residentBytes: fast.residentBytes + scales.byteLength + (minima?.byteLength ?? 0),
      multiply: (y) => {
        for (let t = 0; t < prepared.tokens; t++) {
          const held = this.#run(fast, prepared, segment, t)
          const unit = prepared.tablesFor(segment).units[t]
          totals.fill(0)
          for (let s = 0; s < segments; s++) {
            const sumOfX = prepared.sumOfX(t, s * segment, Math.min((s + 1) * segment, cols))
            for (let r = 0; r < rows; r++)
              totals[r] += scales[r * segments + s] * correct(config, code, held[s * rows + r] * unit, sumOfX)
            if (minima) for (let r = 0; r < rows; r++) totals[r] += minima[r * segments + s] * sumOfX
          }
          for (let r = 0; r < rows; r++) y[t * rows + r] = totals[r] * this.#scales[t]
        }
        this.#count(fast, rows, bits, prepared.tokens)
      },
    }
  }

  #take(weight: IntegerWeight): FastWeight {
    const fast = new FastWeight(this.config, weight)
    const size = fast.segments * weight.rows
    if (this.#sums.length < size)
      this.#sums = this.config.tableMode === 'float' ? new Float32Array(size) : new Int32Array(size)
    return fast
  }

  /** What the accumulators hold for a token, segment by segment. */
  #run(fast: FastWeight, prepared: Prepared, segment: number, token: number): Int32Array | Float32Array {
    fast.sum(prepared.tablesFor(segment), token, this.#sums)
    return this.#sums
  }

  #count({ groups }: FastWeight, rows: number, bits: number, tokens: number): void {
    const { m, n } = this.config
    this.#lookups += tokens * rows * groups * bits
    this.#cycles += Math.ceil(tokens / m) * Math.ceil(rows / n) * groups * bits
  }
}

/** Not the weight itself: its values need not stay. */
function codeOf({ bits, lowest }: IntegerWeight): { readonly bits: number; readonly lowest: number } {
  return { bits, lowest }
}
