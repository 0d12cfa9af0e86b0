/**
 * Where a model keeps its chat template: in a GGUF's metadata, or beside safetensors.
 * takes  a model file · gives  the Jinja source, or undefined
 * after  ./chat
 */
import type { ModelFile } from '../model/model-file.js'
import { isObject, parse } from './json-fields.js'

/** A file of its own comes before the configuration, as in Hugging Face's library; of several the one named default. */
export function chatTemplateOf({ metadata, texts }: Pick<ModelFile, 'metadata' | 'texts'>): string | undefined {
  const own = metadata.get('tokenizer.chat_template') ?? texts?.get('chat_template.jinja')
  if (typeof own === 'string') return own
  const config = texts?.get('tokenizer_config.json')
  if (config === undefined) return undefined
  const { chat_template: given } = parse(config, 'tokenizer_config.json')
  if (typeof given === 'string') return given
  if (!Array.isArray(given)) return undefined
  const named = given.filter((each) => isObject(each) && typeof each.template === 'string')
  return (named.find(({ name }) => name === 'default') ?? named[0])?.template
}
