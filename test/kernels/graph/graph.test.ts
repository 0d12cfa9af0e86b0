import { describe, expect, it } from 'vitest'
import { F32, LT2 } from '../../../hal/dtypes/index.js'
import type { Tensor } from '../../../hal/tensor.js'
import { checkGraph } from '../../../kernels/graph/check.js'
import type { Graph, Op } from '../../../kernels/graph/graph.js'
import { shareInputs } from '../../../kernels/graph/rewrite.js'
import { type ModelShape, randomModel } from '../random.js'

const shape: ModelShape = {
  architecture: 'bitnet',
  dtype: LT2,
  outer: F32,
  vocab: 20,
  width: 32,
  hidden: 48,
  heads: 4,
  kvHeads: 2,
  layers: 2,
  context: 16,
  tied: true,
}
const { graph, tensors } = randomModel(shape, 1)

/** The graph with the first op of a kind in the body changed. */
function change(kind: Op['op'], fields: Record<string, unknown>): Graph {
  const at = graph.body.findIndex((op) => op.op === kind)
  return { ...graph, body: graph.body.map((op, i) => (i === at ? ({ ...op, ...fields } as Op) : op)) }
}

describe('checkGraph', () => {
  it('takes every architecture as it is built', () => {
    expect(() => checkGraph(graph, tensors)).not.toThrow()
    const llama = randomModel({ ...shape, architecture: 'llama', tied: false, bias: F32 }, 1)
    expect(() => checkGraph(llama.graph, llama.tensors)).not.toThrow()
  })

  const spoiled: [string, Graph][] = [
    ['no layers', { ...graph, layers: 0 }],
    ['half a context', { ...graph, context: 1.5 }],
    ['a buffer without width', { ...graph, buffers: { ...graph.buffers, q: 0 } }],
    ['logits of another width', { ...graph, buffers: { ...graph.buffers, logits: 21 } }],
    ['no head', { ...graph, head: [] }],
    ['a head without logits', { ...graph, head: graph.head.slice(0, 1) }],
    ['reading before writing', { ...graph, body: graph.body.slice(1) }],
    ['an undeclared buffer', change('norm', { out: 'nowhere' })],
    ['a buffer named like a method', change('norm', { out: 'constructor' })],
    ['an absent weight', change('linear', { weight: 'blk.9.attn_q.weight' })],
    ['a weight of another shape', change('linear', { weight: 'blk.0.attn_k.weight' })],
    ['a bias of another shape', change('linear', { bias: 'blk.0.ffn_sub_norm.weight' })],
    ['a linear onto its input', change('linear', { out: 'n', weight: 'blk.0.attn_q.weight' })],
    ['a rotation of nothing', change('rope', { frequencies: [] })],
    ['a rotation beyond the head', change('rope', { frequencies: [1, 1, 1, 1, 1] })],
    ['an endless frequency', change('rope', { frequencies: [1, Number.POSITIVE_INFINITY] })],
    ['a magnitude that is no number', change('rope', { magnitude: Number.NaN })],
    ['a window of nothing', change('attention', { window: 0 })],
    ['half a window', change('attention', { window: 1.5 })],
    ['a norm of parts that do not fill the buffer', change('norm', { heads: 3 })],
    ['a norm of parts with a weight of the whole', change('norm', { heads: 2 })],
    ['heads that do not fill the buffer', change('rope', { heads: 3 })],
    ['a layer too many', change('attention', { layer: 2 })],
    ['a layer twice', change('attention', { layer: 1 })],
    ['heads that do not group', change('attention', { heads: 3 })],
    ['another number of KV heads', change('attention', { kvHeads: 4 })],
    ['attention onto its input', change('attention', { out: 'q' })],
    ['adding other widths', change('add', { b: 'q', a: 'k' })],
    ['gating other widths', change('gate', { up: 'x' })],
    ['a scale that is no number', change('attention', { scale: Number.NaN })],
  ]
  it.each(spoiled)('refuses %s', (_what, spoil) => {
    expect(() => checkGraph(spoil, tensors)).toThrow(expect.objectContaining({ name: 'LutraError', kind: 'mismatch' }))
  })

  it('refuses rows that do not fill blocks', () => {
    const odd = new Map<string, Tensor>(tensors)
    const query = tensors.get('blk.0.attn_q.weight') as Tensor
    odd.set(query.name, { ...query, dtype: { ...LT2, block: 128, tailBytes: 0 } })
    expect(() => checkGraph(graph, odd)).toThrow(/whole LT2 blocks/)
  })
})

describe('shareInputs', () => {
  it('joins q, k, v and gate, up, and leaves the rest', () => {
    const joined = shareInputs(graph).body.flatMap((op) => (op.op === 'linears' ? [op.to.map(({ out }) => out)] : []))
    expect(joined).toEqual([['q', 'k', 'v'], ['o'], ['g', 'u'], ['o'], ['q', 'k', 'v'], ['o'], ['g', 'u'], ['o']])
    expect(shareInputs(graph).head.at(-1)).toMatchObject({ op: 'linears', mode: 'float' })
  })

  const linear = (from: string, out: string, mode: 'int8' | 'float' = 'int8'): Op => ({
    op: 'linear',
    in: from,
    weight: out,
    out,
    mode,
  })
  const norm = (from: string, out: string): Op => ({ op: 'norm', in: from, weight: 'w', out, eps: 0 })
  const groups = (...body: Op[]) =>
    shareInputs({ ...graph, body }).body.map((op) => (op.op === 'linears' ? op.to.map(({ out }) => out).join() : op.op))

  it('moves a linear only past ops that it does not touch', () => {
    expect(groups(linear('n', 'q'), norm('q', 'p'), linear('n', 'k'))).toEqual(['q,k', 'norm'])
    expect(groups(linear('n', 'q'), norm('k', 'p'), linear('n', 'k'))).toEqual(['q', 'norm', 'k'])
    expect(groups(linear('n', 'q'), norm('p', 'k'), linear('n', 'k'))).toEqual(['q', 'norm', 'k'])
    expect(groups(linear('n', 'q'), norm('p', 'n'), linear('n', 'k'))).toEqual(['q', 'norm', 'k'])
    expect(groups(linear('n', 'q'), linear('n', 'q'))).toEqual(['q,q'])
    expect(groups(linear('n', 'q'), linear('n', 'k', 'float'), linear('n', 'v'))).toEqual(['q,v', 'k'])
  })

  it('keeps the bias', () => {
    const shared = shareInputs({ ...graph, body: [{ ...linear('n', 'q'), bias: 'b' } as Op] })
    expect(shared.body[0]).toMatchObject({ to: [{ weight: 'q', out: 'q', bias: 'b' }] })
  })
})
