/**
 * The manners at the native door: checks a graph against its tensors and lowers both to plain numbers.
 * takes  Graph, tensors by name · gives  NativeGraph: widths, tensors, 16 numbers an op
 * C++ trusts what passes here (and checks indices once more), so every size that it reads by is compared here.
 */
import type { CacheFormat } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'
import type { Tensor } from '../../hal/tensor.js'
import type { Graph, Op } from '../graph/graph.js'
import { sliceWeights } from '../graph/slice.js'
import type { NativeGraph, NativeTensor } from './addon.js'
import { nativeTensor, vectorTensor } from './tensor.js'

const codes = { embed: 0, norm: 1, linear: 2, rope: 3, attention: 4, gate: 5, add: 6, gather: 7 } as const
const activations = ['silu', 'relu2', 'gelu']
/** Tokens in one pass over the weights: enough to share their bytes, few enough that activations stay in cache. */
const chunk = 64
const words = 16
/** The addon's own limits (native/engine/door_program.cpp). */
const mostContext = 1 << 24

/** A full state of this many bytes may be float32 unless another format is asked for. */
const plainCache = 32 * 2 ** 20
const caches: readonly CacheFormat[] = ['f32', 'f16', 'q8']

export function lower(
  graph: Graph,
  tensors: ReadonlyMap<string, Tensor>,
  context: number,
  cache?: CacheFormat,
): NativeGraph {
  const weights = sliceWeights(graph, tensors)
  const buffers = Object.keys(graph.buffers)
  const widths = Float64Array.from(buffers, (name) =>
    whole(graph.buffers[name], `the width of buffer ${name}`, 1 << 24),
  )
  const index = new Map(buffers.map((name, i) => [name, i]))
  const width = (name: string) => widths[buffer(name)]
  const buffer = (name: string) => index.get(name) ?? fail(`a buffer named ${name}`, buffers.join(', '))
  const matrices = new Table(weights, uses(graph), false)
  const vectors = new Table(weights, new Map(), true)
  const rotations = new Map<readonly number[], number>()
  const places = new Map<string, Int32Array>()

  const encode = (op: Op): number[] => {
    const w = new Array<number>(words).fill(0)
    w[0] = codes[op.op] ?? fail(`an op among ${Object.keys(codes).join(', ')}`, String(op.op))
    w.fill(-1, 1, 7)
    switch (op.op) {
      case 'embed':
        w[4] = buffer(op.out)
        w[5] = matrices.add(op.weight, width(op.out))
        if (matrices.list[w[5]].rows < graph.vocab)
          fail(`${graph.vocab} rows in ${op.weight}`, `${matrices.list[w[5]].rows}`)
        w[14] = finite(op.scale ?? 1, 'scale')
        break
      case 'norm':
        same(op.in, op.out)
        w[1] = buffer(op.in)
        w[4] = buffer(op.out)
        w[8] = whole(op.heads ?? 1, 'heads', 1 << 12)
        w[5] = vectors.add(op.weight, width(op.out) / w[8])
        w[14] = finite(op.eps, 'eps')
        break
      case 'gather':
        if (op.in === op.out) fail('a gather that reads and writes two buffers', op.in)
        same(op.in, op.out)
        w[1] = buffer(op.in)
        w[4] = buffer(op.out)
        if (!places.has(op.weight)) places.set(op.weight, placesOf(weights, op.weight, width(op.in)))
        w[5] = [...places.keys()].indexOf(op.weight)
        break
      case 'linear':
        if (op.in === op.out) fail('a linear that reads and writes two buffers', op.in)
        if (op.mode !== 'int8' && op.mode !== 'float') fail('mode int8 or float', String(op.mode))
        w[1] = buffer(op.in)
        w[4] = buffer(op.out)
        w[5] = matrices.add(op.weight, width(op.in), width(op.out))
        if (op.bias !== undefined) w[6] = vectors.add(op.bias, width(op.out))
        w[12] = op.mode === 'int8' ? 1 : 0
        break
      case 'rope':
        w[4] = buffer(op.buffer)
        heads(op.buffer, op.heads, op.headDim)
        if (op.frequencies.length < 1 || 2 * op.frequencies.length > op.headDim)
          fail(`1 to ${op.headDim / 2} frequencies`, `${op.frequencies.length}`)
        for (const frequency of op.frequencies) finite(frequency, 'frequency')
        if (!rotations.has(op.frequencies)) rotations.set(op.frequencies, rotations.size)
        w[5] = rotations.get(op.frequencies) as number
        w[8] = op.heads
        w[10] = op.headDim
        w[12] = op.style === 'pairs' ? 0 : op.style === 'halves' ? 1 : fail('style pairs or halves', String(op.style))
        w[14] = finite(op.magnitude ?? 1, 'magnitude')
        break
      case 'attention':
        heads(op.q, op.heads, op.headDim)
        heads(op.out, op.heads, op.headDim)
        heads(op.k, op.kvHeads, op.headDim)
        heads(op.v, op.kvHeads, op.headDim)
        if (op.heads % op.kvHeads !== 0) fail(`heads that ${op.kvHeads} key heads divide`, `${op.heads}`)
        if (op.kvHeads !== graph.kvHeads || op.headDim !== graph.headDim)
          fail(`${graph.kvHeads} key heads of ${graph.headDim}`, `${op.kvHeads} of ${op.headDim}`)
        if (whole(op.layer, 'layer', 1 << 12, 0) >= graph.layers) fail(`a layer below ${graph.layers}`, `${op.layer}`)
        if ([op.q, op.k, op.v].includes(op.out)) fail('attention into a buffer of its own', op.out)
        w.splice(1, 4, buffer(op.q), buffer(op.k), buffer(op.v), buffer(op.out))
        w.splice(7, 4, op.layer, op.heads, op.kvHeads, op.headDim)
        if (op.window !== undefined) w[11] = Math.min(whole(op.window, 'window', Number.MAX_SAFE_INTEGER), context)
        w[14] = finite(op.scale, 'scale')
        break
      case 'gate':
        same(op.gate, op.out)
        same(op.up, op.out)
        w.splice(1, 2, buffer(op.gate), buffer(op.up))
        w[4] = buffer(op.out)
        w[12] = activations.indexOf(op.activation)
        if (w[12] < 0) fail(`an activation among ${activations.join(', ')}`, String(op.activation))
        break
      case 'add':
        same(op.a, op.out)
        same(op.b, op.out)
        w.splice(1, 2, buffer(op.a), buffer(op.b))
        w[4] = buffer(op.out)
        break
    }
    return w
  }
  const same = (a: string, b: string) => {
    if (width(a) !== width(b)) fail(`buffers ${a} and ${b} of one width`, `${width(a)} and ${width(b)}`)
  }
  const heads = (name: string, count: number, dim: number) => {
    whole(count, 'heads', 1 << 12)
    whole(dim, 'headDim', 1 << 12)
    if (width(name) !== count * dim) fail(`buffer ${name} of ${count} heads × ${dim}`, `${width(name)}`)
  }

  const body = graph.body.map(encode)
  const head = graph.head.map(encode)
  if (width('logits') !== graph.vocab)
    fail(`buffer logits as wide as the vocabulary (${graph.vocab})`, `${width('logits')}`)
  return {
    vocab: whole(graph.vocab, 'vocab', 1 << 24),
    context: whole(context, 'context', mostContext),
    layers: whole(graph.layers, 'layers', 1 << 12, 0),
    kvHeads: whole(graph.kvHeads, 'kvHeads', 1 << 12),
    headDim: whole(graph.headDim, 'headDim', 1 << 12),
    cache: cacheCode(graph, context, cache),
    chunk,
    widths,
    logits: buffer('logits'),
    weights: matrices.list,
    vectors: vectors.list,
    rotations: [...rotations.keys()].map((list) => Float64Array.from(list)),
    places: [...places.values()],
    ops: Float64Array.from([...body, ...head].flat()),
    body: body.length,
  }
}

