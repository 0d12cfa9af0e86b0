/**
 * Lets the machine decide between the cost model's best few: each is compiled and run on made-up weights in this thread.
 * takes  problems (type, activations, shape) · gives  Tuned: the winner, and what was predicted and measured for each
 * before ./linear · after kernels/wasm, which keeps the answers (per device, tier, type, activations and shape class)
 */

import { type Activations, algorithmOf, emitLinear, type LinearKernel, linearKernels } from './linear.js'
import type { TType } from './type/ttype.js'
import { ModuleBuilder } from './wasm/module.js'
import { webAssembly } from './wasm/web-assembly.js'

export interface TuneProblem {
  readonly type: TType
  readonly mode: Activations
  readonly rows: number
  readonly cols: number
}

export interface Trial {
  readonly algorithm: string
  /** Seconds of one token, one thread, of the whole matrix. */
  readonly predicted: number
  readonly measured: number
}

export interface Tuned {
  readonly key: string
  readonly algorithm: string
  readonly trials: readonly Trial[]
}

export interface TuneOptions {
  /** Candidates that are run, at most. Default 3. */
  readonly most?: number
  /** Milliseconds that a candidate is warmed up and then timed for. Default 15. */
  readonly milliseconds?: number
}

/** Weights that are run: enough to fill a second-level cache, few enough to be quick. */
const trialWeights = 1 << 20
/** Later candidates are run only while they are predicted within this factor of the first. */
const within = 2.5

/** Shapes of one class share an answer: rows and columns by powers of two. */
export function tuneKey({ type, mode, rows, cols }: TuneProblem, features: readonly string[]): string {
  const power = (n: number) => Math.round(Math.log2(Math.max(1, n)))
  const tier = features.includes('wasm-relaxed-simd') ? 'wasm-relaxed-simd' : 'wasm-simd128'
  const group = type.group ?? 'tensor'
  return [tier, type.name, type.bits, group, mode, `2^${power(rows)}x2^${power(cols)}`].join(' ')
}

/** One problem; undefined where there is nothing to choose. */
export function tuneLinear(
  problem: TuneProblem,
  features: readonly string[],
  { most = 3, milliseconds = 15 }: TuneOptions = {},
): Tuned | undefined {
  const { type, mode, rows, cols } = problem
  const all = linearKernels(type, mode, rows, cols, features)
  const best = all[0]?.candidate.cost.seconds
  const few = all.slice(0, most).filter(({ candidate }) => candidate.cost.seconds <= within * best)
  if (few.length < 2) return undefined
  const tile = few[0].tileRows
  const some = Math.min(Math.ceil(rows / tile), Math.max(1, Math.floor(trialWeights / cols / tile))) * tile
  const runs = few.map((kernel) => trial(kernel, some, cols))
  for (const run of runs) during(milliseconds, run) // optimizing compilers work while it runs
  // In turns, so that what disturbs the machine disturbs all; the best of each counts.
  const turns = 3
  const seconds = runs.map(() => Number.POSITIVE_INFINITY)
  for (let turn = 0; turn < turns; turn++)
    runs.forEach((run, i) => {
      seconds[i] = Math.min(seconds[i], during(milliseconds / turns, run))
    })
  const trials = few.map(({ candidate }, i) => ({
    algorithm: algorithmOf(candidate),
    predicted: candidate.cost.seconds,
    measured: (seconds[i] * rows) / some,
  }))
  const winner = trials.reduce((a, b) => (b.measured < a.measured ? b : a))
  return { key: tuneKey(problem, features), algorithm: winner.algorithm, trials }
}

/** Runs it for so long, at least twice; seconds of the quickest run. */
function during(milliseconds: number, run: () => void): number {
  const end = performance.now() + milliseconds
  let best = Number.POSITIVE_INFINITY
  for (let i = 0; i < 2 || performance.now() < end; i++) {
    const begin = performance.now()
    run()
    best = Math.min(best, performance.now() - begin)
  }
  return best / 1000
}

/** One token through the kernel: prepare and multiply. Codes are as they come, scales are zero: both take their time. */
function trial(kernel: LinearKernel, rows: number, cols: number): () => void {
  const weight = kernel.packedBytes(rows, cols)
  const sizes = [weight, cols * 4, kernel.form.bytes(cols), rows * 4]
  let end = 64
  const [packed, x, prepared, y] = sizes.map((size) => {
    const at = end
    end += Math.ceil(size / 16) * 16 + 64
    return at
  })
  const pages = Math.ceil(end / 65536)
  const memory = new webAssembly.Memory({ initial: pages, maximum: pages })
  const module = new ModuleBuilder({ initial: pages, maximum: pages, shared: false })
  emitLinear(module, kernel)
  const { exports } = new webAssembly.Instance(new webAssembly.Module(module.bytes()), { env: { memory } })
  const inputs = new Float32Array(memory.buffer as ArrayBuffer, x, cols)
  for (let i = 0; i < cols; i++) inputs[i] = Math.sin(i) * Math.exp(-(i % 7)) // few are large, as in models
  const [run, prepare] = [exports[kernel.run], exports[kernel.prepare]]
  return () => {
    prepare(x, prepared, cols, 1)
    run(packed, prepared, y, 1, rows, cols, 0, rows / kernel.tileRows, 0, 0)
  }
}
