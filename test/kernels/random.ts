/**
 * Random numbers, tensors and whole small models from a seed.
 * gives  tensors of every number format, with valid scales; models through the same door as files (buildGraph)
 */
import type { DType } from '../../hal/dtype.js'
import { F32, tensorBytes } from '../../hal/dtypes/index.js'
import { f32ToBf16, f32ToF16 } from '../../hal/half.js'
import type { Tensor } from '../../hal/tensor.js'
import type { Graph } from '../../kernels/graph/graph.js'
import { buildGraph } from '../../sdk/model/arch/index.js'
import type { MetadataValue } from '../../sdk/model/model-file.js'
import { randomVq } from './random-vq.js'

/** Uniform in [0, 1), the same sequence for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Roughly normal: the sum of four uniforms, spread 1. */
export function normal(next: () => number): number {
  return (next() + next() + next() + next() - 2) * Math.sqrt(3)
}

/** Where a block keeps its half-precision scale; formats with a tail keep one float32 there. */
const scalesAt: Readonly<Record<string, readonly number[]>> = {
  ...{ Q8_0: [0], Q4_0: [0], TQ1_0: [52], TQ2_0: [64] },
  ...{ Q2_K: [80, 82], Q3_K: [108], Q4_K: [0, 2], Q5_K: [0, 2], Q6_K: [208] },
  ...{ Q1_0: [0], Q2_0: [0], LU1: [16, 18], LU2: [32, 34], LU3: [48, 50], LU4: [64, 66] },
  ...{ Q4_1: [0, 2], Q5_0: [0], Q5_1: [0, 2], IQ4_NL: [0], IQ4_XS: [0] },
  ...{ IQ1_S: [0], IQ2_XXS: [0], IQ2_XS: [0], IQ2_S: [0], IQ3_XXS: [0], IQ3_S: [0] },
  ...{ LZ2: [0], LZ3: [0], LZ4: [0], LZ8: [0], LZ2_32: [0], LZ3_32: [0], LZ4_32: [0], LZ8_32: [0] },
}

/** How large codes of a format are, so that weights come out near `spread`. */
const codeSize: Readonly<Record<string, number>> = {
  ...{ Q8_0: 73, Q4_0: 4.6 },
  ...{ Q2_K: 16, Q3_K: 42, Q4_K: 330, Q5_K: 660, Q6_K: 1400 },
  ...{ Q1_0: 1, Q2_0: 1, LU1: 1.5, LU2: 2.5, LU3: 5, LU4: 9 },
  ...{ Q4_1: 9, Q5_0: 9, Q5_1: 17, IQ4_NL: 70, IQ4_XS: 1300, MXFP4: 6, NVFP4: 6 },
  ...{ IQ1_S: 6, IQ1_M: 6, IQ2_XXS: 60, IQ2_XS: 60, IQ2_S: 60, IQ3_XXS: 130, IQ3_S: 150 },
  ...{ LZ2: 1.4, LZ3: 2.5, LZ4: 4.6, LZ8: 73, LZ2_32: 1.4, LZ3_32: 2.5, LZ4_32: 4.6, LZ8_32: 73 },
}

/**
 * A random tensor, cols × rows, weights of about `spread`. `fill` sets every byte of the codes instead: 0x00 and 0xaa
 * are all -1 and all +1 in two-bit formats, 0xff is their code 3.
 */
export function randomTensor(
  name: string,
  dtype: DType,
  shape: readonly number[],
  next: () => number,
  spread = 1,
  fill?: number,
): Tensor {
  const total = shape.reduce((a, b) => a * b, 1)
  if (dtype.codebooks) return randomVq(name, dtype, shape, next, spread)
  const bytes = new Uint8Array(tensorBytes(dtype, total))
  const view = new DataView(bytes.buffer)
  if (dtype.block === 1) {
    for (let i = 0; i < total; i++) {
      const value = normal(next) * spread
      if (dtype.name === 'F32') view.setFloat32(4 * i, value, true)
      else view.setUint16(2 * i, dtype.name === 'F16' ? f32ToF16(value) : f32ToBf16(value), true)
    }
    return { name, dtype, shape, bytes }
  }
  for (let i = 0; i < bytes.length; i++) bytes[i] = fill ?? (dtype.ternary ? ternaryByte(dtype, next) : next() * 256)
  const scale = () => (spread * (0.5 + next())) / (codeSize[dtype.name] ?? 0.8)
  const blocks = total / dtype.block
  if (dtype.tailBytes > 0) {
    bytes.fill(0, blocks * dtype.blockBytes)
    view.setFloat32(blocks * dtype.blockBytes, scale(), true)
  } else
    for (let b = 0; b < blocks; b++) {
      const from = b * dtype.blockBytes
      for (const at of scalesAt[dtype.name] ?? []) view.setUint16(from + at, f32ToF16(scale()), true)
      // Scales of other kinds: a power of two, four E4M3, a half spread over four words; and a whole zero point.
      if (dtype.name === 'MXFP4') view.setUint8(from, Math.round(128 + Math.log2(scale())))
      if (dtype.name === 'NVFP4')
        for (let i = 0; i < 4; i++) view.setUint8(from + i, 64 + 8 * Math.log2(scale()) + next() * 8)
      if (dtype.name === 'IQ1_M') {
        const half = f32ToF16(scale())
        for (let i = 0; i < 4; i++)
          view.setUint8(from + 49 + 2 * i, (view.getUint8(from + 49 + 2 * i) & 15) | (((half >> (4 * i)) & 15) << 4))
      }
      if (dtype.name.startsWith('LZ')) view.setUint16(from + 2, next() * (2 ** Number(dtype.name[2]) + 1), true)
    }
  return { name, dtype, shape, bytes }
}

