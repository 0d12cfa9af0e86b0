import type { Tensor } from '../../hal/tensor.js'

/** A model file, opened: metadata by key, tensors by name; both are checked against the file's real size. */
export interface ModelFile {
  readonly path: string
  readonly bytes: number
  readonly metadata: ReadonlyMap<string, MetadataValue>
  readonly tensors: ReadonlyMap<string, Tensor>
  /**
   * Files of text that lie beside weights without a vocabulary of their own, by name: tokenizer.json,
   * tokenizer_config.json, generation_config.json, chat_template.jinja.
   */
  readonly texts?: ReadonlyMap<string, string>
}

/** 64-bit integers beyond 2^53 are LutraError limit; the others come as numbers. */
export type MetadataValue = string | number | boolean | readonly MetadataValue[] | Float32Array | Int32Array
