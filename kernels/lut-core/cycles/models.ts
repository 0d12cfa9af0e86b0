/**
 * Linears of well-known models, from their published configurations (config.json on the model's page), so that they can be
 * timed without their files. Their output layers are not here: those keep 16 bits, and the host computes them.
 * after  ./whole
 */
import type { CountedLinear } from './whole.js'

export interface KnownModel {
  readonly name: string
  /** Where its sizes are published. */
  readonly source: string
  readonly linears: readonly CountedLinear[]
}

interface Sizes {
  readonly width: number
  readonly hidden: number
  readonly layers: number
  /** Width of keys and of values. */
  readonly kv: number
  readonly bits: number
  readonly segment?: number
}

/** Query and output; keys and values; gate and up; down: in each layer. */
function llama({ width, hidden, layers, kv, bits, segment }: Sizes): readonly CountedLinear[] {
  return [
    { rows: width, cols: width, count: 2 * layers, bits, segment },
    { rows: kv, cols: width, count: 2 * layers, bits, segment },
    { rows: hidden, cols: width, count: 2 * layers, bits, segment },
    { rows: width, cols: hidden, count: layers, bits, segment },
  ]
}

export const knownModels: readonly KnownModel[] = [
  {
    name: 'bitnet-2b4t',
    source: 'microsoft/bitnet-b1.58-2B-4T',
    linears: llama({ width: 2560, hidden: 6912, layers: 30, kv: 640, bits: 2 }),
  },
  {
    name: 'bitnet-3b',
    source: '1bitLLM/bitnet_b1_58-3B',
    linears: llama({ width: 3200, hidden: 8640, layers: 26, kv: 3200, bits: 2 }),
  },
  {
    name: 'tinyllama-w4',
    source: 'TinyLlama/TinyLlama-1.1B-Chat-v1.0, as if in 4 bits with a scale per 32 columns',
    linears: llama({ width: 2048, hidden: 5632, layers: 22, kv: 256, bits: 4, segment: 32 }),
  },
]
