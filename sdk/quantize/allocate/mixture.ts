/**
 * llama.cpp's mixtures by name, as of 2025-02: which tensor of a model gets which number format.
 * takes  sizes and shapes of a model, the mixture's name · gives  format by tensor
 * before ../source · after ../method; compared with llama-quantize's own files in test/sdk/quantize/allocate
 */
import { dtypeByName } from '../../../hal/dtypes/index.js'
import { LutraError } from '../../../hal/error.js'
import type { MetadataValue } from '../../model/model-file.js'
import { quote } from '../../model/quote.js'
import { fitting, quantizable } from './fallback.js'
import { type Place, rules } from './mixture-rules.js'

/** The format that most tensors get, and llama.cpp's number for the file's general.file_type. */
const files = {
  F32: ['F32', 0],
  F16: ['F16', 1],
  BF16: ['BF16', 32],
  Q8_0: ['Q8_0', 7],
  Q4_0: ['Q4_0', 2],
  Q4_1: ['Q4_1', 3],
  Q5_0: ['Q5_0', 8],
  Q5_1: ['Q5_1', 9],
  Q2_K: ['Q2_K', 10],
  Q2_K_S: ['Q2_K', 21],
  Q3_K_S: ['Q3_K', 11],
  Q3_K_M: ['Q3_K', 12],
  Q3_K_L: ['Q3_K', 13],
  Q4_K_S: ['Q4_K', 14],
  Q4_K_M: ['Q4_K', 15],
  Q5_K_S: ['Q5_K', 16],
  Q5_K_M: ['Q5_K', 17],
  Q6_K: ['Q6_K', 18],
  IQ4_NL: ['IQ4_NL', 25],
  IQ4_XS: ['IQ4_XS', 30],
  TQ1_0: ['TQ1_0', 36],
  TQ2_0: ['TQ2_0', 37],
} as const

export type MixtureName = keyof typeof files

/** Names of all mixtures. */
export const mixtureNames = Object.keys(files) as readonly MixtureName[]

/** What the rules look at. */
export interface MixtureModel {
  readonly architecture: string
  readonly layers: number
  readonly heads: number
  readonly kvHeads: number
  /** 0 or 1 where there are none. */
  readonly experts: number
  /** GGUF order: shape[0] columns. */
  readonly shapes: ReadonlyMap<string, readonly number[]>
}

/** A mixture by its name in any case; Q3_K, Q4_K and Q5_K mean their _M. LutraError unsupported for others. */
export function mixtureByName(name: string): MixtureName {
  const found = named(name.toUpperCase())
  if (found) return found
  throw new LutraError('unsupported', `Expected a mixture among ${mixtureNames.join(', ')} but found ${quote(name)}`)
}

function named(upper: string): MixtureName | undefined {
  return mixtureNames.find((each) => each === upper || each === `${upper}_M`)
}

/** llama.cpp's number of a mixture, for general.file_type. */
export function fileTypeOf(name: MixtureName): number {
  return files[name][1]
}

/** The number of a file most of whose weights are in that format; undefined where llama.cpp has none for it. */
export function fileTypeMostly(format: string): number | undefined {
  const found = named(format)
  return found && fileTypeOf(found)
}

/** What the rules look at, from a model's metadata. */
export function mixtureModel(
  metadata: ReadonlyMap<string, MetadataValue>,
  shapes: ReadonlyMap<string, readonly number[]>,
): MixtureModel {
  const architecture = String(metadata.get('general.architecture'))
  const size = (key: string, otherwise: number) => {
    const value = metadata.get(`${architecture}.${key}`)
    // One number a layer in some architectures: the rules ask the first.
    const first = value instanceof Int32Array ? value[0] : value
    return typeof first === 'number' ? first : otherwise
  }
  const heads = size('attention.head_count', 1)
  return {
    architecture,
    layers: size('block_count', 0),
    heads,
    kvHeads: size('attention.head_count_kv', heads),
    experts: size('expert_count', 0),
    shapes,
  }
}

/**
 * The format of every tensor that llama.cpp would quantize; others keep theirs. `importance`: whether there is an
 * importance matrix, which changes some rules.
 */
export function mixtureTypes(model: MixtureModel, name: MixtureName, importance: boolean): Map<string, string> {
  const { layers, experts, shapes } = model
  const base: string = files[name][0]
  const names = [...shapes.keys()].filter((each) => quantizable(each, shapes.get(each) ?? [])).sort(inLayers)
  const values = [...shapes.keys()].filter((each) => /attn_(v|qkv|kv_b)\.weight/.test(each)).length
  const seen = new Map<string, number>()
  const types = new Map<string, string>()
  for (const tensor of names) {
    const cols = shapes.get(tensor)?.[0] ?? 0
    if (['F32', 'F16', 'BF16'].includes(base)) {
      types.set(tensor, base)
      continue
    }
    const kind = kindOf(tensor, shapes.has('output.weight'))
    const before = seen.get(kind) ?? 0
    seen.set(kind, before + 1)
    const place: Place = {
      i: kind === 'ffn_down' && experts > 1 ? layerOf(tensor) : before,
      n: kind === 'attn_v' ? values : layers,
      groups: model.kvHeads > 0 ? Math.floor(model.heads / model.kvHeads) : 0,
      experts,
      importance,
      wide: isWide(model),
    }
    const type = kind === 'output' ? outputType(base, cols) : rules[kind]?.(name, base, place)
    types.set(tensor, fitting(type ?? base, cols))
  }
  return types
}

/** The head, also where it is the embedding: Q6_K, or Q8_0 where the others' blocks do not fit. */
function outputType(base: string, cols: number): string {
  return base === 'Q8_0' || cols % dtypeByName(base).block !== 0 ? 'Q8_0' : 'Q6_K'
}

/** llama.cpp's "70B": many small value matrices, shared by eight heads. */
function isWide({ architecture, layers, heads, kvHeads, experts }: MixtureModel): boolean {
  return layers === 80 && (architecture === 'qwen2' || (architecture === 'llama' && heads !== kvHeads && experts !== 8))
}

/** In llama.cpp's order, by the first name that fits. */
const kinds = ['attn_v.weight', 'attn_k.weight', 'attn_q.weight', 'ffn_down', 'attn_output.weight', 'attn_qkv.weight']

function kindOf(name: string, ownHead: boolean): string {
  if (name === (ownHead ? 'output.weight' : 'token_embd.weight')) return 'output'
  if (name === 'token_embd.weight') return 'token_embd'
  return (kinds.find((kind) => name.includes(kind)) ?? 'other').replace('.weight', '')
}

function layerOf(name: string): number {
  return Number(/^blk\.(\d+)\./.exec(name)?.[1] ?? -1)
}

/** Layer by layer; what lies in none comes first. */
function inLayers(a: string, b: string): number {
  return layerOf(a) - layerOf(b) || (a < b ? -1 : 1)
}
