/**
 * Names and orders of transformers, from GGUF's: the way back of sdk/model/huggingface/names.
 * takes  a model's metadata · gives  a Naming: a module for each tensor, and the rows in transformers' order
 * after  ./hub-folder, ./encodings
 */
import { LutraError } from '../../../hal/error.js'
import type { MetadataValue } from '../../model/model-file.js'
import { quote } from '../../model/quote.js'

export interface Naming {
  /** transformers' class. */
  readonly model: string
  readonly architecture: string
  /** Norms are stored less 1. */
  readonly normsFromOne: boolean
  /** `blk.0.attn_q.weight` → `model.layers.0.self_attn.q_proj.weight`; LutraError unsupported for what has no name there. */
  name(tensor: string): string
  /** Row r there is row order[r] here; undefined where they are the same. */
  rowOrder(tensor: string, rows: number): Int32Array | undefined
}

const models: Readonly<Record<string, string>> = {
  llama: 'LlamaForCausalLM',
  qwen2: 'Qwen2ForCausalLM',
  qwen3: 'Qwen3ForCausalLM',
  gemma3: 'Gemma3ForCausalLM',
  phi3: 'Phi3ForCausalLM',
  'bitnet-b1.58': 'BitNetForCausalLM',
}

const whole: Readonly<Record<string, string>> = {
  token_embd: 'model.embed_tokens',
  output_norm: 'model.norm',
  output: 'lm_head',
}

const inLayer: Readonly<Record<string, string>> = {
  attn_norm: 'input_layernorm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_qkv: 'self_attn.qkv_proj',
  attn_output: 'self_attn.o_proj',
  attn_q_norm: 'self_attn.q_norm',
  attn_k_norm: 'self_attn.k_norm',
  attn_sub_norm: 'self_attn.attn_sub_norm',
  ffn_norm: 'post_attention_layernorm',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
  ffn_sub_norm: 'mlp.ffn_sub_norm',
}

/** Where they differ by architecture. */
const own: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  phi3: { ffn_up: 'mlp.gate_up_proj' },
  gemma3: {
    post_attention_norm: 'post_attention_layernorm',
    ffn_norm: 'pre_feedforward_layernorm',
    post_ffw_norm: 'post_feedforward_layernorm',
  },
}

/** @throws LutraError unsupported, for an architecture that transformers has no class of here */
export function namingOf(metadata: ReadonlyMap<string, MetadataValue>): Naming {
  const architecture = String(metadata.get('general.architecture') ?? '')
  const model = Object.hasOwn(models, architecture) ? models[architecture] : undefined
  if (!model)
    throw new LutraError(
      'unsupported',
      `Expected an architecture among ${Object.keys(models).join(', ')} to write as transformers has it but found ${quote(architecture)}`,
    )
  const layers = { ...inLayer, ...own[architecture] }
  const size = (key: string): number | undefined => {
    const value = metadata.get(`${architecture}.${key}`)
    return typeof value === 'number' ? value : undefined
  }
  const heads = size('attention.head_count') ?? 1
  const counts: Readonly<Record<string, number>> = { attn_q: heads, attn_k: size('attention.head_count_kv') ?? heads }
  // Only llama's converter puts the rows of q and k in pairs; files from the hub are as they were.
  const paired = architecture === 'llama' && metadata.get('lutra.rope_style') !== 'halves'
  return {
    ...{ model, architecture, normsFromOne: architecture === 'gemma3' },
    name(tensor) {
      const [, layer, part, end] = /^(?:blk\.(\d+)\.)?(.+)\.(weight|bias)$/.exec(tensor) ?? []
      const table = layer === undefined ? whole : layers
      const module = part !== undefined && Object.hasOwn(table, part) ? table[part] : undefined
      if (!module) throw new LutraError('unsupported', `Expected a tensor that ${model} has but found ${quote(tensor)}`)
      return layer === undefined ? `${module}.${end}` : `model.layers.${layer}.${module}.${end}`
    },
    rowOrder(tensor, rows) {
      const [, kind] = /^blk\.\d+\.(attn_[qk])\.(?:weight|bias)$/.exec(tensor) ?? []
      if (!paired || kind === undefined) return undefined
      const headDim = rows / counts[kind]
      const rotated = size('rope.dimension_count') ?? headDim
      if (!Number.isInteger(headDim / 2) || rotated !== headDim)
        throw new LutraError(
          'unsupported',
          `Expected heads that turn whole to bring ${quote(tensor)} into transformers' order but found ${rotated} of ${headDim}`,
        )
      // Pair i of a head: here rows 2i and 2i + 1, there i and i + half.
      const half = headDim / 2
      return Int32Array.from({ length: rows }, (_, r) => {
        const [head, d] = [Math.floor(r / headDim), r % headDim]
        return head * headDim + 2 * (d % half) + Math.floor(d / half)
      })
    },
  }
}
