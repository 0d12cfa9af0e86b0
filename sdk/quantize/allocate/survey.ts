/**
 * What every format would cost every matrix of a model: bytes, and the share of its output that rounding takes.
 * takes  FloatWeights, calibration windows, formats · gives  Surveyed, matrix by matrix
 * before ../calibrate/output-error, ../grid · after ./choose
 */
import type { LinearAlgebra } from '../../../hal/linear-algebra.js'
import { pause } from '../../../hal/pause.js'
import type { Op } from '../../../kernels/graph/graph.js'
import { writes } from '../../../kernels/graph/rewrite.js'
import { forward } from '../calibrate/forward.js'
import { linearInput } from '../calibrate/linear-input.js'
import type { Live } from '../calibrate/live.js'
import { outputError } from '../calibrate/output-error.js'
import { gridOf } from '../grid/index.js'
import { sharedFloats } from '../rows/shared.js'
import { type FloatWeights, shapeOf } from '../source/weights.js'
import { type Statistics, statisticsOf } from '../walk/statistics.js'
import { fitting } from './fallback.js'
import type { Choice } from './hull.js'

/** Weights that a relative error is measured on, and rows of them: the mean over so many differs little from that over all. */
const ENOUGH = 1 << 19
const LEAST_ROWS = 64

/** `loss` is the output error relative to the output: tr(D H Dᵀ) / tr(W H Wᵀ). */
export interface Surveyed {
  readonly name: string
  readonly rows: number
  readonly cols: number
  readonly choices: readonly Choice[]
}

export interface SurveyOptions {
  readonly model: FloatWeights
  readonly algebra: LinearAlgebra
  /** None: errors are of the weights alone. */
  readonly windows: readonly Int32Array[]
  /** Formats to try; those whose blocks do not fit a matrix stand for their substitutes, see ./fallback. */
  readonly types: readonly string[]
  readonly signal?: AbortSignal
  readonly onMatrix?: (matrix: Surveyed) => void
}

/**
 * Rounds every matrix to every format by the format's reference encoder with importance (the diagonal of H), one at a time
 * in the float model, so that losses of different matrices add up. Encoders differ from error feedback by a factor
 * that is much the same for all: order and ratios are what an allocation needs.
 *
 * @throws LutraError unsupported (a format that nothing is quantized into), cancelled
 */
export async function survey({ model, algebra, windows, types, signal, onMatrix }: SurveyOptions): Promise<Surveyed[]> {
  const { graph } = model
  const found = new Map<string, Surveyed>()
  let [input, statistics]: [string | undefined, Statistics | undefined] = [undefined, undefined]
  const measure = async (weight: string, inputs: Statistics | undefined): Promise<void> => {
    const name = graph.slices?.[weight]?.weight ?? weight
    if (shapeOf(model, name).length !== 2 || found.has(name)) return
    const surveyed = await measured(model, algebra, name, types, inputs)
    found.set(name, surveyed)
    onMatrix?.(surveyed)
  }
  const before = async (op: Op, live: Live): Promise<void> => {
    if (op.op === 'linear') {
      // Linears over one buffer share its statistics until it is written again.
      if (input !== op.in || !statistics) {
        const x = await linearInput(op, live)
        statistics = await statisticsOf(algebra, x.length / live.tokens, x, undefined)
        input = op.in
      }
      await measure(op.weight, statistics)
    }
    if (input !== undefined && writes(op).includes(input)) input = undefined
  }
  if (windows.length > 0) await forward({ model, algebra, before, logits: false, signal }, windows)
  // What no linear reads (tables of embeddings), and all where there are no inputs.
  for (const op of [...graph.body, ...graph.head])
    if (op.op === 'embed' || op.op === 'linear') await measure(op.weight, undefined)
  return [...found.values()]
}

async function measured(
  model: FloatWeights,
  algebra: LinearAlgebra,
  name: string,
  types: readonly string[],
  inputs: Statistics | undefined,
): Promise<Surveyed> {
  const [cols, rows] = shapeOf(model, name)
  const weights = await sampled(model, name, rows, cols)
  const choices: Choice[] = []
  for (const type of new Set(types.map((each) => fitting(each.toUpperCase(), cols)))) {
    const { bytes, quantized } = await rounded(weights, cols, type, inputs?.diagonal)
    const { relative } = await outputError(algebra, weights, quantized, cols, inputs ?? {})
    choices.push({ type, bytes: (bytes * rows * cols) / weights.length, loss: relative })
  }
  return { name, rows, cols, choices }
}

/** All rows of a matrix, or of a large one as many as are enough, evenly spread. */
async function sampled(model: FloatWeights, name: string, rows: number, cols: number): Promise<Float32Array> {
  const taken = Math.min(rows, Math.max(LEAST_ROWS, Math.floor(ENOUGH / cols)))
  if (taken === rows) return model.read(name)
  const whole = model.rows ? undefined : await model.read(name)
  const weights = sharedFloats(taken * cols)
  for (let i = 0; i < taken; i++) {
    const row = Math.floor((i * rows) / taken)
    weights.set(whole?.subarray(row * cols, (row + 1) * cols) ?? (await model.rows!(name, row, row + 1)), i * cols)
  }
  return weights
}

/** What a matrix becomes by a format's reference encoder: size in the file, and the weights as a reader decodes them. */
export async function rounded(
  weights: Float32Array,
  cols: number,
  type: string,
  importance: Float32Array | undefined,
): Promise<{ bytes: number; quantized: Float32Array }> {
  const grid = gridOf(type)
  const rowBytes = (cols / grid.block) * grid.dtype.blockBytes
  const rows = weights.length / cols
  const bytes = new Uint8Array(rows * rowBytes)
  for (let row = 0; row < rows; row++) {
    grid.encode(weights.subarray(row * cols, (row + 1) * cols), importance, bytes.subarray(row * rowBytes))
    if (row % 16 === 15) await pause()
  }
  const quantized = new Float32Array(weights.length)
  grid.dtype.decode(bytes, weights.length, 0, weights.length, quantized)
  return { bytes: bytes.length, quantized }
}
