/** GPTQ, AWQ and BitNet packs: every decoded weight is exactly scale · (code - zero), in the format that it should have. */
import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { f16ToF32, f32ToF16 } from '../../../hal/half.js'
import type { Tensor } from '../../../hal/tensor.js'
import { openGguf } from '../../../sdk/model/gguf.js'
import type { ModelFile } from '../../../sdk/model/model-file.js'
import { openModelFile } from '../../../sdk/model/open-model-file.js'
import { distance } from '../../kernels/conformance.js'
import { decoded } from '../../kernels/naive.js'
import { random } from '../../kernels/random.js'
import { bf16, f16, f32, folder, i32, type Part, removeFolders, safetensors, u8 } from './hub-folder.js'
import { configOf, hidden, hubModel, kinds } from './hub-models.js'
import { awqWords, bitnetBytes, type Codes, gptqWeight, gptqZeros } from './packing.js'
import { closeEngine, logitsOf } from './same-logits.js'
import { sharedData } from './shared-data.js'

afterAll(removeFolders)
afterAll(closeEngine)

interface Case extends Codes {
  /** The group of each column. */
  readonly group: readonly number[]
  /** [group][row], halves. */
  readonly scales: readonly (readonly number[])[]
}

function draw(next: () => number, bits: number, size: number, actOrder: boolean, zero: () => number, cols = 256): Case {
  const rows = 32
  const whole = (below: number) => Math.floor(below * next())
  const groupSize = size === -1 ? cols : size
  const group = Array.from({ length: cols }, (_, c) => Math.floor(c / groupSize))
  if (actOrder)
    for (let c = cols - 1; c > 0; c--) {
      const other = whole(c + 1)
      ;[group[c], group[other]] = [group[other], group[c]]
    }
  const lines = <T>(count: number, value: () => T) =>
    Array.from({ length: count }, () => Array.from({ length: rows }, value))
  const groups = cols / groupSize
  return {
    ...{ bits, cols, rows, group },
    codes: lines(cols, () => whole(2 ** bits)),
    zeros: lines(groups, zero),
    scales: lines(groups, () => f16ToF32(f32ToF16(0.001 + 0.02 * next()))),
  }
}

function gptqParts(module: string, it: Case, form: 'v1' | 'v2' | 'gptqmodel', withIndex = true): Part[] {
  const { cols, rows, bits } = it
  const groups = it.zeros.length
  return [
    i32(`${module}.qweight`, [(cols * bits) / 32, rows], gptqWeight(it)),
    i32(`${module}.qzeros`, [groups, (rows * bits) / 32], gptqZeros(it, form)),
    f16(`${module}.scales`, [groups, rows], it.scales.flat()),
    ...(withIndex ? [i32(`${module}.g_idx`, [cols], it.group)] : []),
  ]
}

async function openParts(parts: Part[], quantization: object): Promise<ModelFile> {
  const config = { ...configOf(kinds[0]), quantization_config: quantization }
  return openModelFile(folder({ 'config.json': config, 'model.safetensors': safetensors(parts) }))
}

/** Row after row, columns as `perm` has them. */
function expected(
  { cols, rows, codes, zeros, scales, group }: Case,
  perm: ArrayLike<number> | undefined,
): Float32Array {
  return Float32Array.from({ length: rows * cols }, (_, i) => {
    const [row, column] = [Math.floor(i / cols), perm ? perm[i % cols] : i % cols]
    return scales[group[column]][row] * (codes[column][row] - zeros[group[column]][row])
  })
}