function ternaryByte(dtype: DType, next: () => number): number {
  if (dtype.name === 'TQ1_0') return next() * 256
  const code = () => Math.floor(next() * 3)
  return code() | (code() << 2) | (code() << 4) | (code() << 6)
}

export interface ModelShape {
  readonly architecture: 'llama' | 'bitnet' | 'bitnet-b1.58'
  /** Of the linears in the layers. */
  readonly dtype: DType
  /** Instead, for types that are made for a width. */
  readonly dtypeOf?: (cols: number, rows: number) => DType
  /** Of embedding and head. */
  readonly outer: DType
  readonly vocab: number
  readonly width: number
  readonly hidden: number
  readonly heads: number
  readonly kvHeads: number
  readonly layers: number
  readonly context: number
  readonly tied: boolean
  readonly bias?: DType
}

export interface Model {
  readonly graph: Graph
  readonly tensors: ReadonlyMap<string, Tensor>
}

export function randomModel(shape: ModelShape, seed: number): Model {
  const { architecture, dtype, outer, vocab, width, hidden, heads, kvHeads, layers, context } = shape
  const next = random(seed)
  const tensors = new Map<string, Tensor>()
  const put = (name: string, type: DType, dims: readonly number[], spread: number) =>
    tensors.set(name, randomTensor(name, type, dims, next, spread))
  const gain = (name: string, size: number) => {
    const bytes = new Uint8Array(size * 4)
    const values = new Float32Array(bytes.buffer)
    for (let i = 0; i < size; i++) values[i] = 0.5 + next()
    tensors.set(name, { name, dtype: F32, shape: [size], bytes })
  }
  const linear = (name: string, cols: number, rows: number) => {
    put(`${name}.weight`, shape.dtypeOf?.(cols, rows) ?? dtype, [cols, rows], 1 / Math.sqrt(cols))
    if (shape.bias) put(`${name}.bias`, shape.bias, [rows], 0.3)
  }
  const kvWidth = (width / heads) * kvHeads
  put('token_embd.weight', outer, [width, vocab], 1)
  gain('output_norm.weight', width)
  if (!shape.tied) put('output.weight', outer, [width, vocab], 1 / Math.sqrt(width))
  for (let layer = 0; layer < layers; layer++) {
    const blk = `blk.${layer}`
    gain(`${blk}.attn_norm.weight`, width)
    gain(`${blk}.ffn_norm.weight`, width)
    linear(`${blk}.attn_q`, width, width)
    linear(`${blk}.attn_k`, width, kvWidth)
    linear(`${blk}.attn_v`, width, kvWidth)
    linear(`${blk}.attn_output`, width, width)
    linear(`${blk}.ffn_gate`, width, hidden)
    linear(`${blk}.ffn_up`, width, hidden)
    linear(`${blk}.ffn_down`, hidden, width)
    if (architecture === 'llama') continue
    gain(`${blk}.attn_sub_norm.weight`, width)
    gain(`${blk}.ffn_sub_norm.weight`, hidden)
  }
  const metadata = new Map<string, MetadataValue>([
    ['general.architecture', architecture],
    ...Object.entries({
      embedding_length: width,
      block_count: layers,
      feed_forward_length: hidden,
      'attention.head_count': heads,
      'attention.head_count_kv': kvHeads,
      'attention.layer_norm_rms_epsilon': 1e-5,
      context_length: context,
    }).map(([key, value]): [string, MetadataValue] => [`${architecture}.${key}`, value]),
  ])
  return { graph: buildGraph({ metadata, tensors }), tensors }
}
