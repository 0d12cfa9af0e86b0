/**
 * Whether a model fits in memory, told before anything is allocated, and what would help where it does not.
 * takes  graph, tensors, engine, context, cache, device · gives  an estimate; LutraError limit where it cannot fit
 * before hal/plan chose the engine · after the engine compiles
 */
import type { Backend, CacheFormat } from '../../hal/backend.js'
import type { Device } from '../../hal/device.js'
import { tensorBytes } from '../../hal/dtypes/index.js'
import { LutraError } from '../../hal/error.js'
import { type Footprint, footprintTotal, memoryLeft } from '../../hal/footprint.js'
import { opShapes } from '../../hal/shapes.js'
import type { Tensor } from '../../hal/tensor.js'
import type { Graph } from '../../kernels/graph/graph.js'

export interface MemoryEstimate extends Footprint {
  readonly engine: string
  readonly context: number
  readonly cache?: CacheFormat
  readonly total: number
  /** What this process may still take; absent where the system does not say. */
  readonly available?: number
  /** Of the container or service, where there is one. */
  readonly limit?: number
  readonly fits: boolean
}

export interface MemoryQuestion {
  readonly graph: Graph
  readonly tensors: ReadonlyMap<string, Tensor>
  readonly backend: Backend<Graph>
  readonly device: Device
  readonly context: number
  readonly cache?: CacheFormat
}

export async function estimateMemory(question: MemoryQuestion): Promise<MemoryEstimate> {
  const { graph, tensors, backend, device, context, cache } = question
  const parts = (await backend.footprint?.(graph, tensors, { context, cache })) ?? plainFootprint(question)
  const total = footprintTotal(parts)
  const available = memoryLeft(device)
  return {
    ...parts,
    engine: backend.name,
    context,
    cache,
    total,
    available,
    limit: device.memory.limit,
    fits: available === undefined || total <= available,
  }
}

/** Of an engine that does not say: its weights once, half precision for keys and values, 64 tokens a pass. */
function plainFootprint({ graph, tensors, context, cache }: MemoryQuestion): Footprint {
  const widths = Object.values(graph.buffers).reduce((sum, width) => sum + width, 0)
  const bytes = { f32: 4, f16: 2, q8: 1.125 }[cache ?? 'f16']
  return {
    weights: opShapes(graph, tensors).reduce((sum, shape) => sum + shape.bytes * shape.count, 0),
    mapped: 0,
    buffers: 64 * 4 * widths,
    state: graph.layers * 2 * graph.kvHeads * graph.headDim * context * bytes,
  }
}

/**
 * Refuses what cannot fit. `others` are the back ends that could run it instead.
 *
 * @throws LutraError limit
 */
export async function checkMemory(question: MemoryQuestion, others: readonly Backend<Graph>[]): Promise<void> {
  const estimate = await estimateMemory(question)
  if (estimate.fits) return
  const { weights, mapped, buffers, state, opening = 0, total, available = 0, limit, engine, context } = estimate
  const room = limit === undefined ? 'available' : `available (of a limit of ${size(limit)})`
  const more = opening > state ? `, or before them ${size(opening)} to open it` : ''
  const advice = await helps(question, estimate, others)
  throw new LutraError(
    'limit',
    `Expected ${size(total)} of memory (weights ${size(weights + mapped)}, ${context} tokens of keys and values ` +
      `${size(state)}, buffers ${size(buffers)}${more}) for the ${engine} engine but ${size(available)} are ${room}; ` +
      `${advice.join(', ')}, or open it with memory: 'unchecked' (--memory unchecked)`,
  )
}

async function helps(
  question: MemoryQuestion,
  { weights, mapped, buffers, state, opening = 0, context, available = 0 }: MemoryEstimate,
  others: readonly Backend<Graph>[],
): Promise<string[]> {
  const found: string[] = []
  const left = available - weights - mapped - buffers
  // Fewer tokens than this are no conversation.
  const tokens = Math.floor((left / state) * context)
  if (left >= opening && tokens >= Math.min(128, context)) found.push(`use a context of ${tokens} tokens or fewer`)
  const tried = async (change: Partial<MemoryQuestion>) =>
    estimateMemory({ ...question, ...change }).catch(() => undefined) // an engine that cannot run it
  if (question.cache !== 'q8' && (await tried({ cache: 'q8' }))?.fits) found.push('keep keys and values as q8')
  for (const backend of others) if ((await tried({ backend }))?.fits) found.push(`use the ${backend.name} engine`)
  return found.length > 0 ? found : ['use a smaller model or one of fewer bits, free memory']
}

function size(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`
}

/** Bytes and weights of a file's tensors by format; those that cannot be read are counted apart. */
export function weightTypes(tensors: ReadonlyMap<string, Tensor>) {
  const types: Record<string, { tensors: number; weights: number; bytes: number }> = {}
  let unreadable = 0
  for (const tensor of tensors.values()) {
    const weights = tensor.shape.reduce((a, b) => a * b, 1)
    let name: string
    let bytes: number
    try {
      name = tensor.dtype.name
      bytes = tensorBytes(tensor.dtype, weights)
    } catch (cause) {
      if (!(cause instanceof LutraError)) throw cause
      unreadable++
      continue
    }
    const row = types[name] ?? { tensors: 0, weights: 0, bytes: 0 }
    types[name] = { tensors: row.tensors + 1, weights: row.weights + weights, bytes: row.bytes + bytes }
  }
  return { types, unreadable }
}