function check(file: ModelFile, layer: number, it: Case, dtype: string): void {
  const weight = file.tensors.get(`blk.${layer}.attn_q.weight`)!
  const perm = file.tensors.get(`blk.${layer}.attn_q.perm`)
  const sorted = it.group.every((group, i) => i === 0 || it.group[i - 1] <= group)
  expect([layer, perm?.dtype.name]).toEqual([layer, sorted ? undefined : 'I32'])
  const order = perm && new Int32Array(perm.bytes.buffer)
  // Stable: by group, then by place.
  if (order) expect([...order]).toEqual(it.group.map((_, c) => c).sort((a, b) => it.group[a] - it.group[b] || a - b))
  expect([layer, weight.dtype.name, weight.shape]).toEqual([layer, dtype, [it.cols, it.rows]])
  const [mine, right] = [decoded(weight), expected(it, order)]
  expect(mine.findIndex((x, i) => x !== right[i])).toBe(-1)
}

const module = (layer: number) => `model.layers.${layer}.self_attn.q_proj`

describe.each(['v1', 'v2', 'gptqmodel'] as const)('GPTQ, zero points as in %s', (form) => {
  const config = {
    ...{ quant_method: 'gptq', bits: 4, group_size: 128, checkpoint_format: form === 'v2' ? 'gptq_v2' : 'gptq' },
    ...(form === 'gptqmodel' ? { meta: { quantizer: ['gptqmodel:2.0.0'] } } : {}),
  }

  it('bits x groups x order of columns x symmetry, exactly', async () => {
    const next = random(7)
    const cases = [2, 3, 4, 8].flatMap((bits) =>
      [-1, 32, 64, 128].flatMap((size) =>
        [false, true].flatMap((actOrder) =>
          [false, true].map((symmetric) => {
            // Version 1 cannot say 0, but can say one more than the largest code.
            const zero = () => (symmetric ? 2 ** (bits - 1) : Math.floor(next() * 2 ** bits) + (form === 'v1' ? 1 : 0))
            const it = draw(next, bits, size, actOrder && size !== -1, zero)
            const wide = size === -1 || size === 128
            const own = symmetric && (bits === 4 || bits === 8)
            return { it, dtype: own ? `Q${bits}_0` : `LZ${bits}${wide ? '' : '_32'}` }
          }),
        ),
      ),
    )
    expect(cases).toHaveLength(64)
    const file = await openParts(
      cases.flatMap(({ it }, layer) => gptqParts(module(layer), it, form)),
      config,
    )
    cases.forEach(({ it, dtype }, layer) => void check(file, layer, it, dtype))
  })
})

describe('GPTQ', () => {
  const config = { quant_method: 'gptq', bits: 4, group_size: -1, checkpoint_format: 'gptq_v2' }

  it('does without g_idx, and takes one of zeros for columns in order', async () => {
    const it = draw(random(1), 4, 32, false, () => 5)
    const zeros = i32(`${module(1)}.g_idx`, [256], new Array(256).fill(0))
    const file = await openParts(
      [...gptqParts(module(0), it, 'v2', false), ...gptqParts(module(1), it, 'v2', false), zeros],
      { ...config, group_size: 32 },
    )
    for (const layer of [0, 1]) check(file, layer, it, 'LZ4_32')
  })

  it('one group a row where 128 does not divide the columns: blocks of 32', async () => {
    const it = draw(random(2), 4, -1, false, () => 5, 160)
    check(await openParts(gptqParts(module(0), it, 'v2'), config), 0, it, 'LZ4_32')
  })

  it('scales in bf16 that are halves stay quantized; those that are not become F32, exactly', async () => {
    const it = draw(random(3), 4, 32, true, () => 8)
    const parts = (layer: number, scales: Part) => [
      ...gptqParts(module(layer), it, 'v2').filter(({ name }) => !name.endsWith('scales')),
      scales,
    ]
    const halves = it.scales.map((row) => row.map(() => 2 ** -8))
    const tiny = it.scales.map((row) => row.map(() => 1.0078125 * 2 ** -30))
    const file = await openParts(
      [
        ...parts(0, bf16(`${module(0)}.scales`, [8, 32], halves.flat())),
        ...parts(1, bf16(`${module(1)}.scales`, [8, 32], tiny.flat())),
        ...parts(2, f32(`${module(2)}.scales`, [8, 32], it.scales.flat())),
      ],
      config,
    )
    check(file, 0, { ...it, scales: halves }, 'Q4_0')
    check(file, 1, { ...it, scales: tiny }, 'F32')
    check(file, 2, it, 'Q4_0')
  })

  it('keeps biases, and reads quantize_config.json beside config.json', async () => {
    const it = draw(random(4), 4, 128, false, () => 8)
    const parts = [...gptqParts(module(0), it, 'v1'), f16(`${module(0)}.bias`, [32], new Array(32).fill(0.5))]
    const file = await openModelFile(
      folder({
        'config.json': configOf(kinds[0]),
        'quantize_config.json': { bits: 4, group_size: 128, desc_act: false, sym: true },
        'gptq_model-4bit-128g.safetensors': safetensors(parts),
      }),
    )
    check(file, 0, it, 'Q4_0')
    expect(decoded(file.tensors.get('blk.0.attn_q.bias')!)).toEqual(new Float32Array(32).fill(0.5))
  })
})

