/**
 * Matrix times matrix as the field knows it (BitBLAS's Matmul): configured once, weights transformed once, then called with
 * any number of rows of A. Computes in the calling thread.
 * takes  MatmulConfig · gives  Matmul: out (M × N) = A (M × K) · W (N × K)ᵀ + bias
 * before ./matmul-target · after users
 */
import type { DType } from '../../hal/dtype.js'
import { LutraError } from '../../hal/error.js'
import { f16ToF32, f32ToF16 } from '../../hal/half.js'
import { type MakeTarget, type MatmulTarget, makeTarget, targetNames } from './matmul-target.js'
import { elementsOf } from './type/elements.js'
import { valuesOf } from './type/evaluate.js'
import { ttypeOf } from './type/registry.js'
import type { Elements, TType } from './type/ttype.js'

export interface MatmulConfig {
  /** Rows of A: a number, or the most that a call may bring. Default 1. */
  readonly M?: number
  /** Rows of W, and columns of A and W. */
  readonly N: number
  readonly K: number
  /** Activations: float32, halves (as their 16 bits), or int8. Default F32. */
  readonly A?: 'F32' | 'F16' | 'INT8'
  /** The format of weights, any that Ladder knows: hal's, or a `defineType`. */
  readonly W: DType
  /** F32 rounds every product's sum; INT32 is exact, and given where A is INT8 and W whole numbers. Default: what is exact. */
  readonly accumulate?: 'F32' | 'INT32'
  /** Default: INT32 where sums are, and W has no scales; else F32. */
  readonly out?: 'F32' | 'F16' | 'INT32'
  /** Columns that share a scale and a zero, where `transformWeight` brings them; a divisor of K. Default K. */
  readonly groupSize?: number
  /**
   * What zeros mean beside codes w and scales s: `original` (w - z) · s, `rescale` w · s - z, `quantized` (w - z) · s with z
   * stored as a code of W. Default `original`.
   */
  readonly zeros?: 'original' | 'rescale' | 'quantized'
  readonly bias?: boolean
  /** Asks for a core type by name: see `Matmul.candidates`. Default: the cost model's first. */
  readonly algorithm?: string
  /**
   * Default `wasm`, where this JavaScript engine has its SIMD. `js` is one kernel, readable: `Matmul.source`. `cppTarget` is
   * C++, built at once by a compiler that must be there.
   */
  readonly target?: 'wasm' | 'js' | MakeTarget
  /** WebAssembly features beyond the first version. Default: those of this engine. */
  readonly features?: readonly string[]
}

/** A weight in the layout of the kernel that reads it. */
export interface TransformedWeight {
  readonly byteLength: number
  readonly owner: Matmul
}

/** Scales and zeros that come beside codes: N × K / groupSize. */
export interface Quantization {
  readonly scales?: Float32Array
  readonly zeros?: Float32Array | Uint8Array
}

/** Activations as numbers, as the 16 bits of halves, or as int8. */
export type MatmulInput = Float32Array | Uint16Array | Int8Array
/** Halves are given as their 16 bits. */
export type MatmulOutput = Float32Array | Uint16Array | Int32Array

export class Matmul {
  /** Operation, dtype, algorithm, target: `linear int4 dot16 wasm-simd128`. */
  readonly kernel: string
  readonly out: 'F32' | 'F16' | 'INT32'
  readonly #type: TType
  readonly #target: MatmulTarget

