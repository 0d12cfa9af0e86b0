/**
 * One matrix by its plan: rows in stretches, so that a head of 128k rows needs no more room than a layer.
 * takes  the float model's rows, statistics of its input · gives  the file's bytes and a report
 * before ../feedback, ../grid · after ./walk
 */
import { LutraError } from '../../../hal/error.js'
import { pause } from '../../../hal/pause.js'
import { type FeedbackOptions, gptq, type Prepared, prepare, type Tools } from '../feedback/gptq.js'
import type { Grid } from '../grid/grid.js'
import { gridOf } from '../grid/index.js'
import { sharedFloats } from '../rows/shared.js'
import type { LayerReport, MethodName, TensorPlan } from './plan.js'
import { answering, type Statistics } from './statistics.js'

export interface MatrixInput {
  readonly name: string
  readonly rows: number
  readonly cols: number
  read(from: number, to: number): Promise<Float32Array>
  /** Absent: nothing is known of its input. */
  readonly statistics?: Statistics
  /** Shared by the matrices over one input. */
  readonly prepared: Map<string, Prepared | undefined>
}

export interface Matrix {
  readonly bytes: Uint8Array
  readonly report: LayerReport
}

/** Weights taken at a time: 64 MiB in float32, and some six arrays of that size live at once. */
const AT_ONCE = 1 << 24

export async function quantizeMatrix(
  tools: Tools,
  input: MatrixInput,
  { type, method: asked }: TensorPlan,
  options: FeedbackOptions,
): Promise<Matrix> {
  const began = performance.now()
  const { name, rows, cols, statistics } = input
  const grid = gridOf(type)
  if (cols % grid.block !== 0)
    throw new LutraError('mismatch', `Expected a multiple of ${grid.block} columns for ${type} but ${name} has ${cols}`)
  const rowBytes = (cols / grid.block) * grid.dtype.blockBytes
  const bytes = new Uint8Array(rows * rowBytes)
  const { method, prepared, fallback } = await ready(tools, input, grid, asked, options)
  const tall = Math.max(1, Math.floor(AT_ONCE / cols))
  let [lost, whole] = [0, 0]
  for (let from = 0; from < rows; from += tall) {
    const to = Math.min(rows, from + tall)
    const weights = await input.read(from, to)
    const part = bytes.subarray(from * rowBytes, to * rowBytes)
    if (prepared && statistics) {
      const target = await answering(tools.algebra, weights, statistics, prepared.upper, prepared.order)
      part.set((await gptq(tools, prepared, target, grid, options)).bytes)
    } else await encode(grid, weights, cols, method === 'imatrix' ? statistics?.diagonal : undefined, part)
    const quantized = new Float32Array(weights.length)
    grid.dtype.decode(part, weights.length, 0, weights.length, quantized)
    for (let i = 0; i < weights.length; i++) quantized[i] = weights[i] - quantized[i]
    lost += await energy(tools, quantized, cols, statistics)
    whole += await energy(tools, weights, cols, statistics)
  }
  const report: LayerReport = {
    ...{ name, type: grid.dtype.name, method, rows, cols, bytes: bytes.length },
    error: whole > 0 ? lost / whole : 0,
    ...(prepared ? { damping: prepared.damping } : {}),
    ...(fallback ? { fallback } : {}),
    seconds: (performance.now() - began) / 1000,
  }
  return { bytes, report }
}

/** The method that can really be done, and why where it is another. */
async function ready(
  tools: Tools,
  { name, statistics, prepared }: MatrixInput,
  grid: Grid,
  asked: MethodName,
  options: FeedbackOptions,
): Promise<{ method: MethodName; prepared?: Prepared; fallback?: string }> {
  if (asked === 'rtn') return { method: asked }
  if (!statistics) return { method: 'rtn', fallback: 'its input is not calibrated' }
  if (asked === 'imatrix') return { method: asked }
  const key = `${grid.block}`
  if (!prepared.has(key)) prepared.set(key, await prepare(tools.algebra, name, statistics.hessian, grid, options))
  const found = prepared.get(key)
  return found
    ? { method: asked, prepared: found }
    : { method: 'imatrix', fallback: 'H could not be factored, however damped' }
}

async function encode(
  grid: Grid,
  weights: Float32Array,
  cols: number,
  importance: Float32Array | undefined,
  bytes: Uint8Array,
): Promise<void> {
  const rowBytes = (cols / grid.block) * grid.dtype.blockBytes
  for (let row = 0; row * cols < weights.length; row++) {
    grid.encode(weights.subarray(row * cols, (row + 1) * cols), importance, bytes.subarray(row * rowBytes))
    if (row % 16 === 15) await pause()
  }
}

/** tr(A H Aᵀ), or the sum of squares without H. */
async function energy(
  { algebra }: Tools,
  a: Float32Array,
  cols: number,
  statistics: Statistics | undefined,
): Promise<number> {
  let sum = 0
  if (!statistics) {
    for (let i = 0; i < a.length; i++) sum += a[i] * a[i]
    return sum
  }
  const rows = a.length / cols
  const ah = sharedFloats(a.length)
  await algebra.multiply(a, statistics.hessian, ah, { m: rows, n: cols, k: cols })
  for (let i = 0; i < a.length; i++) sum += a[i] * ah[i]
  return sum
}