it('a model whose columns were sorted computes what the same weights in order do', async () => {
  const model = hubModel(kinds[0], 5)
  const it = draw(random(6), 4, 32, true, () => 6, hidden)
  const down = 'model.layers.1.mlp.down_proj'
  const others = model.parts.filter(({ name }) => name !== `${down}.weight`)
  const quantization = { quant_method: 'gptq', bits: 4, group_size: 32, desc_act: true, checkpoint_format: 'gptq_v2' }
  const packed = await openParts([...others, ...gptqParts(down, it, 'v2')], quantization)
  const plain = await openParts(
    [...others, f32(`${down}.weight`, [it.rows, it.cols], expected(it, undefined))],
    quantization,
  )
  expect(packed.tensors.get('blk.1.ffn_down.perm')?.shape).toEqual([hidden])
  const ids = [1, 7, 39, 3]
  const [a, b] = [await logitsOf(packed, ids), await logitsOf(plain, ids)]
  // The same products, added in another order.
  expect(distance(a, b)).toBeLessThan(1e-6)
})

describe('AWQ', () => {
  it.each([-1, 32, 64, 128])('groups of %i, exactly', async (size) => {
    const next = random(11)
    const cases = [() => 8, () => Math.floor(16 * next())].map((zero) => draw(next, 4, size, false, zero))
    const parts = cases.flatMap((it, layer) => [
      i32(`${module(layer)}.qweight`, [it.cols, it.rows / 8], awqWords(it.codes)),
      i32(`${module(layer)}.qzeros`, [it.zeros.length, it.rows / 8], awqWords(it.zeros)),
      f16(`${module(layer)}.scales`, [it.zeros.length, it.rows], it.scales.flat()),
    ])
    const config = { quant_method: 'awq', bits: 4, group_size: size, version: 'gemm', zero_point: true }
    const file = await openParts(parts, config)
    check(file, 0, cases[0], 'Q4_0')
    check(file, 1, cases[1], size === 32 || size === 64 ? 'LZ4_32' : 'LZ4')
  })
})

