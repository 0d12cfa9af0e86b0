/**
 * The matrices over one input, with what they share: in int8 mode a token is quantized, and a kernel prepared with it,
 * once for all of them.
 * takes  matrices, input (tokens × cols) · gives  a function that fills their outputs for tokens from … from + n
 * before kernels/graph/rewrite, ./linear, ./linear-int8 · after ./program, ./worker
 */
import type { IntegerKernel } from '../../hal/accelerator.js'
import type { ActivationMode } from '../../hal/backend.js'
import { addBias } from './add.js'
import { linear } from './linear.js'
import { Int8Linear } from './linear-int8.js'
import { LutKernel } from './linear-lut.js'
import { PlainKernel } from './linear-plain.js'
import { quantizeToken } from './quantize.js'
import { isTernary, takeApart } from './ternary.js'
import type { Matrices, Matrix, RawWeight } from './weight.js'

/** Below this many rows the tables cost more than they save. */
const lutRows = 16

export class Linears {
  readonly #kernels: IntegerKernel[]
  readonly #int8 = new Map<string, Int8Linear>()

  constructor(
    readonly matrices: Matrices,
    accelerator?: IntegerKernel,
  ) {
    const lut = new LutKernel()
    const tall: IntegerKernel = {
      name: lut.name,
      tokens: lut.tokens,
      prepare: (x) => lut.prepare(x),
      load: (weight) => (weight.rows >= lutRows ? lut.load(weight) : undefined),
    }
    this.#kernels = [...(accelerator ? [accelerator] : []), tall, new PlainKernel()]
  }

  get residentBytes(): number {
    let total = 0
    for (const int8 of this.#int8.values()) total += int8.residentBytes
    return total
  }

  /** The one matrix of a tensor in its int8 form, or its floats. */
  private load(weight: RawWeight, mode: ActivationMode): Int8Linear | Matrix {
    if (mode !== 'int8' || !isTernary(weight.dtype)) return this.matrices.whole(weight)
    const held = this.#int8.get(weight.name) ?? new Int8Linear(takeApart(weight), this.#kernels)
    this.#int8.set(weight.name, held)
    return held
  }

  compile(
    mode: ActivationMode,
    x: Float32Array,
    cols: number,
    to: readonly { readonly weight: RawWeight; readonly out: Float32Array; readonly bias?: Float32Array }[],
  ): (from: number, n: number) => void {
    const loaded = to.map(({ weight, out, bias }) => ({ matrix: this.load(weight, mode), out, bias }))
    const integers = loaded.flatMap(({ matrix, out }) => (matrix instanceof Int8Linear ? [{ matrix, out }] : []))
    const floats = loaded.flatMap(({ matrix, out }) => (matrix instanceof Int8Linear ? [] : [{ matrix, out }]))
    const biased = loaded.flatMap(({ out, bias }) => (bias ? [{ out, bias }] : []))
    const kernels = new Set(integers.map(({ matrix }) => matrix.kernel))
    const q = new Int8Array(mode === 'int8' ? cols : 0)
    const rounded = mode === 'int8' && floats.length > 0 ? new Float32Array(x.length) : x
    return (from, n) => {
      if (mode === 'int8')
        for (let t = from; t < from + n; t++) {
          const scale = quantizeToken(x, t * cols, q)
          for (const kernel of kernels) kernel.prepare(q, 1)
          for (const { matrix, out } of integers) matrix.run(scale, out, t * matrix.rows)
          if (rounded !== x) for (let c = 0; c < cols; c++) rounded[t * cols + c] = q[c] * scale
        }
      for (const { matrix, out } of floats) linear(matrix, rounded, out, from, n)
      for (const { out, bias } of biased) addBias(out, bias, from, n)
    }
  }
}
