/**
 * Matrix times matrix as the field knows it (BitBLAS's Matmul): configured once, weights transformed once, then called with
 * any number of rows of A. Computes in the calling thread, with WebAssembly.
 * takes  MatmulConfig · gives  Matmul: out (M × N) = A (M × K) · W (N × K)ᵀ + bias
 * before ./linear · after users
 */
import { wasmFeatures } from '../../hal/detect/wasm.js'
import type { DType } from '../../hal/dtype.js'
import { LutraError } from '../../hal/error.js'
import { f16ToF32, f32ToF16 } from '../../hal/half.js'
import { type Activations, emitLinear, type LinearKernel, linearKernels } from './linear.js'
import { elementsOf } from './type/elements.js'
import { valuesOf } from './type/evaluate.js'
import { ttypeOf } from './type/registry.js'
import type { Elements, TType } from './type/ttype.js'
import { ModuleBuilder } from './wasm/module.js'
import { type WasmFunction, type WasmMemory, webAssembly } from './wasm/web-assembly.js'

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
  /** WebAssembly features beyond the first version. Default: those of this engine. */
  readonly features?: readonly string[]
}

/** A weight in the layout of the kernel that reads it. */
export interface TransformedWeight {
  readonly bytes: Uint8Array
  readonly owner: Matmul
}

/** Scales and zeros that come beside codes: N × K / groupSize. */
export interface Quantization {
  readonly scales?: Float32Array
  readonly zeros?: Float32Array | Uint8Array
}

type Activation = Float32Array | Uint16Array | Int8Array
type Output = Float32Array | Uint16Array | Int32Array

/** Bytes behind every array that a kernel may read. */
const slack = 64