function cacheCode({ layers, kvHeads, headDim }: Graph, context: number, wanted?: CacheFormat): number {
  const bytes = layers * 2 * kvHeads * headDim * context * 4
  const code = caches.indexOf(wanted ?? (bytes <= plainCache ? 'f32' : 'f16'))
  return code >= 0 ? code : fail(`a cache among ${caches.join(', ')}`, String(wanted))
}

/** A list of places, each below `width`. */
function placesOf(weights: ReadonlyMap<string, Tensor>, name: string, width: number): Int32Array {
  const { dtype, shape, bytes } = weights.get(name) ?? fail(`a tensor named ${name}`, 'none')
  if (dtype.name !== 'I32' || shape.reduce((a, b) => a * b, 1) !== width)
    fail(`tensor ${name} of ${width} places in I32`, `${shape.join(' × ')} in ${dtype.name}`)
  const values = new Float32Array(width)
  dtype.decode(bytes, width, 0, width, values)
  for (const place of values) if (!(place >= 0 && place < width)) fail(`places below ${width} in ${name}`, `${place}`)
  return Int32Array.from(values)
}

/** What each matrix is for, so that a table of embeddings is not packed and a linear's bytes are not kept twice. */
function uses(graph: Graph): Map<string, { linear: boolean; lookup: boolean }> {
  const found = new Map<string, { linear: boolean; lookup: boolean }>()
  for (const op of [...graph.body, ...graph.head]) {
    if (op.op !== 'linear' && op.op !== 'embed') continue
    const use = found.get(op.weight) ?? { linear: false, lookup: false }
    found.set(op.weight, { linear: use.linear || op.op === 'linear', lookup: use.lookup || op.op === 'embed' })
  }
  return found
}

class Table {
  readonly list: NativeTensor[] = []
  private readonly index = new Map<string, number>()
  constructor(
    private readonly tensors: ReadonlyMap<string, Tensor>,
    private readonly uses: ReadonlyMap<string, { linear: boolean; lookup: boolean }>,
    private readonly vectors: boolean,
  ) {}

  /** The index of a tensor of these sizes; entered at its first use. */
  add(name: string, cols: number, rows?: number): number {
    let at = this.index.get(name)
    if (at === undefined) {
      const tensor = this.tensors.get(name) ?? fail(`a tensor named ${name}`, 'none')
      const use = this.uses.get(name) ?? { linear: false, lookup: true }
      at = this.list.push(this.vectors ? vectorTensor(tensor) : nativeTensor(tensor, use)) - 1
      this.index.set(name, at)
    }
    const found = this.list[at]
    if (found.cols !== cols || (rows !== undefined && found.rows !== rows))
      fail(`tensor ${name} of ${cols} × ${rows ?? 'any'}`, `${found.cols} × ${found.rows}`)
    return at
  }
}

function finite(value: number, what: string): number {
  return Number.isFinite(value) ? value : fail(`a finite ${what}`, String(value))
}

function whole(value: number, what: string, most: number, least = 1): number {
  if (!Number.isSafeInteger(value) || value < least || value > most)
    fail(`${what} to be a whole number of ${least} to ${most}`, String(value))
  return value
}

function fail(expected: string, found: string): never {
  throw new LutraError(
    'mismatch',
    `Expected ${expected} but found ${found}; the model file and its architecture disagree`,
  )
}
