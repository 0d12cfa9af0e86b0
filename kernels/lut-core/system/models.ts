/**
 * Models as data, and the linears of one of their layers.
 * after  ./layer, ./precompute, ../cycles/models
 */

export interface ModelShape {
  readonly name: string
  readonly layers: number
  readonly hidden: number
  readonly feedForward: number
  readonly heads: number
  readonly kvHeads: number
  /** Gate and up, as in LLaMA; else one matrix up. */
  readonly gated: boolean
  readonly vocabulary: number
  readonly source: string
}

export const bitnet3b: ModelShape = {
  name: 'BitNet-3B',
  layers: 26,
  hidden: 3200,
  feedForward: 8640,
  heads: 32,
  kvHeads: 32,
  gated: true,
  vocabulary: 32000,
  source: 'BitNet b1.58 (arXiv 2402.17764): the 3B model; LLAMA-3B of the same paper has the same shapes',
}

export const opt175b: ModelShape = {
  name: 'OPT-175B',
  layers: 96,
  hidden: 12288,
  feedForward: 49152,
  heads: 96,
  kvHeads: 96,
  gated: false,
  vocabulary: 50272,
  source: 'OPT (arXiv 2205.01068), table 1',
}

export const bloom176b: ModelShape = {
  name: 'BLOOM-176B',
  layers: 70,
  hidden: 14336,
  feedForward: 57344,
  heads: 112,
  kvHeads: 112,
  gated: false,
  vocabulary: 250880,
  source: 'BLOOM (arXiv 2211.05100), table 3',
}

export const llama2x70b: ModelShape = {
  name: 'LLAMA2-70B',
  layers: 80,
  hidden: 8192,
  feedForward: 28672,
  heads: 64,
  kvHeads: 8,
  gated: true,
  vocabulary: 32000,
  source: 'Llama 2 (arXiv 2307.09288), 70B with grouped-query attention',
}

export const bitnet2b: ModelShape = {
  name: 'BitNet-2B-4T',
  layers: 30,
  hidden: 2560,
  feedForward: 6912,
  heads: 20,
  kvHeads: 5,
  gated: true,
  vocabulary: 128256,
  source: 'BitNet b1.58 2B4T (arXiv 2504.12285), its config.json',
}

export const tinyLlama: ModelShape = {
  name: 'TinyLlama-1.1B',
  layers: 22,
  hidden: 2048,
  feedForward: 5632,
  heads: 32,
  kvHeads: 4,
  gated: true,
  vocabulary: 32000,
  source: 'TinyLlama (arXiv 2401.02385), its config.json',
}

/** The linears of a layer that share an input, as one matrix of `rows` outputs and `cols` inputs. */
export interface LayerLinear {
  readonly name: 'qkv' | 'o' | 'up' | 'down'
  readonly rows: number
  readonly cols: number
  /** Rows of each of the model's own linears that it joins. */
  readonly parts: readonly number[]
}

/** q, k and v are one matrix, gate and up too. */
export function linearsOf({ hidden, feedForward, heads, kvHeads, gated }: ModelShape): readonly LayerLinear[] {
  const kv = (hidden / heads) * kvHeads
  return [
    joined('qkv', hidden, hidden, kv, kv),
    joined('o', hidden, hidden),
    gated ? joined('up', hidden, feedForward, feedForward) : joined('up', hidden, feedForward),
    joined('down', feedForward, hidden),
  ]
}

function joined(name: LayerLinear['name'], cols: number, ...parts: number[]): LayerLinear {
  return { name, rows: parts.reduce((sum, rows) => sum + rows, 0), cols, parts }
}
