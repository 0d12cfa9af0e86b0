/**
 * A built kernel on trial: its results on random elements against the plain sum of what the type's expression means, and its
 * speed.
 * takes  CppLinear, what it was built to · gives  Trial; LutraError mismatch where a result is wrong
 * before ./linear, ../type/evaluate · after sdk/cli/compile
 */
import { LutraError } from '../../../hal/error.js'
import { evaluate } from '../type/evaluate.js'
import type { Elements, TType } from '../type/ttype.js'
import type { Built } from './compiler.js'
import { type CppLinear, loadCpp } from './linear.js'

export interface Trial {
  /** The largest distance from the plain sum, in parts of the sum of magnitudes. */
  readonly error: number
  readonly rows: number
  readonly cols: number
  /** A matrix times one vector, on one thread. */
  readonly weightsPerSecond: number
}

/** Sums of float32 keep so much, and int8 inputs are compared by their own rounding. */
const tolerance = { f32: 1e-5, f16: 2e-3, int8: 3e-2 } as const
const tried = { rows: 1024, cols: 4096, checked: 8, milliseconds: 150 }

export function tryKernel(kernel: CppLinear, type: TType, activation: keyof typeof tolerance, built: Built): Trial {
  const { rows, checked, milliseconds } = tried
  const unit = Math.max(type.group ?? 1, type.lanes)
  const cols = Math.ceil(tried.cols / unit) * unit
  const run = loadCpp(built)
  const elements = randomElements(type, rows, cols)
  const weight = kernel.pack(elements)
  const x = Float32Array.from({ length: cols }, (_, i) => Math.sin(i * i))
  const y = new Float32Array(rows)
  const arrays = kernel.arrays(weight, kernel.prepare(x, 1, cols), y)
  run(...arrays)
  let error = 0
  for (let r = 0; r < checked; r++) {
    let [truth, size] = [0, 0]
    for (let c = 0; c < cols; c++) {
      const product = weightAt(elements, r, c) * x[c]
      truth += product
      size += Math.abs(product)
    }
    error = Math.max(error, Math.abs(y[r] - truth) / size)
  }
  if (!(error <= tolerance[activation]))
    throw new LutraError(
      'mismatch',
      `Expected ${kernel.name} within ${tolerance[activation]} of the plain sum but found ${error}`,
    )
  let best = Number.POSITIVE_INFINITY
  for (const begin = performance.now(); performance.now() - begin < milliseconds; ) {
    const from = performance.now()
    run(...arrays)
    best = Math.min(best, performance.now() - from)
  }
  return { error, rows, cols, weightsPerSecond: (rows * cols * 1000) / best }
}

/** Codes in a plain sequence, as far as their values are numbers. */
function randomElements(type: TType, rows: number, cols: number): Elements {
  const { bits, lanes, decode, group = cols, scaled, shifted } = type
  const List = bits <= 8 ? Uint8Array : bits <= 16 ? Uint16Array : Uint32Array
  const finite = (code: number) => decode.every((lane) => Math.abs(evaluate(lane, code)) < 1e6)
  let seed = 1
  const next = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed
  }
  const few = Array.from({ length: 4096 }, next)
    .map((word) => word >>> (32 - bits))
    .filter(finite)
  const codes = new List((rows * cols) / lanes).map(() => few[(next() >>> 8) % few.length])
  const groups = (rows * cols) / group
  const each = (of: (i: number) => number) => Float32Array.from({ length: groups }, (_, i) => of(i))
  return {
    ...{ type, rows, cols, codes, group },
    ...(scaled ? { scales: each((i) => 0.5 + (i % 7) / 8) } : {}),
    ...(shifted ? { minima: each((i) => (i % 5) / 4 - 0.5) } : {}),
  }
}

function weightAt({ type, cols, codes, group, scales, minima }: Elements, r: number, c: number): number {
  const i = r * cols + c
  const g = Math.floor(i / group)
  const value = evaluate(type.decode[i % type.lanes], codes[Math.floor(i / type.lanes)])
  return (scales?.[g] ?? 1) * value + (minima?.[g] ?? 0)
}
