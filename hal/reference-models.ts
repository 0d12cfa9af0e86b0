/**
 * Three models to hold boards against, as the shapes that one token passes: the pilot, BitNet b1.58 2B4T, a 1B in 4 bits.
 * gives  bytes per token, counted like a plan's · after ./ceilings
 * The shapes are the published configurations'; a test holds the pilot's against its file.
 */

import type { DType } from './dtype.js'
import { F16, F32, I2_S, Q4_0, Q6_K, TQ2_0, tensorBytes } from './dtypes/index.js'
import { bytesPerToken, type OpShape } from './shapes.js'

export interface ReferenceModel {
  readonly name: string
  readonly title: string
  /** Weight bytes that decoding one token reads. */
  readonly bytesPerToken: number
  readonly shapes: readonly OpShape[]
  readonly source: string
}

/** A decoder-only transformer with grouped heads and a head tied to the embedding, which a token reads whole. */
interface Config {
  readonly layers: number
  readonly width: number
  readonly hidden: number
  /** Width of keys and of values. */
  readonly kvWidth: number
  readonly vocab: number
  readonly linears: DType
  readonly head: DType
  /** Widths of the norms of one layer. */
  readonly norms: readonly number[]
}

const pilot: Config = {
  layers: 5,
  width: 256,
  hidden: 512,
  kvWidth: 256,
  vocab: 768,
  linears: I2_S,
  head: Q6_K,
  norms: [256, 256, 256, 512],
}

const bitnet2b: Config = {
  layers: 30,
  width: 2560,
  hidden: 6912,
  kvWidth: 640,
  vocab: 128256,
  linears: I2_S,
  head: F16,
  norms: [2560, 2560, 2560, 6912],
}

const llama1b: Config = {
  layers: 16,
  width: 2048,
  hidden: 8192,
  kvWidth: 512,
  vocab: 128256,
  linears: Q4_0,
  head: Q4_0,
  norms: [2048, 2048],
}

export const referenceModels: readonly ReferenceModel[] = [
  model('pilot', 'the embedded pilot, I2_S, head in Q6_K', pilot, 'sdk/pilot/pilot.gguf'),
  model(
    'bitnet-2b4t-i2_s',
    'BitNet b1.58 2B4T, I2_S, head in F16',
    bitnet2b,
    'config.json of microsoft/bitnet-b1.58-2B-4T (tied embeddings)',
  ),
  model(
    'bitnet-2b4t-tq2_0',
    'BitNet b1.58 2B4T, TQ2_0, head in F16',
    { ...bitnet2b, linears: TQ2_0 },
    'config.json of microsoft/bitnet-b1.58-2B-4T (tied embeddings)',
  ),
  model(
    'llama-1b-q4_0',
    'Llama 3.2 1B, all in Q4_0',
    llama1b,
    'config.json of meta-llama/Llama-3.2-1B (tied embeddings)',
  ),
]

function model(name: string, title: string, config: Config, source: string): ReferenceModel {
  const shapes = shapesOf(config)
  return { name, title, bytesPerToken: bytesPerToken(shapes), shapes, source }
}

function shapesOf({ layers, width, hidden, kvWidth, vocab, linears, head, norms }: Config): readonly OpShape[] {
  return [
    shape('embed', head, width, vocab, 1),
    ...norms.map((size) => shape('norm', F32, size, 1, layers)),
    shape('linear', linears, width, width, 2 * layers), // query, output
    shape('linear', linears, width, kvWidth, 2 * layers), // key, value
    shape('linear', linears, width, hidden, 2 * layers), // gate, up
    shape('linear', linears, hidden, width, layers), // down
    shape('norm', F32, width, 1, 1),
    shape('linear', head, width, vocab, 1),
  ]
}

function shape(op: string, dtype: DType, cols: number, rows: number, count: number): OpShape {
  return { op, dtype: dtype.name, cols, rows, bytes: tensorBytes(dtype, cols * rows), count }
}