describe('BitNet', () => {
  it.each([
    [128, 16, { linear_class: 'autobitlinear', quantization_mode: 'offline' }, 3],
    [96, 16, {}, 1 / 3],
  ])('%i columns, %i rows, %j', async (cols, rows, how, scale) => {
    const next = random(cols)
    const trits = Array.from({ length: cols * rows }, () => Math.floor(3 * next()) - 1)
    const parts = [
      u8(`${module(0)}.weight`, [rows / 4, cols], bitnetBytes(trits, rows, cols)),
      bf16(`${module(0)}.weight_scale`, [1], [3]),
    ]
    const file = await openParts(parts, { quant_method: 'bitnet', ...how })
    const weight = file.tensors.get('blk.0.attn_q.weight')!
    expect([weight.dtype.name, weight.shape]).toEqual(['I2_S', [cols, rows]])
    expect(decoded(weight)).toEqual(Float32Array.from(trits, (trit) => Math.fround(scale) * trit))
  })

  it.for(['golden-bitnet-I2_S.gguf', 'golden-bitnet-gqa-I2_S.gguf'])(
    '%s as safetensors gives the same logits',
    async (name, context) => {
      if (!sharedData.there) return context.skip(sharedData.reason)
      const golden = await openGguf(sharedData.path('golden', name))
      const [first] = JSON.parse(readFileSync(sharedData.path('golden', 'golden-bitnet.json'), 'utf8'))
      const ids = first.ids.slice(0, 6)
      // The architecture of 2B-4T, since that is what the hub has in this form.
      const metadata = [...golden.metadata].map(
        ([key, value]) => [key.replace(/^bitnet\./, 'bitnet-b1.58.'), value] as const,
      )
      const there = { ...golden, metadata: new Map([...metadata, ['general.architecture', 'bitnet-b1.58'] as const]) }
      const right = await logitsOf(there, ids)
      const of = (key: string) => golden.metadata.get(`bitnet.${key}`)
      const config = {
        architectures: ['BitNetForCausalLM'],
        ...{ hidden_size: of('embedding_length'), intermediate_size: of('feed_forward_length') },
        ...{ num_hidden_layers: of('block_count'), max_position_embeddings: of('context_length') },
        ...{ num_attention_heads: of('attention.head_count'), num_key_value_heads: of('attention.head_count_kv') },
        ...{
          rms_norm_eps: of('attention.layer_norm_rms_epsilon'),
          rope_theta: of('rope.freq_base'),
          hidden_act: 'relu2',
        },
      }
      for (const times of [true, false]) {
        const how = times
          ? { linear_class: 'autobitlinear', quantization_mode: 'offline' }
          : { linear_class: 'bitlinear' }
        const parts = [...golden.tensors.values()].flatMap((tensor) => hubParts(tensor, times))
        const file = await openModelFile(
          folder({
            'config.json': { ...config, quantization_config: { quant_method: 'bitnet', ...how } },
            'model.safetensors': safetensors(parts),
          }),
        )
        const mine = await logitsOf(file, ids)
        if (times) expect(mine).toEqual(right)
        else expect(distance(mine, right)).toBeLessThan(1e-5)
      }
    },
  )
})

const hubNames: Readonly<Record<string, string>> = {
  ...{
    token_embd: 'embed_tokens',
    output_norm: 'norm',
    attn_norm: 'input_layernorm',
    ffn_norm: 'post_attention_layernorm',
  },
  ...{ attn_q: 'self_attn.q_proj', attn_k: 'self_attn.k_proj', attn_v: 'self_attn.v_proj' },
  ...{ attn_output: 'self_attn.o_proj', attn_sub_norm: 'self_attn.attn_sub_norm', ffn_sub_norm: 'mlp.ffn_sub_norm' },
  ...{ ffn_gate: 'mlp.gate_proj', ffn_up: 'mlp.up_proj', ffn_down: 'mlp.down_proj' },
}

/** A tensor of the golden file as the hub would have it. */
function hubParts(tensor: Tensor, times: boolean): Part[] {
  const [, layer, name] = /^(?:blk\.(\d+)\.)?(\w+)\.weight$/.exec(tensor.name)!
  const full = `model.${layer === undefined ? '' : `layers.${layer}.`}${hubNames[name]}`
  const values = decoded(tensor)
  const [cols, rows = 1] = tensor.shape
  if (tensor.dtype.name !== 'I2_S') {
    const shape = tensor.shape.length === 1 ? [cols] : [rows, cols]
    return [(tensor.dtype.name === 'F16' ? f16 : f32)(`${full}.weight`, shape, values)]
  }
  const scale = new DataView(tensor.bytes.buffer, tensor.bytes.byteOffset).getFloat32((rows * cols) / 4, true)
  const trits = Array.from(values, Math.sign)
  return [
    u8(`${full}.weight`, [rows / 4, cols], bitnetBytes(trits, rows, cols)),
    f32(`${full}.weight_scale`, [1], [times ? scale : 1 / scale]),
  ]
}
