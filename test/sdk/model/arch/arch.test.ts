import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { F16, F32, I2_S, I32, Q4_K, TQ2_0 } from '../../../../hal/dtypes/index.js'
import type { DType, Tensor } from '../../../../hal/index.js'
import { checkGraph } from '../../../../kernels/graph/check.js'
import type { Graph, Op } from '../../../../kernels/graph/graph.js'
import { sliceWeights } from '../../../../kernels/graph/slice.js'
import { buildGraph } from '../../../../sdk/model/arch/index.js'
import type { MetadataValue } from '../../../../sdk/model/model-file.js'
import { graphOf, randomArchitecture, variants } from './random-model.js'

interface Draft {
  metadata: Map<string, MetadataValue>
  tensors: Map<string, Tensor>
}

const tensor = (name: string, dtype: DType, ...shape: number[]): [string, Tensor] => [
  name,
  { name, dtype, shape, bytes: new Uint8Array(0) },
]

const floats = (name: string, values: readonly number[]): [string, Tensor] => [
  name,
  { name, dtype: F32, shape: [values.length], bytes: new Uint8Array(Float32Array.from(values).buffer) },
]
const ones = (count: number): number[] => Array(count).fill(1)

/** Places in their order, but for the first. */
const places = (name: string, count: number, first = 0): [string, Tensor] => {
  const values = Int32Array.from({ length: count }, (_, i) => (i === 0 ? first : i))
  return [name, { name, dtype: I32, shape: [count], bytes: new Uint8Array(values.buffer) }]
}

/** Width 128, 4 heads over 2 KV heads, hidden 256, 1 layer, 16 tokens. */
function draft(architecture: string, dtype: DType, own = false): Draft {
  const subNorms = architecture.startsWith('bitnet')
  const key = (name: string, value: MetadataValue): [string, MetadataValue] => [`${architecture}.${name}`, value]
  return {
    metadata: new Map<string, MetadataValue>([
      ['general.architecture', architecture],
      key('embedding_length', 128),
      key('block_count', 1),
      key('feed_forward_length', 256),
      key('attention.head_count', 4),
      key('attention.head_count_kv', 2),
      key('attention.layer_norm_rms_epsilon', 1e-5),
      key('context_length', 64),
      key('rope.freq_base', 500000),
    ]),
    tensors: new Map([
      tensor('token_embd.weight', F16, 128, 16),
      tensor('output_norm.weight', F32, 128),
      ...(own ? [tensor('output.weight', dtype, 128, 16)] : []),
      tensor('blk.0.attn_norm.weight', F32, 128),
      tensor('blk.0.attn_q.weight', dtype, 128, 128),
      tensor('blk.0.attn_k.weight', dtype, 128, 64),
      tensor('blk.0.attn_v.weight', dtype, 128, 64),
      tensor('blk.0.attn_output.weight', dtype, 128, 128),
      tensor('blk.0.ffn_norm.weight', F32, 128),
      tensor('blk.0.ffn_gate.weight', dtype, 128, 256),
      tensor('blk.0.ffn_up.weight', dtype, 128, 256),
      tensor('blk.0.ffn_down.weight', dtype, 256, 128),
      ...(subNorms
        ? [tensor('blk.0.attn_sub_norm.weight', F32, 128), tensor('blk.0.ffn_sub_norm.weight', F32, 256)]
        : []),
    ]),
  }
}

const rotation = (graph: Graph) => graph.body.find((op) => op.op === 'rope') as Extract<Op, { op: 'rope' }>
const linears = (ops: readonly Op[]) => ops.filter((op) => op.op === 'linear')

