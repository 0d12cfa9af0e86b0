/**
 * GPTVQ (van Baalen et al. 2024, arXiv:2402.15319): GPTQ's error feedback with codebooks. At each group of columns a codebook
 * is fitted to the weights as feedback has left them; vectors of columns take their nearest entry one after another, and
 * what they miss goes to the columns behind. Then codebooks and codes are moved by the Hessian itself.
 * takes  a Problem whose grid is a VQ type, U, H · gives  its bytes
 * before ./vq · after ../pipeline
 */
import type { Codebooks } from '../../../hal/dtype.js'
import { dtypeByName } from '../../../hal/dtypes/index.js'
import { LutraError } from '../../../hal/error.js'
import type { Method, Problem } from './problem.js'
import { type FitOptions, fitEntries } from './vq/em.js'
import type { Feedback } from './vq/feedback.js'
import { type Group, groupOf } from './vq/group.js'
import type { Loops } from './vq/loops.js'
import { type Metric, metricOf, type Weighing } from './vq/metric.js'
import { wishedLoops } from './vq/native.js'
import { storeCodes, storeEntries } from './vq/store.js'
import { type UpdateOptions, update } from './vq/update.js'

export interface GptvqOptions extends Partial<FitOptions>, Partial<UpdateOptions> {
  /** Default `exact`. */
  readonly weighing?: Weighing
  /** Added to H's diagonal in the update, as a share of its mean; default 0.01. */
  readonly damping?: number
  /** Times through feedback and update, codebooks being kept; default 4. One that makes nothing better is the last. */
  readonly rounds?: number
}

/** The addon's loops give the same bytes several times faster. */
export const gptvq: Method<GptvqOptions> = gptvqBy(wishedLoops())

/** GPTVQ with those inner loops. */
export function gptvqBy(loops: Loops): Method<GptvqOptions> {
  return {
    name: 'gptvq',
    needs: 'feedback',
    together: ({ grid }) => codebooksOf(grid).rows,
    run(problem, from, to, options) {
      const type = codebooksOf(problem.grid)
      const { upper, order, cols, rows } = problem
      if (!upper)
        throw new LutraError('mismatch', `Expected U for ${problem.name} but found none; GPTVQ works by feedback`)
      if (order)
        throw new LutraError(
          'unsupported',
          `Expected ${problem.name} in its own order of columns: codes stand for neighbours`,
        )
      if (type.cols !== cols || from % type.rows !== 0 || to % type.rows !== 0 || to > rows)
        throw new LutraError(
          'mismatch',
          `Expected whole groups of ${type.rows} rows × ${type.cols} columns but found rows ${from} to ${to} of ${cols}`,
        )
      const turns = options.turns ?? 8
      if (turns > 0 && !problem.hessian)
        throw new LutraError('mismatch', `Expected H for ${problem.name} but found none; with turns 0 none is needed`)
      const metrics = metricsOf(upper, type, options.weighing ?? 'exact')
      for (let row = from; row < to; row += type.rows) quantizeRows(problem, type, row, metrics, options, loops)
    },
  }
}

function codebooksOf(grid: string): Codebooks {
  const { codebooks } = dtypeByName(grid)
  if (codebooks) return codebooks
  throw new LutraError(
    'unsupported',
    `Expected a vector-quantized type (VQ2D_K16_8X256_OF768, …) for GPTVQ but found ${grid}`,
  )
}

interface Metrics extends Feedback {
  readonly fit: Metric
}

function metricsOf(upper: Float32Array, { cols, lanes }: Codebooks, weighing: Weighing): Metrics {
  const fit = metricOf(upper, cols, lanes, weighing, 'em')
  const official = weighing === 'official'
  return {
    ...{ upper, cols, fit },
    look: official ? metricOf(upper, cols, lanes, weighing, 'look') : fit,
    spread: metricOf(upper, cols, lanes, official ? 'diagonal' : 'exact', 'look'),
  }
}

function quantizeRows(
  problem: Problem,
  type: Codebooks,
  row: number,
  metrics: Metrics,
  options: GptvqOptions,
  loops: Loops,
): void {
  const { weights, hessian, bytes } = problem
  const { rows, cols, span, lanes, unitBytes } = type
  const { start = 'mahalanobis', iterations = 100, turns = 8, recode = true, damping = 0.01, rounds = 4 } = options
  const wanted = weights.slice(row * cols, (row + rows) * cols)
  const length = (cols / span) * unitBytes
  const own = bytes.subarray((row / rows) * length, (row / rows + 1) * length)
  let best = fed(type, weights, row, metrics, loops, own, (group, column) => {
    const found = fitEntries(group, metrics.fit, column / lanes, { start, iterations }, loops)
    storeEntries(type, found, own, (column / span) * unitBytes)
    return found
  })
  if (hessian && turns > 0) {
    let mean = 0
    for (let c = 0; c < cols; c++) mean += hessian[c * cols + c] / cols
    const curvature = { hessian, damping: damping * mean }
    let least = update({ type, wanted, ...best }, curvature, { turns, recode }, loops)
    // Feedback again, now with the codebooks as they were moved, lands elsewhere; the better of both is kept.
    for (let round = 1; round < rounds; round++) {
      const { entries } = best
      const next = fed(type, wanted.slice(), 0, metrics, loops, best.bytes.slice(), (_, column) =>
        entries[column / span].slice(),
      )
      const loss = update({ type, wanted, ...next }, curvature, { turns, recode }, loops)
      if (!(loss < least)) break
      best = next
      least = loss
    }
  }
  own.set(best.bytes)
  best.codes.forEach((each, g) => {
    storeCodes(type, each, own, g * unitBytes)
  })
}

/** A group of rows through feedback, group of columns by group of columns; `weights` are spoiled. */
function fed(
  type: Codebooks,
  weights: Float32Array,
  row: number,
  metrics: Metrics,
  loops: Loops,
  bytes: Uint8Array,
  entriesOf: (group: Group, column: number) => Float64Array,
) {
  const { rows, cols, span } = type
  const quantized = new Float32Array(rows * cols)
  const [codes, entries]: [Uint8Array[], Float64Array[]] = [[], []]
  for (let column = 0; column < cols; column += span) {
    const group = groupOf(type, weights, row, column)
    const found = entriesOf(group, column)
    entries.push(found)
    codes.push(loops.look(group, column, found, metrics, quantized))
  }
  return { quantized, codes, entries, bytes }
}
