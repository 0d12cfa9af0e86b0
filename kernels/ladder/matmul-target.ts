/**
 * Where a Matmul computes: WebAssembly in a memory of its own, or JavaScript.
 * takes  TType, MatmulConfig · gives  MatmulTarget · before ./linear, ./js · after ./matmul
 */
import { wasmFeatures } from '../../hal/detect/wasm.js'
import { LutraError } from '../../hal/error.js'
import { emitJs, type JsWeight } from './js/index.js'
import { emitLinear, type LinearKernel, linearKernels } from './linear.js'
import type { MatmulConfig } from './matmul.js'
import { numbersOf } from './schedule/numbers.js'
import type { Elements, TType } from './type/ttype.js'
import { ModuleBuilder } from './wasm/module.js'
import { webAssembly } from './wasm/web-assembly.js'

export interface PackedWeight {
  readonly byteLength: number
}

export interface MatmulTarget {
  readonly name: string
  /** Whether sums are whole numbers, given as int32. */
  readonly integer: boolean
  readonly source?: string
  pack(elements: Elements): PackedWeight
  /** y (m × N) of x (m × K). */
  run(x: Float32Array, m: number, weight: PackedWeight, bias?: Float32Array | Int32Array): Float32Array | Int32Array
}

/** Another way to compute: see ./cpp/target. */
export type MakeTarget = (type: TType, config: MatmulConfig) => MatmulTarget

/** Bytes behind every array that a kernel may read. */
const slack = 64

export function makeTarget(type: TType, config: MatmulConfig): MatmulTarget {
  const target = targetOf(config)
  if (typeof target === 'function') return target(type, config)
  return target === 'js' ? jsTarget(type, config) : wasmTarget(type, config)
}

/** Algorithms by name, in the cost model's order. */
export function targetNames(type: TType, config: MatmulConfig): string[] {
  const target = targetOf(config)
  if (typeof target === 'function') return ['cpp']
  return target === 'js' ? ['js'] : kernels(type, config).map(({ name }) => name.split(' ')[2])
}

function targetOf({ target, features = wasmFeatures() }: MatmulConfig): 'wasm' | 'js' | MakeTarget {
  return target ?? (features.includes('wasm-simd128') ? 'wasm' : 'js')
}

function kernels(type: TType, { N, K, A, features = wasmFeatures() }: MatmulConfig): LinearKernel[] {
  return linearKernels(type, A === 'INT8' ? 'whole' : 'exact', N, K, features)
}

function jsTarget(type: TType, { N, A }: MatmulConfig): MatmulTarget {
  const linear = emitJs(type, A === 'INT8' ? 'int8' : 'f32')
  const integer = A === 'INT8' && type.group === undefined && !type.scaled && !type.shifted && whole(type)
  return {
    ...{ name: `linear ${type.name.toLowerCase()} js`, integer, source: linear.source },
    pack(elements) {
      const weight = linear.pack(elements)
      return { ...weight, byteLength: weight.bytes }
    },
    run(x, m, weight, bias) {
      const y = integer ? new Int32Array(m * N) : new Float32Array(m * N)
      const prepared = linear.prepare(x, m, x.length / m, A === 'INT8')
      // It writes numbers; whole ones are exact up to 2^53 on the way.
      linear.run(weight as PackedWeight & JsWeight, prepared, y as Float32Array, 0, N, bias as Float32Array)
      return y
    },
  }
}

function whole(type: TType): boolean {
  return numbersOf(type)?.factor === 1
}

function wasmTarget(type: TType, config: MatmulConfig): MatmulTarget {
  const { M = 1, N, K, A = 'F32', W, algorithm } = config
  const all = kernels(type, config)
  const kernel = algorithm === undefined ? all[0] : all.find(({ name }) => name.split(' ')[2] === algorithm)
  if (!kernel)
    throw new LutraError(
      'unsupported',
      `Expected a kernel for ${W.name} × ${A} among ${all.map(({ name }) => name).join(', ') || 'none'} but found ${algorithm ?? 'none'}`,
    )
  const sizes = [kernel.packedBytes(N, K), M * K * 4, M * kernel.form.bytes(K), M * N * 4, N * 4]
  let end = slack
  const [weightAt, xAt, preparedAt, yAt, biasAt] = sizes.map((size) => {
    const at = end
    end += Math.ceil(size / 16) * 16 + slack
    return at
  })
  const pages = Math.ceil(end / 65536)
  if (pages > 65536) throw new LutraError('limit', `Expected a product of at most 4 GiB but found ${end} bytes`)
  const memory = new webAssembly.Memory({ initial: pages, maximum: pages })
  const module = new ModuleBuilder({ initial: pages, maximum: pages, shared: false })
  emitLinear(module, kernel)
  const { exports } = new webAssembly.Instance(new webAssembly.Module(module.bytes()), { env: { memory } })
  const buffer = memory.buffer as ArrayBuffer
  const integer = kernel.shape.integer === true
  let held: Uint8Array | undefined
  return {
    ...{ name: kernel.name, integer },
    pack(elements) {
      const bytes = new Uint8Array(sizes[0])
      kernel.pack(elements, bytes)
      return { byteLength: bytes.length, bytes }
    },
    run(x, m, weight, bias) {
      const { bytes } = weight as PackedWeight & { bytes: Uint8Array }
      if (held !== bytes) new Uint8Array(buffer).set(bytes, weightAt)
      held = bytes
      new Float32Array(buffer, xAt).set(x)
      const Numbers = integer ? Int32Array : Float32Array
      if (bias) new Numbers(buffer, biasAt, N).set(bias)
      exports[kernel.prepare](xAt, preparedAt, K, m)
      const tiles = Math.ceil(N / kernel.tileRows)
      exports[kernel.run](weightAt, preparedAt, yAt, m, N, K, 0, tiles, bias ? biasAt : 0, 0)
      return new Numbers(buffer, yAt, m * N).slice()
    },
  }
}