describe('architectures', () => {
  it('llama: rotary pairs, SiLU, tied head, float linears', () => {
    const graph = buildGraph(draft('llama', F16))
    expect(graph).toMatchObject({ vocab: 16, context: 64, layers: 1, kvHeads: 2, headDim: 32 })
    expect(graph.buffers).toMatchObject({ q: 128, k: 64, v: 64, h: 256, logits: 16 })
    expect(graph.body).toContainEqual(expect.objectContaining({ op: 'rope', style: 'pairs', heads: 2, magnitude: 1 }))
    expect(rotation(graph).frequencies).toEqual(Array.from({ length: 16 }, (_, i) => 500000 ** (-i / 16)))
    expect(graph.body).toContainEqual(expect.objectContaining({ op: 'gate', activation: 'silu' }))
    expect(linears(graph.body).every((op) => op.mode === 'float')).toBe(true)
    expect(linears(graph.head)).toEqual([
      { op: 'linear', in: 'n', weight: 'token_embd.weight', out: 'logits', mode: 'float' },
    ])
  })

  it('llama in I2_S is a model of int8 activations; in TQ2_0 it is not', () => {
    expect(linears(buildGraph(draft('llama', I2_S)).body).every((op) => op.mode === 'int8')).toBe(true)
    expect(linears(buildGraph(draft('llama', TQ2_0)).body).every((op) => op.mode === 'float')).toBe(true)
    expect(linears(buildGraph(draft('llama', F16, true)).head)[0].weight).toBe('output.weight')
  })

  it.each([
    ['bitnet', 'silu'],
    ['bitnet-b1.58', 'relu2'],
  ])('%s: rotary halves, sub-norms, %s, int8 in every layer, float head', (name, activation) => {
    const graph = buildGraph(draft(name, I2_S))
    expect(graph.body).toContainEqual(expect.objectContaining({ op: 'rope', style: 'halves' }))
    expect(graph.body).toContainEqual(expect.objectContaining({ op: 'gate', activation }))
    expect(graph.body.filter((op) => op.op === 'norm')).toHaveLength(4)
    expect(linears(graph.body).map((op) => op.mode)).toEqual(Array(7).fill('int8'))
    expect(linears(graph.head).map((op) => op.mode)).toEqual(['float'])
  })

  it('takes biases that the file has', () => {
    const { metadata, tensors } = draft('llama', F16)
    const bias = tensor('blk.0.attn_q.bias', F32, 128)
    const graph = buildGraph({ metadata, tensors: new Map([...tensors, bias]) })
    expect(linears(graph.body)[0]).toMatchObject({ bias: 'blk.0.attn_q.bias' })
  })
})

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

