/**
 * Small models of many layers, made only to be asked which tensor gets which format: rows are two, values nothing.
 * The same models went through llama-quantize for mixtures.json (mixture.test.ts tells how).
 */
import { F32 } from '../../../../hal/dtypes/index.js'
import { GgufFloat, writeGguf } from '../../../../sdk/model/gguf-writer.js'
import type { MetadataValue } from '../../../../sdk/model/model-file.js'

interface Made {
  readonly architecture: string
  readonly layers: number
  readonly heads: number
  readonly kvHeads: number
  readonly width?: number
  readonly hidden?: number
  readonly experts?: number
  readonly tied?: boolean
  readonly fused?: boolean
}

export const made: Readonly<Record<string, Made>> = {
  plain: { architecture: 'llama', layers: 32, heads: 8, kvHeads: 8 },
  grouped: { architecture: 'llama', layers: 16, heads: 8, kvHeads: 2, tied: true },
  odd: { architecture: 'llama', layers: 13, heads: 8, kvHeads: 4 },
  wide: { architecture: 'llama', layers: 80, heads: 8, kvHeads: 1 },
  qwen: { architecture: 'qwen2', layers: 80, heads: 8, kvHeads: 8, tied: true },
  fused: { architecture: 'phi3', layers: 24, heads: 8, kvHeads: 8, fused: true },
  experts: { architecture: 'llama', layers: 16, heads: 8, kvHeads: 2, experts: 8 },
  bitnet: { architecture: 'bitnet', layers: 26, heads: 8, kvHeads: 8, tied: true },
  narrow: { architecture: 'llama', layers: 8, heads: 8, kvHeads: 4, width: 96, hidden: 160 },
  uneven: { architecture: 'llama', layers: 8, heads: 8, kvHeads: 4, width: 256, hidden: 172 },
}

export function madeShapes(model: Made): Map<string, number[]> {
  const { layers, width = 256, hidden = 512, experts = 0, tied, fused } = model
  const shapes = new Map<string, number[]>([
    ['token_embd.weight', [width, 2]],
    ['output_norm.weight', [width]],
    ...(tied ? [] : [['output.weight', [width, 2]] as [string, number[]]]),
  ])
  // Not in llama.cpp's order, nor layer 10 behind 9: it sorts, and so must we.
  for (let i = layers - 1; i >= 0; i--) {
    const add = (name: string, ...shape: number[]) => shapes.set(`blk.${i}.${name}.weight`, shape)
    add('attn_norm', width)
    if (fused) add('attn_qkv', width, 2)
    else for (const name of ['attn_q', 'attn_k', 'attn_v']) add(name, width, 2)
    add('attn_output', width, 2)
    add('ffn_norm', width)
    if (experts > 0) {
      add('ffn_gate_inp', width, experts)
      for (const name of ['ffn_gate_exps', 'ffn_up_exps']) add(name, width, 2, experts)
      add('ffn_down_exps', hidden, 2, experts)
      continue
    }
    if (!fused) add('ffn_gate', width, 2)
    add('ffn_up', width, 2)
    add('ffn_down', hidden, 2)
  }
  return shapes
}

export function madeMetadata({ architecture, layers, heads, kvHeads, width = 256, hidden = 512, experts }: Made) {
  const key = (name: string) => `${architecture}.${name}`
  return new Map<string, MetadataValue | GgufFloat>([
    ['general.architecture', architecture],
    [key('context_length'), 128],
    [key('embedding_length'), width],
    [key('block_count'), layers],
    [key('feed_forward_length'), hidden],
    [key('attention.head_count'), heads],
    [key('attention.head_count_kv'), kvHeads],
    [key('attention.layer_norm_rms_epsilon'), new GgufFloat(1e-5)],
    [key('attention.sliding_window'), 64],
    ...(experts
      ? ([
          [key('expert_count'), experts],
          [key('expert_used_count'), 2],
        ] as [string, number][])
      : []),
  ])
}

/** The file that llama-quantize is asked about. */
export function madeGguf(model: Made): Uint8Array {
  const tensors = [...madeShapes(model)].map(([name, shape]) => {
    const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i) / 8)
    return { name, dtype: F32, shape, bytes: new Uint8Array(values.buffer) }
  })
  return writeGguf(madeMetadata(model), tensors)
}

/** Short enough to commit: by kind of tensor, by format, the layers as ranges; `-` where the tensor has no layer. */
export function shortened(types: ReadonlyMap<string, string>): Record<string, Record<string, string>> {
  const table: Record<string, Record<string, number[]>> = {}
  for (const [name, type] of types) {
    const [, layer, kind] = /^(?:blk\.(\d+)\.)?(.*)\.weight$/.exec(name) ?? []
    table[kind] ??= {}
    table[kind][type] ??= []
    table[kind][type].push(layer === undefined ? -1 : Number(layer))
  }
  const sorted = <T>(record: Record<string, T>) => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(
    sorted(table).map(([kind, row]) => [
      kind,
      Object.fromEntries(sorted(row).map(([type, layers]) => [type, ranges(layers)])),
    ]),
  )
}

function ranges(layers: number[]): string {
  layers.sort((a, b) => a - b)
  const found: number[][] = []
  for (const layer of layers) {
    const last = found.at(-1)
    if (last && last[1] === layer - 1) last[1] = layer
    else found.push([layer, layer])
  }
  return found.map(([a, b]) => (a < 0 ? '-' : a === b ? `${a}` : `${a}-${b}`)).join(' ')
}
