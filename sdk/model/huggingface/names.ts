/**
 * Names of tensors: from transformers' modules to GGUF's.
 * takes  a module's name (without .weight, .bias, …) · gives  GGUF's name for it, or undefined for what is no part of
 * the language model; a name that nobody knows stays as it is, so that the graph refuses it by name
 */
import type { Family } from './metadata.js'

/** Wrappers around the language model, longest first. */
const wrappers = ['model.language_model.model.', 'language_model.model.', 'model.language_model.', 'model.', '']

/** Other parts of models that see, and what torch saved of buffers. */
const ignored = /^(model\.)?(vision_tower|vision_model|multi_modal_projector|visual)\.|\.rotary_emb\.|\.masked_bias$/

const whole: ReadonlyMap<string, string> = new Map([
  ['embed_tokens', 'token_embd'],
  ['norm', 'output_norm'],
  ['lm_head', 'output'],
])

const inLayer: ReadonlyMap<string, string> = new Map([
  ['input_layernorm', 'attn_norm'],
  ['self_attn.q_proj', 'attn_q'],
  ['self_attn.k_proj', 'attn_k'],
  ['self_attn.v_proj', 'attn_v'],
  ['self_attn.qkv_proj', 'attn_qkv'],
  ['self_attn.o_proj', 'attn_output'],
  ['self_attn.q_norm', 'attn_q_norm'],
  ['self_attn.k_norm', 'attn_k_norm'],
  ['self_attn.attn_sub_norm', 'attn_sub_norm'],
  ['post_attention_layernorm', 'ffn_norm'],
  ['mlp.gate_proj', 'ffn_gate'],
  ['mlp.up_proj', 'ffn_up'],
  ['mlp.gate_up_proj', 'ffn_up'],
  ['mlp.down_proj', 'ffn_down'],
  ['mlp.ffn_sub_norm', 'ffn_sub_norm'],
])

/** Where a norm follows the attention and another comes before the feed-forward. */
const fourNorms: ReadonlyMap<string, string> = new Map([
  ['post_attention_layernorm', 'post_attention_norm'],
  ['pre_feedforward_layernorm', 'ffn_norm'],
  ['post_feedforward_layernorm', 'post_ffw_norm'],
])

export function ggufName(module: string, family: Family): string | undefined {
  if (ignored.test(module)) return undefined
  const wrapper = wrappers.find((each) => module.startsWith(each)) ?? ''
  const bare = module.slice(wrapper.length)
  const top = whole.get(bare) ?? (bare.endsWith('.lm_head') ? 'output' : undefined)
  if (top) return top
  const layer = /^layers\.(0|[1-9]\d{0,4})\.(.+)$/.exec(bare)
  const part = layer && ((family.fourNorms && fourNorms.get(layer[2])) || inLayer.get(layer[2]))
  return part ? `blk.${layer[1]}.${part}` : module
}