describe('a hostile file', () => {
  const spoiled: [string, string, (file: Draft) => void][] = [
    ['format', 'no architecture', (f) => f.metadata.delete('general.architecture')],
    ['unsupported', 'another architecture', (f) => f.metadata.set('general.architecture', 'mamba')],
    ['format', 'a missing key', (f) => f.metadata.delete('llama.block_count')],
    ['format', 'a text for a number', (f) => f.metadata.set('llama.block_count', 'two')],
    ['format', 'half a layer', (f) => f.metadata.set('llama.block_count', 0.5)],
    ['format', 'NaN layers', (f) => f.metadata.set('llama.block_count', Number.NaN)],
    ['format', 'no heads', (f) => f.metadata.set('llama.attention.head_count', 0)],
    ['format', 'a negative width', (f) => f.metadata.set('llama.embedding_length', -128)],
    ['limit', 'a billion layers', (f) => f.metadata.set('llama.block_count', 1e9)],
    ['limit', 'endless context', (f) => f.metadata.set('llama.context_length', 2 ** 40)],
    ['format', 'more layers than tensors', (f) => f.metadata.set('llama.block_count', 2)],
    ['mismatch', 'KV heads that do not divide', (f) => f.metadata.set('llama.attention.head_count_kv', 3)],
    ['mismatch', 'an odd rotary dimension', (f) => f.metadata.set('llama.rope.dimension_count', 31)],
    ['mismatch', 'rotary beyond the head', (f) => f.metadata.set('llama.rope.dimension_count', 64)],
    ['mismatch', 'another vocabulary size', (f) => f.metadata.set('llama.vocab_size', 17)],
    ['mismatch', 'more tokens than rows', (f) => f.metadata.set('tokenizer.ggml.tokens', Array(17).fill('a'))],
    ['unsupported', 'heads per layer', (f) => f.metadata.set('llama.attention.head_count', [4])],
    ['unsupported', 'rope scaling', (f) => f.metadata.set('llama.rope.scaling.type', 'dynamic')],
    ['unsupported', 'experts', (f) => f.metadata.set('llama.expert_count', 8)],
    ['unsupported', 'softcapping', (f) => f.metadata.set('llama.attn_logit_softcapping', 50)],
    ['unsupported', 'a logit scale', (f) => f.metadata.set('llama.logit_scale', 0.0625)],
    ['unsupported', 'a wide integer', (f) => f.metadata.set('llama.expert_count', 2n ** 60n)],
    ['unsupported', 'attention that looks ahead', (f) => f.metadata.set('llama.attention.causal', false)],
    ['unsupported', 'a recurrent layer', (f) => f.metadata.set('llama.ssm.state_size', 16)],
    ['unsupported', 'another rotary base per layer', (f) => f.metadata.set('llama.rope.freq_base_swa', 1e4)],
    ['format', 'an unknown rotary style', (f) => f.metadata.set('lutra.rope_style', 'thirds')],
    ['format', 'a negative stretch', (f) => f.metadata.set('llama.rope.scaling.factor', -4)],
    ['limit', 'an endless stretch', (f) => f.metadata.set('llama.rope.scaling.factor', 1e30)],
    ['format', 'a text for a stretch', (f) => f.metadata.set('llama.rope.scaling.factor', 'four')],
    [
      'format',
      'YaRN over nothing',
      (f) => {
        f.metadata.set('llama.rope.scaling.type', 'yarn')
        f.metadata.set('llama.rope.scaling.original_context_length', 0)
      },
    ],
    [
      'format',
      'YaRN of a base that does not turn',
      (f) => {
        f.metadata.set('llama.rope.scaling.type', 'yarn')
        f.metadata.set('llama.rope.freq_base', 1)
      },
    ],
    [
      'format',
      'YaRN with a ramp that begins nowhere',
      (f) => {
        f.metadata.set('llama.rope.scaling.type', 'yarn')
        f.metadata.set('llama.rope.scaling.yarn_beta_fast', 0)
      },
    ],
    ['format', 'LongRoPE without factors', (f) => f.metadata.set('llama.rope.scaling.type', 'longrope')],
    ['format', 'long factors without short', (f) => f.tensors.set(...floats('rope_factors_long.weight', ones(16)))],
    ['mismatch', 'too few factors', (f) => f.tensors.set(...floats('rope_freqs.weight', ones(15)))],
    ['mismatch', 'too many factors', (f) => f.tensors.set(...floats('rope_freqs.weight', ones(17)))],
    ['format', 'a factor of 0', (f) => f.tensors.set(...floats('rope_freqs.weight', [0, ...ones(15)]))],
    ['format', 'a negative factor', (f) => f.tensors.set(...floats('rope_freqs.weight', [...ones(15), -1]))],
    ['format', 'a factor NaN', (f) => f.tensors.set(...floats('rope_freqs.weight', [...ones(15), Number.NaN]))],
    ['format', 'a negative window', (f) => f.metadata.set('llama.attention.sliding_window', -1)],
    ['format', 'half a window', (f) => f.metadata.set('llama.attention.sliding_window', 2.5)],
    ['limit', 'an endless window', (f) => f.metadata.set('llama.attention.sliding_window', 2 ** 31)],
    ['unsupported', 'a pattern of windows', (f) => f.metadata.set('llama.attention.sliding_window_pattern', 6)],
    ['mismatch', 'too few places', (f) => f.tensors.set(...places('blk.0.attn_q.perm', 127))],
    ['mismatch', 'places as floats', (f) => f.tensors.set(...floats('blk.0.attn_q.perm', ones(128)))],
    ['format', 'a place twice', (f) => f.tensors.set(...places('blk.0.attn_q.perm', 128, 5))],
    ['format', 'a place beyond the columns', (f) => f.tensors.set(...places('blk.0.attn_q.perm', 128, 128))],
    ['format', 'a place before the first', (f) => f.tensors.set(...places('blk.0.attn_q.perm', 128, -1))],
    ['format', 'no embedding', (f) => f.tensors.delete('token_embd.weight')],
    ['mismatch', 'a wrong shape', (f) => f.tensors.set(...tensor('blk.0.ffn_up.weight', F16, 128, 255))],
    ['mismatch', 'a third dimension', (f) => f.tensors.set(...tensor('blk.0.ffn_up.weight', F16, 128, 256, 2))],
    ['mismatch', 'a vector for a matrix', (f) => f.tensors.set(...tensor('blk.0.ffn_up.weight', F16, 128))],
    ['unsupported', 'a tensor of another model', (f) => f.tensors.set(...tensor('rope_sizes.weight', F32, 16))],
  ]
  it.each(spoiled)('is answered %s for %s', (kind, _what, spoil) => {
    const file = draft('llama', F16)
    spoil(file)
    expect(() => buildGraph(file)).toThrow(expect.objectContaining({ name: 'LutraError', kind }))
  })

  it('gives a whole graph or a LutraError, whatever its values are', () => {
    const names = [
      ...draft('llama', F16).metadata.keys(),
      ...['rope.dimension_count', 'attention.key_length', 'attention.sliding_window', 'rope.scaling.type'].map(
        (name) => `llama.${name}`,
      ),
      ...['factor', 'attn_factor', 'original_context_length', 'yarn_beta_fast', 'yarn_beta_slow'].map(
        (name) => `llama.rope.scaling.${name}`,
      ),
    ]
    const value = fc.oneof(
      fc.constantFrom<MetadataValue>(
        0,
        1,
        2,
        3,
        4,
        8,
        16,
        32,
        64,
        128,
        256,
        -1,
        0.5,
        Number.NaN,
        2 ** 53,
        true,
        'llama',
        'yarn',
      ),
      fc.double(),
      fc.string(),
      fc.array(fc.integer()),
    )
    let graphs = 0
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 3 }), (changes) => {
        const file = draft('llama', F16)
        for (const [name, to] of changes) file.metadata.set(name, to)
        try {
          checkGraph(buildGraph(file), file.tensors)
          graphs++
        } catch (error) {
          expect(error).toMatchObject({ name: 'LutraError' })
        }
      }),
      { numRuns: 2000, seed: 1 },
    )
    expect(graphs).toBeGreaterThan(10)
  })
})