export class Matmul {
  readonly kernel: LinearKernel
  readonly out: 'F32' | 'F16' | 'INT32'
  readonly #type: TType
  readonly #memory: WasmMemory
  readonly #exports: Readonly<Record<string, WasmFunction>>
  readonly #at: {
    readonly weight: number
    readonly x: number
    readonly prepared: number
    readonly y: number
    readonly bias: number
  }
  #held: TransformedWeight | undefined

  /** LutraError unsupported where no kernel fits the types, mismatch where sizes do not. */
  constructor(readonly config: MatmulConfig) {
    const { M = 1, N, K, A = 'F32', W, groupSize, zeros, algorithm } = config
    for (const [name, value] of Object.entries({ M, N, K })) positive(name, value)
    const known = ttypeOf(W)
    if (!known) throw new LutraError('unsupported', `Expected a format that Ladder knows but found ${W.name}`)
    this.#type = grouped(known, config)
    if (groupSize !== undefined && K % positive('groupSize', groupSize) !== 0)
      throw new LutraError('mismatch', `Expected a groupSize that divides ${K} but found ${groupSize}`)
    if (K % (this.#type.group ?? 1) !== 0 || K % this.#type.lanes !== 0)
      throw new LutraError('mismatch', `Expected K in whole groups of ${this.#type.group} but found ${K}`)
    const mode: Activations = A === 'INT8' ? 'whole' : 'exact'
    const features = config.features ?? wasmFeatures()
    const all = linearKernels(this.#type, mode, N, K, features)
    const found = algorithm === undefined ? all[0] : all.find(({ name }) => name.split(' ')[2] === algorithm)
    if (!found)
      throw new LutraError(
        'unsupported',
        `Expected a kernel for ${W.name} × ${A} among ${all.map(({ name }) => name).join(', ') || 'none'} but found ${algorithm ?? 'none'}`,
      )
    this.kernel = found
    const { integer } = found.shape
    this.out = config.out ?? (integer ? 'INT32' : 'F32')
    if ((this.out === 'INT32' || config.accumulate === 'INT32') && !integer)
      throw new LutraError(
        'unsupported',
        `Expected whole numbers without scales for INT32 sums but found ${W.name} × ${A}; ask for out F32`,
      )
    if (zeros !== undefined && groupSize === undefined)
      throw new LutraError('mismatch', 'Expected a groupSize beside zeros but found none')
    const sizes = {
      weight: found.packedBytes(N, K),
      x: M * K * 4,
      prepared: M * found.form.bytes(K),
      y: M * N * 4,
      bias: N * 4,
    }
    let end = slack
    const at = { weight: 0, x: 0, prepared: 0, y: 0, bias: 0 }
    for (const [name, size] of Object.entries(sizes)) {
      at[name as keyof typeof at] = end
      end += Math.ceil(size / 16) * 16 + slack
    }
    const pages = Math.ceil(end / 65536)
    if (pages > 65536) throw new LutraError('limit', `Expected a product of at most 4 GiB but found ${end} bytes`)
    this.#at = at
    this.#memory = new webAssembly.Memory({ initial: pages, maximum: pages })
    const module = new ModuleBuilder({ initial: pages, maximum: pages, shared: false })
    emitLinear(module, found)
    const imports = { env: { memory: this.#memory } }
    this.#exports = new webAssembly.Instance(new webAssembly.Module(module.bytes()), imports).exports
  }

  /** Names of the kernels that there are for these types, in the cost model's order. */
  static candidates(config: MatmulConfig): string[] {
    const { N, K, A, W } = config
    const type = ttypeOf(W)
    const features = config.features ?? wasmFeatures()
    const mode = A === 'INT8' ? 'whole' : 'exact'
    return type ? linearKernels(grouped(type, config), mode, N, K, features).map(({ name }) => name.split(' ')[2]) : []
  }

  /**
   * Weights into the kernel's layout. As a tensor's bytes of the format W (N × K); or, where a groupSize is given, as codes
   * (N × K, one to an element) with scales and zeros beside them.
   */
  transformWeight(weight: Uint8Array | Uint16Array | Uint32Array, quantization: Quantization = {}): TransformedWeight {
    const { N, K, groupSize, W } = this.config
    const elements =
      groupSize === undefined ? elementsOf(W, weight as Uint8Array, N, K) : this.#elements(weight, quantization)
    const bytes = new Uint8Array(this.kernel.packedBytes(N, K))
    this.kernel.pack(elements, bytes)
    return { bytes, owner: this }
  }

  /** out (M × N), M being what A holds. */
  run(A: Activation, weight: TransformedWeight, bias?: Float32Array | Int32Array): Output {
    const { M: most = 1, N, K } = this.config
    const m = A.length / K
    if (!Number.isInteger(m) || m < 1 || m > most)
      throw new LutraError('mismatch', `Expected A of 1 to ${most} rows of ${K} but found ${A.length} numbers`)
    if (weight.owner !== this) throw new LutraError('mismatch', 'Expected a weight that this Matmul transformed')
    if ((bias !== undefined) !== (this.config.bias === true) || (bias && bias.length !== N))
      throw new LutraError('mismatch', `Expected ${this.config.bias ? `a bias of ${N}` : 'no bias'}, as configured`)
    if (bias && bias instanceof Int32Array !== (this.kernel.shape.integer === true))
      throw new LutraError('mismatch', `Expected a bias of ${this.kernel.shape.integer ? 'int32' : 'float32'}`)
    const at = this.#at
    const buffer = this.#memory.buffer as ArrayBuffer
    if (this.#held !== weight) new Uint8Array(buffer).set(weight.bytes, at.weight)
    this.#held = weight
    const x = new Float32Array(buffer, at.x, m * K)
    if (this.config.A === 'F16') for (let i = 0; i < x.length; i++) x[i] = f16ToF32(A[i])
    else x.set(A)
    if (bias)
      (bias instanceof Int32Array ? new Int32Array(buffer, at.bias, N) : new Float32Array(buffer, at.bias, N)).set(bias)
    this.#exports[this.kernel.prepare](at.x, at.prepared, K, m)
    const tiles = Math.ceil(N / this.kernel.tileRows)
    this.#exports[this.kernel.run](at.weight, at.prepared, at.y, m, N, K, 0, tiles, bias ? at.bias : 0, 0)
    if (this.out === 'INT32') return new Int32Array(buffer, at.y, m * N).slice()
    const y = this.kernel.shape.integer
      ? Float32Array.from(new Int32Array(buffer, at.y, m * N))
      : new Float32Array(buffer, at.y, m * N)
    return this.out === 'F16' ? Uint16Array.from(y, f32ToF16) : y.slice()
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
