/**
 * One matrix by its plan: rows in stretches, so that a head of 128k rows needs no more room than a layer.
 * takes  the float model's rows, statistics of its input · gives  the file's bytes and a report
 * before ../feedback, ../grid · after ./walk
 */
import type { DType } from '../../../hal/dtype.js'
import { dtypeByName, tensorBytes } from '../../../hal/dtypes/index.js'
import { LutraError } from '../../../hal/error.js'
import { energyOf } from '../calibrate/output-error.js'
import { type FeedbackOptions, gptq, type Prepared, prepare, type Tools } from '../feedback/gptq.js'
import { gridOf } from '../grid/index.js'
import type { Problem } from '../method/problem.js'
import { measureInputs } from '../report/measure.js'
import { sharedBytes } from '../rows/shared.js'
import { blind, type LayerReport, type MethodName, type TensorPlan } from './plan.js'
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

export interface MatrixOptions extends FeedbackOptions {
  /** Options of methods that have their own, by method. */
  readonly of?: Readonly<Partial<Record<MethodName, unknown>>>
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
  options: MatrixOptions,
): Promise<Matrix> {
  const began = performance.now()
  const { name, rows, cols, statistics } = input
  const dtype = dtypeByName(type)
  if ((rows * cols) % dtype.block !== 0 || (dtype.block < cols && cols % dtype.block !== 0))
    throw new LutraError(
      'mismatch',
      `Expected blocks of ${dtype.block} in ${name} for ${type} but it is ${rows} x ${cols}`,
    )
  const { method, prepared, fallback } = await ready(tools, input, dtype, asked, options)
  const bytes = new Uint8Array(tensorBytes(dtype, rows * cols))
  const together = dtype.codebooks?.rows ?? 1
  const tall = Math.max(together, Math.floor(AT_ONCE / cols / together) * together)
  let [lost, whole] = [0, 0]
  for (let from = 0; from < rows; from += tall) {
    const to = Math.min(rows, from + tall)
    const weights = await input.read(from, to)
    const part = bytes.subarray(tensorBytes(dtype, from * cols), tensorBytes(dtype, to * cols))
    const target = prepared && statistics ? await answering(tools.algebra, weights, statistics, prepared) : weights
    part.set(await solve(tools, input, { type, method, target, prepared, together }, options))
    const quantized = new Float32Array(weights.length)
    dtype.decode(part, weights.length, 0, weights.length, quantized)
    for (let i = 0; i < weights.length; i++) quantized[i] = weights[i] - quantized[i]
    lost += await energyOf(tools.algebra, quantized, cols, statistics ?? {})
    whole += await energyOf(tools.algebra, weights, cols, statistics ?? {})
  }
  const report: LayerReport = {
    ...{ name, type: dtype.name, method, rows, cols, bytes: bytes.length },
    error: whole > 0 ? lost / whole : 0,
    ...(statistics?.range ? { inputs: measureInputs(statistics.diagonal, statistics.range) } : {}),
    ...(prepared ? { damping: prepared.damping } : {}),
    ...(fallback ? { fallback } : {}),
    seconds: (performance.now() - began) / 1000,
  }
  return { bytes, report }
}

interface Part {
  readonly type: string
  readonly method: MethodName
  readonly target: Float32Array
  readonly prepared?: Prepared
  readonly together: number
}

/** Whole rows into bytes. */
async function solve(
  tools: Tools,
  { name, cols, statistics }: MatrixInput,
  { type, method, target, prepared, together }: Part,
  options: MatrixOptions,
): Promise<Uint8Array> {
  if (method === 'gptq' && prepared) return (await gptq(tools, prepared, target, gridOf(type), options)).bytes
  const rows = target.length / cols
  const problem: Problem = {
    ...{ name, rows, cols, weights: target, grid: type },
    ...(blind.includes(method) ? {} : { diagonal: statistics?.diagonal, hessian: statistics?.hessian }),
    ...(method === 'gptvq' ? { upper: prepared?.upper } : {}),
    bytes: sharedBytes(tensorBytes(dtypeByName(type), target.length)),
  }
  const kinds: Partial<Record<MethodName, string>> = {
    rtn: 'reference',
    imatrix: 'reference',
    'min-max': 'min-max',
    mse: 'mse',
  }
  const kind = kinds[method]
  await tools.pool.run(
    'method',
    { method: kind ? 'rtn' : method, problem, options: kind ? { kind } : (options.of?.[method] ?? {}) },
    rows,
    together,
  )
  return problem.bytes
}

/** The method that can really be done, and why where it is another. */
async function ready(
  tools: Tools,
  { name, statistics, prepared }: MatrixInput,
  dtype: DType,
  asked: MethodName,
  options: MatrixOptions,
): Promise<{ method: MethodName; prepared?: Prepared; fallback?: string }> {
  if (blind.includes(asked)) return { method: asked }
  if (!statistics) return { method: 'rtn', fallback: 'its input is not calibrated' }
  if (asked !== 'gptq' && asked !== 'gptvq') return { method: asked }
  // Codes of neighbours need the file's order; blocks of single weights do not.
  const order = dtype.codebooks ? 'file' : options.order
  const key = `${order} ${dtype.codebooks ? 1 : dtype.block}`
  if (!prepared.has(key))
    prepared.set(
      key,
      await prepare(tools.algebra, name, statistics.hessian, dtype.codebooks ? 1 : dtype.block, { ...options, order }),
    )
  const found = prepared.get(key)
  if (found) return { method: asked, prepared: found }
  if (dtype.codebooks)
    throw new LutraError(
      'unsupported',
      `Expected an H of ${name} that can be factored for ${dtype.name}; calibrate on more text`,
    )
  return { method: 'imatrix', fallback: 'H could not be factored, however damped' }
}
