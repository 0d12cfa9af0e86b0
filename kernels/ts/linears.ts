/**
 * The matrices over one input, with what they share: in int8 mode a token is quantized, and a kernel prepared with tokens,
 * once for all of them.
 * takes  matrices, input (tokens × cols) · gives  a function that fills their outputs for tokens from … from + n
 * before kernels/graph/rewrite, ./linear, ./linear-int8, ./linear-lent · after ./compiled, ./worker
 */
import type { Accelerator, IntegerKernel } from '../../hal/accelerator.js'
import type { ActivationMode } from '../../hal/backend.js'
import { takeApart } from '../../hal/take-apart.js'
import { addBias } from './add.js'
import { linear } from './linear.js'
import { Int8Linear } from './linear-int8.js'
import { LentLinear } from './linear-lent.js'
import { LutKernel } from './linear-lut.js'
import { PlainKernel } from './linear-plain.js'
import { quantizeToken } from './quantize.js'
import { type Matrices, Matrix, type RawWeight } from './weight.js'

/** Below this many rows the tables cost more than they save. */
const lutRows = 16

type Loaded = Int8Linear | LentLinear | Matrix

export class Linears {
  /** For ternary weights, the first that takes one. */
  readonly #own: readonly IntegerKernel[]
  readonly #loaded = new Map<string, Loaded>()

  constructor(
    readonly matrices: Matrices,
    readonly accelerator?: Accelerator,
  ) {
    const lut = new LutKernel()
    const tall: IntegerKernel = {
      name: lut.name,
      tokens: lut.tokens,
      prepare: (x) => lut.prepare(x),
      load: (weight) => (weight.rows >= lutRows ? lut.load(weight) : undefined),
    }
    this.#own = [tall, new PlainKernel()]
  }

  get residentBytes(): number {
    let total = this.matrices.residentBytes
    for (const each of this.#loaded.values()) if (!(each instanceof Matrix)) total += each.residentBytes
    return total
  }

  /** The one form of a tensor for a mode. */
  private load(weight: RawWeight, mode: ActivationMode): Loaded {
    const key = `${mode} ${weight.name}`
    const held = this.#loaded.get(key) ?? this.form(weight, mode)
    this.#loaded.set(key, held)
    return held
  }

  /**
   * Whoever takes it first: the accelerator's exact sums, its floats (in int8 mode over the rounded input), our own exact
   * sums, our floats.
   */
  private form(weight: RawWeight, mode: ActivationMode): Loaded {
    const { dtype, bytes, rows, cols } = weight
    const { accelerator } = this
    const own = mode === 'int8' && dtype.ternary
    const apart = own || accelerator ? takeApart(dtype, bytes, rows, cols) : undefined
    return (
      (apart && accelerator && mode === 'int8' && Int8Linear.load(apart, [accelerator])) ||
      (apart && accelerator?.float && LentLinear.load(apart, accelerator.float)) ||
      (apart && own && Int8Linear.load(apart, this.#own)) ||
      this.matrices.whole(weight)
    )
  }

  compile(
    mode: ActivationMode,
    x: Float32Array,
    cols: number,
    to: readonly { readonly weight: RawWeight; readonly out: Float32Array; readonly bias?: Float32Array }[],
  ): (from: number, n: number) => void {
    const loaded = to.map(({ weight, out }) => ({ matrix: this.load(weight, mode), out }))
    const biased = to.flatMap(({ out, bias }) => (bias ? [{ out, bias }] : []))
    const of = <T extends Loaded>(kind: (matrix: Loaded) => matrix is T) =>
      loaded.flatMap(({ matrix, out }) => (kind(matrix) ? [{ matrix, out }] : []))
    const integers = of((matrix) => matrix instanceof Int8Linear)
    const lent = of((matrix) => matrix instanceof LentLinear)
    const floats = of((matrix) => matrix instanceof Matrix)
    const kernels = [...new Set(integers.map(({ matrix }) => matrix.kernel))]
    const byKernel = kernels.map((kernel) => ({
      kernel,
      linears: integers.filter(({ matrix }) => matrix.kernel === kernel),
    }))
    const float = lent.length > 0 ? this.accelerator?.float : undefined
    const int8 = mode === 'int8'
    const q = new Int8Array(int8 ? x.length : 0)
    const scales = new Float32Array(int8 ? x.length / cols : 0)
    const input = int8 && (floats.length > 0 || float) ? new Float32Array(x.length) : x
    return (from, n) => {
      if (int8)
        for (let t = from; t < from + n; t++)
          scales[t] = quantizeToken(x, t * cols, q.subarray(t * cols, (t + 1) * cols))
      for (const { kernel, linears } of byKernel)
        for (const [at, count] of parts(from, n, kernel.tokens)) {
          kernel.prepare(q.subarray(at * cols, (at + count) * cols), count)
          for (const { matrix, out } of linears) matrix.run(scales, out, at, count)
        }
      if (input !== x)
        for (let t = from; t < from + n; t++)
          for (let c = t * cols; c < (t + 1) * cols; c++) input[c] = q[c] * scales[t]
      if (float)
        for (const [at, count] of parts(from, n, float.tokens)) {
          float.prepare(input.subarray(at * cols, (at + count) * cols), count)
          for (const { matrix, out } of lent) matrix.run(out, at, count)
        }
      for (const { matrix, out } of floats) linear(matrix, input, out, from, n)
      for (const { out, bias } of biased) addBias(out, bias, from, n)
    }
  }
}

/** Tokens from … from + n, `most` at a time. */
function* parts(from: number, n: number, most: number): Generator<readonly [at: number, count: number]> {
  for (let at = from; at < from + n; at += most) yield [at, Math.min(most, from + n - at)]
}
