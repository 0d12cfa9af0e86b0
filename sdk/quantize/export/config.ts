/**
 * config.json of a GGUF model, where the hub's own is not at hand.
 * takes  metadata, tensors, a Naming · gives  an object for config.json
 * after  ./hub-folder
 */
import { LutraError } from '../../../hal/error.js'
import type { Tensor } from '../../../hal/tensor.js'
import type { MetadataValue } from '../../model/model-file.js'
import type { Naming } from './names.js'

/** transformers' key, GGUF's key behind the architecture's name. */
const keys: readonly (readonly [string, string])[] = [
  ['hidden_size', 'embedding_length'],
  ['intermediate_size', 'feed_forward_length'],
  ['num_hidden_layers', 'block_count'],
  ['num_attention_heads', 'attention.head_count'],
  ['num_key_value_heads', 'attention.head_count_kv'],
  ['max_position_embeddings', 'context_length'],
  ['rms_norm_eps', 'attention.layer_norm_rms_epsilon'],
  ['rope_theta', 'rope.freq_base'],
  ['head_dim', 'attention.key_length'],
]

/** How llama.cpp and transformers name the activation of each class. */
const activations: Readonly<Record<string, string>> = { 'bitnet-b1.58': 'relu2', gemma3: 'gelu_pytorch_tanh' }

/**
 * @throws LutraError unsupported, where positions are stretched or windows slide: config.json says that in other words,
 * and the model's own should be given instead
 */
export function configOf(
  metadata: ReadonlyMap<string, MetadataValue>,
  tensors: ReadonlyMap<string, Tensor>,
  { model, architecture }: Naming,
): Record<string, unknown> {
  const strange = [...metadata.keys()].find((key) =>
    ['.rope.scaling.', '.attention.sliding_window', '.attention.scale', '_swa'].some((part) => key.includes(part)),
  )
  const factors = [...tensors.keys()].find((name) => name.startsWith('rope_f'))
  if (strange ?? factors)
    throw new LutraError(
      'unsupported',
      `Expected plain rotary positions to write config.json for but the model has ${strange ?? factors}; give its own config.json`,
    )
  const config: Record<string, unknown> = {
    architectures: [model],
    model_type: architecture === 'bitnet-b1.58' ? 'bitnet' : architecture,
    hidden_act: activations[architecture] ?? 'silu',
    torch_dtype: 'float32',
    vocab_size: tensors.get('token_embd.weight')?.shape[1],
    tie_word_embeddings: !tensors.has('output.weight'),
  }
  for (const [key, from] of keys) {
    const value = metadata.get(`${architecture}.${from}`)
    if (typeof value === 'number') config[key] = value
  }
  for (const [key, from] of [
    ['bos_token_id', 'bos_token_id'],
    ['eos_token_id', 'eos_token_id'],
  ]) {
    const value = metadata.get(`tokenizer.ggml.${from}`)
    if (typeof value === 'number') config[key] = value
  }
  if (architecture === 'llama') {
    config.attention_bias = tensors.has('blk.0.attn_q.bias')
    config.mlp_bias = tensors.has('blk.0.ffn_up.bias')
  }
  return config
}
