/**
 * Which norm feeds which matrices, and which of them write to the residual stream: what a transform must keep together.
 * takes  FloatWeights (its graph) · gives  Anatomy; LutraError unsupported where the graph has another form
 * before ../source/weights · after every transform beside this file
 */
import { LutraError } from '../../../hal/error.js'
import type { Graph, Op } from '../../../kernels/graph/graph.js'
import { type FloatWeights, shapeOf } from '../source/weights.js'

/** Rows [from, from + rows) of a tensor, as one linear reads them. */
export interface Matrix {
  readonly tensor: string
  readonly from: number
  readonly rows: number
  readonly cols: number
  readonly bias?: string
}

export type Attention = Extract<Op, { op: 'attention' }>

/** Half a layer: a norm of the stream, matrices that read it, what joins them, and the matrix that writes back. */
export interface Part {
  readonly norm: string
  /** Queries, keys, values; or gate, up. */
  readonly readers: readonly Matrix[]
  /** Absent: the part is a gated feed-forward. */
  readonly attention?: Attention
  /** The norm that the writer reads through (BitNet). */
  readonly subNorm?: string
  readonly writer: Matrix
  /** The norm of what the writer gave, before it is added (Gemma). */
  readonly postNorm?: string
}

export interface Anatomy {
  readonly embedding: string
  /** In order: two a layer. */
  readonly parts: readonly Part[]
  readonly lastNorm: string
  readonly head: Matrix
  /** The head is the embedding's tensor. */
  readonly tied: boolean
}

/** Where a buffer's content comes from. */
type Origin =
  | { readonly kind: 'stream' }
  | { readonly kind: 'norm'; readonly weight: string; readonly of: Origin }
  | { readonly kind: 'linear'; readonly matrix: Matrix; readonly of: Origin }
  | { readonly kind: 'joined'; readonly attention?: Attention; readonly of: readonly Origin[] }

/**
 * Transforms treat a matrix as a linear map of its input. One whose input is rounded to int8 per token as the model's own
 * meaning (BitNet) is not one, nor is one that reads sorted columns (GPTQ with activation order).
 */
export function anatomyOf(weights: FloatWeights): Anatomy {
  const { graph } = weights
  const origins = new Map<string, Origin>()
  const parts: Part[] = []
  const from = (buffer: string): Origin => origins.get(buffer) ?? fail(graph, `nothing writes ${buffer}`)
  let embedding = ''
  for (const op of [...graph.body, ...graph.head])
    switch (op.op) {
      case 'embed':
        embedding = op.weight
        origins.set(op.out, { kind: 'stream' })
        break
      case 'norm':
        origins.set(op.out, { kind: 'norm', weight: op.weight, of: from(op.in) })
        break
      case 'linear':
        if (op.mode === 'int8') fail(graph, `${op.weight} reads its input in int8`)
        origins.set(op.out, { kind: 'linear', matrix: matrixOf(weights, op.weight, op.bias), of: from(op.in) })
        break
      case 'attention':
        origins.set(op.out, { kind: 'joined', attention: op, of: [op.q, op.k, op.v].map(from) })
        break
      case 'gate':
        origins.set(op.out, { kind: 'joined', of: [op.gate, op.up].map(from) })
        break
      case 'add':
        parts.push(partOf(graph, from(op.b)))
        break
      case 'gather':
        fail(graph, `columns were sorted by ${op.weight}`)
    }
  const head = from('logits')
  if (head.kind !== 'linear' || head.of.kind !== 'norm' || head.of.of.kind !== 'stream')
    return fail(graph, 'the head reads no norm of the stream')
  return { embedding, parts, lastNorm: head.of.weight, head: head.matrix, tied: head.matrix.tensor === embedding }
}

function partOf(graph: Graph, added: Origin): Part {
  const post = added.kind === 'norm' ? added : undefined
  const writer = post ? post.of : added
  if (writer.kind !== 'linear') return fail(graph, 'what is added to the stream comes from no matrix')
  const sub = writer.of.kind === 'norm' ? writer.of : undefined
  const joined = sub ? sub.of : writer.of
  if (joined.kind !== 'joined') return fail(graph, `${writer.matrix.tensor} reads neither attention nor a gate`)
  const norms = new Set<string>()
  const readers = joined.of.map((origin) => {
    // Norms of heads stand between queries or keys and attention; they change nothing for whoever reads the stream.
    const reader = origin.kind === 'norm' ? origin.of : origin
    if (reader.kind !== 'linear' || reader.of.kind !== 'norm' || reader.of.of.kind !== 'stream')
      return fail(graph, `an input of ${writer.matrix.tensor} reads no norm of the stream`)
    norms.add(reader.of.weight)
    return reader.matrix
  })
  if (norms.size !== 1) fail(graph, `readers of ${[...norms].join(' and ')} are joined`)
  const [norm] = norms
  const { attention } = joined
  return { norm, readers, attention, subNorm: sub?.weight, writer: writer.matrix, postNorm: post?.weight }
}

function matrixOf(weights: FloatWeights, weight: string, bias: string | undefined): Matrix {
  const slice = weights.graph.slices?.[weight]
  const tensor = slice?.weight ?? weight
  const [cols, rows] = shapeOf(weights, tensor)
  return { tensor, from: slice?.from ?? 0, rows: slice?.rows ?? rows, cols, bias }
}

function fail(graph: Graph, why: string): never {
  throw new LutraError(
    'unsupported',
    `Expected a model that transforms leave the same, but in this ${graph.architecture} ${why}; quantize it without transforms`,
  )
}
