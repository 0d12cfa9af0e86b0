/**
 * Formats with which a model fits a board: weights, keys and values of a context, and buffers, as the engine itself tells.
 * takes  graph, tensors, choices of formats, bytes of memory · gives  Allocation and the estimate
 * before ./choose, ./board · after ../walk's plan
 */
import type { Backend, CacheFormat } from '../../../hal/backend.js'
import type { Device } from '../../../hal/device.js'
import { dtypeByName } from '../../../hal/dtypes/index.js'
import { LutraError } from '../../../hal/error.js'
import type { Tensor } from '../../../hal/tensor.js'
import type { Graph } from '../../../kernels/graph/graph.js'
import { estimateMemory, type MemoryEstimate } from '../../open/memory.js'
import { type Allocation, allocate, type Item } from './choose.js'

export interface FitQuestion {
  readonly graph: Graph
  /** Of the float model; only names, formats and shapes are looked at. */
  readonly tensors: ReadonlyMap<string, Tensor>
  /** The engine that is asked what it holds. */
  readonly backend: Backend<Graph>
  /** Tokens of keys and values that must fit too. */
  readonly context: number
  readonly cache?: CacheFormat
  /** Bytes for all together. */
  readonly usable: number
}

export interface Fit {
  readonly allocation: Allocation
  readonly estimate: MemoryEstimate
}

/** What an engine packs is nearly what lies in the file: two or three rounds meet the bytes. */
const ROUNDS = 8

/**
 * The least loss with which the whole fits.
 *
 * @param items tensors with their formats, by names of tensors
 * @throws LutraError limit, where even the smallest formats do not fit
 */
export async function fitMemory(question: FitQuestion, items: readonly Item[]): Promise<Fit> {
  const { usable, context } = question
  const smallest = items.map(({ choices }) => Math.min(...choices.map(({ bytes }) => bytes)))
  let budget = smallest.reduce((sum, bytes) => sum + bytes, 0)
  let best = await tried(question, items, budget)
  if (best.estimate.total > usable)
    throw new LutraError(
      'limit',
      `Expected to fit ${usable} bytes but the smallest formats take ${best.estimate.total} with ${context} tokens of ` +
        `context (weights ${best.estimate.weights + best.estimate.mapped}, keys and values ${best.estimate.state}, ` +
        `buffers ${best.estimate.buffers}); allow smaller formats, a shorter context or keys and values as q8`,
    )
  for (let round = 0, last = best; round < ROUNDS; round++) {
    const spare = usable - last.estimate.total
    budget += spare
    if (spare === 0 || budget < best.allocation.bytes) break
    last = await tried(question, items, budget)
    if (last.estimate.total > usable) continue
    if (last.allocation.loss >= best.allocation.loss) break
    best = last
  }
  return best
}

async function tried(question: FitQuestion, items: readonly Item[], budget: number): Promise<Fit> {
  const allocation = allocate(items, budget)
  const { usable, tensors } = question
  // Only its memory is asked for.
  const device = { os: 'linux', memory: { total: usable, available: usable } } as Device
  const planned = plannedTensors(
    tensors,
    new Map([...allocation.choices].map(([name, { type }]): [string, string] => [name, type])),
  )
  return { allocation, estimate: await estimateMemory({ ...question, device, tensors: planned }) }
}

/** Tensors as a file would have them: formats and shapes without bytes. */
export function plannedTensors(
  tensors: ReadonlyMap<string, Tensor>,
  types: ReadonlyMap<string, string>,
): Map<string, Tensor> {
  return new Map(
    [...tensors].map(([name, { dtype, shape }]): [string, Tensor] => {
      const type = types.get(name)
      return [
        name,
        {
          name,
          dtype: type === undefined ? dtype : dtypeByName(type),
          shape,
          get bytes(): Uint8Array {
            throw new LutraError('mismatch', `Expected to look at the size of ${name} only: it is not quantized yet`)
          },
          file: { path: '', offset: 0 },
        },
      ]
    }),
  )
}
