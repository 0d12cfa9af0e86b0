/**
 * A model's ops as the plan sees them: which op, over how large a weight, in which dtype; equal ones counted once.
 * takes  a graph's ops and its weights · gives  shapes, and the bytes that one token reads
 */
import { tensorBytes } from './dtypes/index.js'
import type { Tensor } from './tensor.js'

export interface OpShape {
  readonly op: string
  readonly dtype?: string
  readonly cols?: number
  readonly rows?: number
  /** How a linear treats its input, see ActivationMode. */
  readonly mode?: string
  /** Bytes of one such weight. */
  readonly bytes: number
  /** How many of them a token passes. */
  readonly count: number
}

/** What hal needs to know of a graph; kernels/graph's Graph is one. */
export interface OpList {
  readonly body: readonly ListedOp[]
  readonly head: readonly ListedOp[]
}

export interface ListedOp {
  readonly op: string
  readonly weight?: string
  readonly mode?: string
}

export function opShapes(graph: OpList, weights: ReadonlyMap<string, Tensor>): readonly OpShape[] {
  const found = new Map<string, OpShape>()
  for (const { op, weight, mode } of [...graph.body, ...graph.head]) {
    const tensor = weight === undefined ? undefined : weights.get(weight)
    const shape: Omit<OpShape, 'count'> = {
      op,
      dtype: tensor?.dtype.name,
      cols: tensor?.shape[0],
      rows: tensor && (tensor.shape[1] ?? 1),
      ...(mode === undefined ? {} : { mode }),
      bytes: tensor
        ? tensorBytes(
            tensor.dtype,
            tensor.shape.reduce((a, b) => a * b, 1),
          )
        : 0,
    }
    const key = Object.values(shape).join(' ')
    found.set(key, { ...shape, count: (found.get(key)?.count ?? 0) + 1 })
  }
  return [...found.values()]
}

/** Weight bytes that decoding one token must read: every linear and norm whole, of the embedding one row. */
export function bytesPerToken(shapes: readonly OpShape[]): number {
  return shapes.reduce((sum, s) => sum + s.count * (s.op === 'embed' ? s.bytes / (s.rows || 1) : s.bytes), 0)
}