  /** LutraError unsupported where no kernel fits the types, mismatch where sizes do not. */
  constructor(readonly config: MatmulConfig) {
    const { M = 1, N, K, A = 'F32', W, groupSize, zeros } = config
    for (const [name, value] of Object.entries({ M, N, K })) positive(name, value)
    const known = ttypeOf(W)
    if (!known) throw new LutraError('unsupported', `Expected a format that Ladder knows but found ${W.name}`)
    this.#type = grouped(known, config)
    if (groupSize !== undefined && K % positive('groupSize', groupSize) !== 0)
      throw new LutraError('mismatch', `Expected a groupSize that divides ${K} but found ${groupSize}`)
    if (K % (this.#type.group ?? 1) !== 0 || K % this.#type.lanes !== 0)
      throw new LutraError('mismatch', `Expected K in whole groups of ${this.#type.group} but found ${K}`)
    if (zeros !== undefined && groupSize === undefined)
      throw new LutraError('mismatch', 'Expected a groupSize beside zeros but found none')
    this.#target = makeTarget(this.#type, config)
    this.kernel = this.#target.name
    const { integer } = this.#target
    this.out = config.out ?? (integer ? 'INT32' : 'F32')
    if ((this.out === 'INT32' || config.accumulate === 'INT32') && !integer)
      throw new LutraError(
        'unsupported',
        `Expected whole numbers without scales for INT32 sums but found ${W.name} × ${A}; ask for out F32`,
      )
  }

  /** Names of the kernels that there are for these types, in the cost model's order. */
  static candidates(config: MatmulConfig): string[] {
    const type = ttypeOf(config.W)
    return type ? targetNames(grouped(type, config), config) : []
  }

  /** What was emitted, to read: JavaScript of target js, C++ of cppTarget. */
  get source(): string | undefined {
    return this.#target.source
  }

  /**
   * Weights into the kernel's layout. As a tensor's bytes of the format W (N × K); or, where a groupSize is given, as codes
   * (N × K, one to an element) with scales and zeros beside them.
   */
  transformWeight(weight: Uint8Array | Uint16Array | Uint32Array, quantization: Quantization = {}): TransformedWeight {
    const { N, K, groupSize, W } = this.config
    const elements =
      groupSize === undefined ? elementsOf(W, weight as Uint8Array, N, K) : this.#elements(weight, quantization)
    return { ...this.#target.pack(elements), owner: this }
  }

  /** out (M × N), M being what A holds. */
  run(A: MatmulInput, weight: TransformedWeight, bias?: Float32Array | Int32Array): MatmulOutput {
    const { M: most = 1, N, K } = this.config
    const m = A.length / K
    if (!Number.isInteger(m) || m < 1 || m > most)
      throw new LutraError('mismatch', `Expected A of 1 to ${most} rows of ${K} but found ${A.length} numbers`)
    if (weight.owner !== this) throw new LutraError('mismatch', 'Expected a weight that this Matmul transformed')
    const { integer } = this.#target
    if ((bias !== undefined) !== (this.config.bias === true) || (bias && bias.length !== N))
      throw new LutraError('mismatch', `Expected ${this.config.bias ? `a bias of ${N}` : 'no bias'}, as configured`)
    if (bias && bias instanceof Int32Array !== integer)
      throw new LutraError('mismatch', `Expected a bias of ${integer ? 'int32' : 'float32'}`)
    const x =
      this.config.A === 'F16' ? Float32Array.from(A, f16ToF32) : A instanceof Float32Array ? A : new Float32Array(A)
    const y = this.#target.run(x, m, weight, bias)
    if (this.out === 'F16') return Uint16Array.from(y, f32ToF16)
    return this.out === 'INT32' || y instanceof Float32Array ? y : Float32Array.from(y)
  }

  #elements(codes: Uint8Array | Uint16Array | Uint32Array, { scales, zeros }: Quantization): Elements {
    const { N, K, groupSize = K, zeros: meaning = 'original' } = this.config
    const type = this.#type
    if (codes.length !== (N * K) / type.lanes)
      throw new LutraError('mismatch', `Expected ${(N * K) / type.lanes} codes but found ${codes.length}`)
    const count = (N * K) / groupSize
    for (const [name, given] of Object.entries({ scales, zeros }))
      if (given && given.length !== count)
        throw new LutraError('mismatch', `Expected ${count} ${name} but found ${given.length}`)
    const most = 2 ** type.bits - 1
    for (const code of codes)
      if (code > most) throw new LutraError('mismatch', `Expected codes of 0 to ${most} but found ${code}`)
    const scale = scales ?? new Float32Array(count).fill(1)
    const values = meaning === 'quantized' ? valuesOf(type) : undefined
    const minima =
      zeros &&
      Float32Array.from(zeros, (zero, i) =>
        meaning === 'rescale' ? -zero : -scale[i] * (values ? values[zero] : zero),
      )
    return { type, rows: N, cols: K, codes, group: groupSize, scales: scale, minima }
  }
}

/** A Matmul of that configuration: compiled here and now, some milliseconds. */
export function matmul(config: MatmulConfig): Matmul {
  return new Matmul(config)
}

/** The type as the configuration has it: with a groupSize, scales and zeros come beside the codes. */
function grouped(type: TType, { groupSize, zeros, K }: MatmulConfig): TType {
  return groupSize === undefined
    ? type
    : { ...type, group: groupSize === K ? undefined : groupSize, scaled: true, shifted: zeros !== undefined }
}

function positive(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value
  throw new LutraError('mismatch', `Expected ${name} to be a whole number above 0 but found ${value}`)
}
