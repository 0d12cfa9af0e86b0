/** Ladder's W × A matrix: every pair compiled and held against sums in float64, and its table for docs/ladder-pairs.md. */

import { wasmFeatures } from '../../../hal/detect/wasm.js'
import type { DType } from '../../../hal/dtype.js'
import { MXFP4, NVFP4, tensorBytes } from '../../../hal/dtypes/index.js'
import { f16ToF32, f32ToF16 } from '../../../hal/half.js'
import { Matmul, type MatmulConfig, matmul } from '../../../kernels/ladder/matmul.js'
import { encode, extraTypes } from '../../../kernels/ladder/type/index.js'
import { normal, random, randomTensor } from '../random.js'

export const weightTypes: readonly DType[] = [...extraTypes, MXFP4, NVFP4]
export const activationTypes = ['F32', 'F16', 'INT8'] as const
export type A = (typeof activationTypes)[number]

export const tiers = {
  'wasm-simd128': ['wasm-simd128'],
  'wasm-relaxed-simd': ['wasm-simd128', 'wasm-relaxed-simd'],
} as const
export type Target = 'js' | keyof typeof tiers

/** Those that this JavaScript engine has. */
export const targets = (['js', 'wasm-simd128', 'wasm-relaxed-simd'] as const).filter(
  (target) => target === 'js' || tiers[target].every((feature) => wasmFeatures().includes(feature)),
)

/** Part of Σ |w · a|: sums in float32 of up to some thousand products, in pieces. */
export const bound = 2e-6

/** Rows and groups of a row, odd on purpose; a type's block sets the columns. */
export const oddShapes = [
  { N: 1, groups: 1 },
  { N: 17, groups: 3 },
  { N: 35, groups: 7 },
  { N: 16, groups: 2 },
  { N: 5, groups: 16 },
] as const

export interface Checked {
  /** Algorithms in the cost model's order. */
  readonly kernels: readonly string[]
  readonly cases: number
  /** The largest difference, as a part of Σ |w · a|; 0: every sum was exact. */
  readonly worst: number
}

export function configOf(W: DType, activations: A, target: Target, N = 64, K = 3 * W.block): MatmulConfig {
  const [to, features] = target === 'js' ? (['js', undefined] as const) : (['wasm', tiers[target]] as const)
  return { M: 4, N, K, W, A: activations, target: to, features }
}

/** Runs a pair's kernels (the first only, unless `all`) at the shapes, with 1 and 4 rows of A. */
export function checkPair(
  W: DType,
  activations: A,
  target: Target,
  shapes: readonly (typeof oddShapes)[number][],
  all: boolean,
): Checked {
  const next = random(W.name.length + activations.length)
  let [cases, worst] = [0, 0]
  const kernels = Matmul.candidates(configOf(W, activations, target))
  for (const { N, groups } of shapes) {
    const K = groups * W.block
    const bytes = randomWeights(W, N, K, next)
    const w = new Float32Array(N * K)
    W.decode(bytes, N * K, 0, N * K, w)
    for (const algorithm of all ? kernels : kernels.slice(0, 1)) {
      const product = matmul({ ...configOf(W, activations, target, N, K), algorithm })
      const weight = product.transformWeight(bytes)
      for (const m of [1, 4]) {
        const a = randomActivations(activations, m * K, next)
        const y = product.run(a, weight)
        const at = activations === 'F16' ? (i: number) => f16ToF32(a[i]) : (i: number) => a[i]
        for (let i = 0; i < y.length; i++) {
          const [t, r] = [Math.floor(i / N), i % N]
          let [sum, size] = [0, 0]
          for (let k = 0; k < K; k++) {
            const each = w[r * K + k] * at(t * K + k)
            sum += each
            size += Math.abs(each)
          }
          if (size > 0) worst = Math.max(worst, Math.abs(y[i] - sum) / size)
          else if (y[i] !== 0) worst = Number.POSITIVE_INFINITY
        }
        cases += y.length
      }
    }
  }
  return { kernels, cases, worst }
}

function randomWeights(W: DType, N: number, K: number, next: () => number): Uint8Array {
  if (W.gguf !== undefined) return randomTensor('w', W, [K, N], next).bytes
  const bytes = encode(
    W,
    Float32Array.from({ length: N * K }, () => normal(next)),
  )
  return bytes.length === tensorBytes(W, N * K) ? bytes : bytes.slice()
}

function randomActivations(of: A, count: number, next: () => number) {
  if (of === 'INT8') return Int8Array.from({ length: count }, () => Math.floor(next() * 256) - 128)
  const floats = Float32Array.from({ length: count }, () => normal(next))
  return of === 'F16' ? Uint16Array.from(floats, f32ToF16) : floats
}

/** Which kernels there are for every pair, as docs/ladder-pairs.md has it. */
export function pairTables(): string {
  const row = (W: DType, target: Target) => {
    const cells = activationTypes.map((each) => Matmul.candidates(configOf(W, each, target)).join(', '))
    return `| ${W.name} | ${+W.bits.toFixed(4)} | ${cells.join(' | ')} |`
  }
  return (['wasm-simd128', 'wasm-relaxed-simd', 'js'] as const)
    .flatMap((target) => [
      ...[`## ${target}`, ''],
      ...['| weights | bits a weight | F32 | F16 | INT8 |', '|---|---|---|---|---|'],
      ...[...weightTypes.map((W) => row(W, target)), ''],
    ])
    .join('\n')
}
