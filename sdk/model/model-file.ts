import type { Tensor } from '../../hal/tensor.js'

/** A model file, opened: metadata by key, tensors by name; both are checked against the file's real size. */
export interface ModelFile {
  /** Of the first file, where there are several. */
  readonly path: string
  /** Of all files together. */
  readonly bytes: number
  readonly metadata: ReadonlyMap<string, MetadataValue>
  readonly tensors: ReadonlyMap<string, Tensor>
  /** Paths of all files, in order, where the model is split over several. */
  readonly parts?: readonly string[]
  /**
   * Files of text that lie beside weights without a vocabulary of their own, by name: tokenizer.json,
   * tokenizer_config.json, generation_config.json, chat_template.jinja.
   */
  readonly texts?: ReadonlyMap<string, string>
}

/** Integers beyond 2^53 come as bigint: nobody's size or count, and exact for whoever shows them. */
export type MetadataValue = string | number | bigint | boolean | readonly MetadataValue[] | Float32Array | Int32Array
