/**
 * Is this graph whole? Buffers declared and written before they are read, widths that agree, weights that fit.
 * takes  a graph and its weights · gives  nothing; LutraError mismatch names the first op that does not fit
 * before sdk/model/arch · after every engine's compile, which may then index without looking
 */
import { fillsBlocks } from '../../hal/dtypes/index.js'
import { LutraError } from '../../hal/error.js'
import type { Tensor } from '../../hal/tensor.js'
import type { Graph, Op } from './graph.js'

export function checkGraph(graph: Graph, weights: ReadonlyMap<string, Tensor>): void {
  for (const name of ['vocab', 'context', 'layers', 'kvHeads', 'headDim'] as const) whole(graph[name], name)
  for (const [name, width] of Object.entries(graph.buffers)) whole(width, `the width of buffer ${name}`)
  const check = new Check(graph, weights)
  graph.body.forEach((op, i) => {
    check.at(op, `body ${i}`)
  })
  graph.head.forEach((op, i) => {
    check.at(op, `head ${i}`)
  })
  const last = graph.head.at(-1)
  if (!last || !('out' in last) || last.out !== 'logits' || graph.buffers.logits !== graph.vocab)
    throw new LutraError('mismatch', `Expected a head that ends by writing logits (${graph.vocab}) but it does not`)
}

function whole(value: number, what: string): void {
  if (!Number.isSafeInteger(value) || value < 1)
    throw new LutraError('mismatch', `Expected a whole number above 0 for ${what} but found ${value}`)
}

class Check {
  readonly #written = new Set<string>()
  readonly #layers = new Set<number>()
  #where = ''

  constructor(
    readonly graph: Graph,
    readonly weights: ReadonlyMap<string, Tensor>,
  ) {}

  at(op: Op, where: string): void {
    this.#where = `${where} (${op.op})`
    switch (op.op) {
      case 'embed':
        this.weight(op.weight, this.width(op.out), this.graph.vocab)
        this.number(op.scale ?? 1, 'scale')
        break
      case 'norm':
        this.same(this.read(op.in), this.width(op.out))
        this.weight(op.weight, this.part(this.width(op.out), op.heads ?? 1))
        this.number(op.eps, 'eps')
        break
      case 'gather':
        this.apart(op.in, op.out)
        this.same(this.read(op.in), this.width(op.out))
        this.places(op.weight, this.width(op.in))
        break
      case 'linear':
        this.apart(op.in, op.out)
        this.weight(op.weight, this.read(op.in), this.width(op.out))
        if (op.bias !== undefined) this.weight(op.bias, this.width(op.out))
        break
      case 'rope':
        this.same(this.read(op.buffer), op.heads * op.headDim)
        if (op.frequencies.length < 1 || 2 * op.frequencies.length > op.headDim)
          this.fail(`1 to ${op.headDim / 2} frequencies`, op.frequencies.length)
        for (const frequency of op.frequencies) this.number(frequency, 'frequency')
        this.number(op.magnitude ?? 1, 'magnitude')
        break
      case 'attention':
        this.attention(op)
        break
      case 'gate':
        this.same(this.read(op.gate), this.width(op.out))
        this.same(this.read(op.up), this.width(op.out))
        break
      case 'add':
        this.same(this.read(op.a), this.width(op.out))
        this.same(this.read(op.b), this.width(op.out))
        break
    }
    if ('out' in op) this.#written.add(op.out)
  }

  private attention(op: Extract<Op, { op: 'attention' }>): void {
    if (this.#where.startsWith('head')) this.fail('attention in the body, where every token passes', 'it in the head')
    const { kvHeads, headDim, layers } = this.graph
    if (op.kvHeads !== kvHeads || op.headDim !== headDim)
      this.fail(`${kvHeads} KV heads of ${headDim}`, `${op.kvHeads} of ${op.headDim}`)
    if (!Number.isInteger(op.heads) || op.heads < 1 || op.heads % kvHeads !== 0)
      this.fail(`heads in groups of ${kvHeads}`, op.heads)
    if (!Number.isInteger(op.layer) || op.layer < 0 || op.layer >= layers || this.#layers.has(op.layer))
      this.fail(`one attention for each layer below ${layers}`, `layer ${op.layer}`)
    this.#layers.add(op.layer)
    for (const from of [op.q, op.k, op.v]) this.apart(from, op.out)
    this.same(this.read(op.q), op.heads * headDim)
    this.same(this.read(op.k), kvHeads * headDim)
    this.same(this.read(op.v), kvHeads * headDim)
    this.same(this.width(op.out), op.heads * headDim)
    this.number(op.scale, 'scale')
    const { window = 1 } = op
    if (!Number.isSafeInteger(window) || window < 1) this.fail('a window of whole tokens, at least one', window)
  }

  /** The width of each of `parts` equal parts. */
  private part(width: number, parts: number): number {
    if (!Number.isInteger(parts) || parts < 1 || width % parts !== 0) this.fail(`parts that divide ${width}`, parts)
    return width / parts
  }

  private width(name: string): number {
    const width = Object.hasOwn(this.graph.buffers, name) ? this.graph.buffers[name] : undefined
    return width ?? this.fail('a declared buffer', JSON.stringify(name))
  }

  private read(name: string): number {
    const width = this.width(name)
    if (!this.#written.has(name)) this.fail('a buffer that an earlier op wrote', JSON.stringify(name))
    return width
  }

  private apart(from: string, out: string): void {
    if (from === out) this.fail('another buffer for out than for in', JSON.stringify(out))
  }

  private same(found: number, expected: number): void {
    if (found !== expected) this.fail(`a width of ${expected}`, found)
  }

  private number(value: number, what: string): void {
    if (!Number.isFinite(value)) this.fail(`a finite ${what}`, value)
  }

  private weight(name: string, ...shape: number[]): void {
    const tensor = this.weights.get(name) ?? this.fail('a weight', JSON.stringify(name))
    // Writers may leave dimensions of 1 at the end.
    if (tensor.shape.length < shape.length || !tensor.shape.every((dim, i) => dim === (shape[i] ?? 1)))
      this.fail(`${name} of ${shape.join(' x ')}`, tensor.shape.join(' x '))
    const { dtype } = tensor
    if (!fillsBlocks(dtype, shape))
      this.fail(`${name} in whole ${dtype.name} blocks of ${dtype.block}`, shape.join(' x '))
  }

  private places(name: string, width: number): void {
    this.weight(name, width)
    const { dtype, bytes } = this.weights.get(name) as Tensor
    if (dtype.name !== 'I32') this.fail(`${name} in I32`, dtype.name)
    const places = new Float32Array(width)
    dtype.decode(bytes, width, 0, width, places)
    for (const place of places) if (!(place >= 0 && place < width)) this.fail(`places of 0 to ${width - 1}`, place)
  }

  private fail(expected: string, found: unknown): never {
    throw new LutraError('mismatch', `Expected ${expected} in op ${this.#where} but found ${String(found)}`)
  }
}
