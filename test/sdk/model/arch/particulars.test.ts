/** What single architectures read beside the common keys: windows, patterns, factors, fused matrices. */
import { describe, expect, it } from 'vitest'
import { F32, I2_S, Q4_K } from '../../../../hal/dtypes/index.js'
import type { DType, Tensor } from '../../../../hal/index.js'
import { checkGraph } from '../../../../kernels/graph/check.js'
import type { Graph } from '../../../../kernels/graph/graph.js'
import { sliceWeights } from '../../../../kernels/graph/slice.js'
import type { MetadataValue } from '../../../../sdk/model/model-file.js'
import { graphOf, randomArchitecture, variants } from './random-model.js'

const tensor = (name: string, dtype: DType, ...shape: number[]): [string, Tensor] => [
  name,
  { name, dtype, shape, bytes: new Uint8Array(0) },
]

describe('what architectures read of their own', () => {
  const made = new Map<string, ReturnType<typeof randomArchitecture>>()
  const file = (name: string, changes: (f: ReturnType<typeof randomArchitecture>) => void = () => {}) => {
    const base = made.get(name) ?? randomArchitecture(variants[name])
    made.set(name, base)
    const copy = { metadata: new Map(base.metadata), tensors: new Map(base.tensors) }
    changes(copy)
    return copy
  }
  const attentions = (graph: Graph) => graph.body.flatMap((op) => (op.op === 'attention' ? [op] : []))
  const ropes = (graph: Graph) => graph.body.flatMap((op) => (op.op === 'rope' ? [op] : []))

  it('gemma3: windows and a base of their own on five of six layers', () => {
    const graph = graphOf(file('gemma3'))
    expect(attentions(graph).map(({ window }) => window)).toEqual([9, 9, 9, 9, 9, undefined, 9])
    const slowest = ropes(graph).map(({ frequencies }) => frequencies.at(-1) as number)
    expect(slowest[0]).toBeCloseTo(10_000 ** (-46 / 48), 12)
    expect(slowest[10]).toBeCloseTo(1e6 ** (-46 / 48) / 8, 12)
    expect(graph.body[0]).toMatchObject({ op: 'embed', scale: Math.sqrt(128) })
    expect(attentions(graph)[0].scale).toBe(1 / Math.sqrt(48))
    expect(attentions(graphOf(file('gemma3-27b')))[0].scale).toBe(1 / Math.sqrt(8))
  })

  it.each<[string, MetadataValue, (number | undefined)[]]>([
    ['every second', 2, [9, undefined, 9, undefined, 9, undefined, 9]],
    ['none', 1, Array(7).fill(undefined)],
    ['a list', [true, false, false, true, true, true, true], [9, undefined, undefined, 9, 9, 9, 9]],
  ])('gemma3: windows on %s', (_what, pattern, windows) => {
    const graph = graphOf(file('gemma3', (f) => f.metadata.set('gemma3.attention.sliding_window_pattern', pattern)))
    expect(attentions(graph).map(({ window }) => window)).toEqual(windows)
  })

  it.each<[string, string, MetadataValue]>([
    ['format', 'a pattern of 0', 0],
    ['format', 'a negative pattern', -6],
    ['limit', 'an endless pattern', 1e6],
    ['format', 'a list of another length', [true]],
    ['format', 'a list of numbers', [1, 1, 1, 1, 1, 0, 1]],
    ['unsupported', 'a packed list', Int32Array.of(1, 1, 1, 1, 1, 0, 1)],
  ])('gemma3 answers %s for %s', (kind, _what, pattern) => {
    const draft = file('gemma3', (f) => f.metadata.set('gemma3.attention.sliding_window_pattern', pattern))
    expect(() => graphOf(draft)).toThrow(expect.objectContaining({ name: 'LutraError', kind }))
  })

  it('gemma3 with softcapping, or YaRN, is unsupported', () => {
    for (const [key, value] of [
      ['gemma3.final_logit_softcapping', 30],
      ['gemma3.rope.scaling.type', 'yarn'],
    ] as const)
      expect(() => graphOf(file('gemma3', (f) => f.metadata.set(key, value)))).toThrow(
        expect.objectContaining({ kind: 'unsupported' }),
      )
  })

  it('gemma3: a scale of scores that the file says goes before the usual one', () => {
    const graph = (scale: MetadataValue) =>
      graphOf(file('gemma3', (f) => f.metadata.set('gemma3.attention.scale', scale)))
    expect(attentions(graph(0.25))[0].scale).toBe(0.25)
    expect(attentions(graph(0))[0].scale).toBe(1 / Math.sqrt(48))
    expect(() => graph(-1)).toThrow(expect.objectContaining({ kind: 'format' }))
    expect(() => graph(1e9)).toThrow(expect.objectContaining({ kind: 'limit' }))
  })

  it('qwen: a window where the file has one', () => {
    const graph = graphOf(file('qwen2', (f) => f.metadata.set('qwen2.attention.sliding_window', 32)))
    expect(attentions(graph).map(({ window }) => window)).toEqual([32, 32, 32])
  })

  it('windows as long as the context are none, and so is 0', () => {
    for (const window of [0, 256, 262_144]) {
      const graph = graphOf(file('phi3', (f) => f.metadata.set('phi3.attention.sliding_window', window)))
      expect(attentions(graph)[0]).not.toHaveProperty('window')
    }
  })

  it('LongRoPE: short factors for a context up to the original one, which the graph then keeps to', () => {
    const { metadata, tensors } = file('phi3-short')
    const of = (context?: number) => graphOf({ metadata, tensors }, context)
    expect([of(1), of(256), of(257), of()].map(({ context }) => context)).toEqual([256, 256, 1024, 1024])
    expect(ropes(of(256))[0].frequencies[4]).toBeCloseTo(10_000 ** (-8 / 32) / 1.2, 6)
    expect(ropes(of(257))[0].frequencies[4]).toBeCloseTo(10_000 ** (-8 / 32) / (1 + 16 / 12), 6)
    expect(ropes(of(256))[0].magnitude).toBeCloseTo(1.19, 6)
  })

  it('phi3: fused matrices are cut into rows', () => {
    const draft = file('phi3')
    const graph = graphOf(draft)
    const { slices = {} } = graph
    expect(slices['blk.1.attn_qkv.weight[128:192]']).toEqual({ weight: 'blk.1.attn_qkv.weight', from: 128, rows: 64 })
    expect(Object.keys(slices)).toHaveLength(3 * 5)
    const whole = draft.tensors.get('blk.1.attn_qkv.weight') as Tensor
    const inFile = new Map(draft.tensors).set(whole.name, { ...whole, file: { path: 'model', offset: 1000 } })
    const cut = sliceWeights(graph, inFile).get('blk.1.attn_qkv.weight[128:192]')
    expect(cut?.file).toEqual({ path: 'model', offset: 1000 + 128 * 512 })
    expect(cut?.bytes).toEqual(whole.bytes.subarray(128 * 512, 192 * 512))
  })

  it('cuts rows of blocks, and refuses to cut where blocks run on over rows', () => {
    const graph = { slices: { part: { weight: 'whole', from: 1, rows: 2 } } }
    const whole = (dtype: DType, cols: number) => new Map([tensor('whole', dtype, cols, 4)])
    const inFile = new Map([['whole', { ...tensor('whole', Q4_K, 512, 4)[1], file: { path: 'model', offset: 0 } }]])
    expect(sliceWeights(graph, inFile).get('part')).toMatchObject({ shape: [512, 2], file: { offset: 2 * 144 } })
    for (const tensors of [whole(I2_S, 128), whole(Q4_K, 128)])
      expect(() => sliceWeights(graph, tensors)).toThrow(expect.objectContaining({ kind: 'unsupported' }))
    const { slices } = { slices: { part: { weight: 'whole', from: 3, rows: 2 } } }
    expect(() => sliceWeights({ slices }, whole(F32, 8))).toThrow(expect.objectContaining({ kind: 'mismatch' }))
    expect(() => sliceWeights(graph, new Map())).toThrow(expect.objectContaining({ kind: 'mismatch' }))
  })

  it('builds whole graphs of all of them', () => {
    for (const { architecture, ...variant } of Object.values(variants)) {
      const draft = randomArchitecture({ ...variant, architecture, width: 32, hidden: 32, layers: 2 })
      const graph = graphOf(draft)
      expect(() => checkGraph(graph, sliceWeights(graph, draft.tensors))).not.toThrow()
    }
  })
})
