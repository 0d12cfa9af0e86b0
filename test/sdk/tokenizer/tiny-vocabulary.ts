import type { MetadataValue } from '../../../sdk/model/model-file.js'

type Entry = readonly [piece: string, type: number, score?: number]

/** Metadata of a vocabulary: <unk> <s> </s>, all bytes (unless `bytes` is false), then the entries. */
export function tinyVocabulary(
  entries: readonly Entry[],
  extra: Record<string, MetadataValue> = {},
  bytes = true,
): { metadata: ReadonlyMap<string, MetadataValue> } {
  const hex = (byte: number) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`
  const all: Entry[] = [
    ['<unk>', 2],
    ['<s>', 3],
    ['</s>', 3],
    ...(bytes ? Array.from({ length: 256 }, (_, byte): Entry => [hex(byte), 6]) : []),
    ...entries,
  ]
  return {
    metadata: new Map<string, MetadataValue>([
      ['tokenizer.ggml.model', 'llama'],
      ['tokenizer.ggml.tokens', all.map(([piece]) => piece)],
      ['tokenizer.ggml.scores', Float32Array.from(all, ([, , score]) => score ?? 0)],
      ['tokenizer.ggml.token_type', Int32Array.from(all, ([, type]) => type)],
      ['tokenizer.ggml.bos_token_id', 1],
      ['tokenizer.ggml.eos_token_id', 2],
      ['tokenizer.ggml.unknown_token_id', 0],
      ...Object.entries(extra),
    ]),
  }
}

/** A byte-level vocabulary: 256 bytes, the merges' results, and `<|end|>` as a control token. */
export function tinyByteLevel(merges: readonly string[], extra: Record<string, MetadataValue> = {}) {
  const printable = (byte: number) => (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad)
  let next = 0x100
  const bytes = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(printable(byte) ? byte : next++))
  const pieces = [...bytes, ...merges.map((merge) => merge.replace(' ', '')), '<|end|>']
  return {
    metadata: new Map<string, MetadataValue>([
      ['tokenizer.ggml.model', 'gpt2'],
      ['tokenizer.ggml.pre', 'gpt-2'],
      ['tokenizer.ggml.tokens', pieces],
      ['tokenizer.ggml.token_type', Int32Array.from(pieces, (_, i) => (i === pieces.length - 1 ? 3 : 1))],
      ['tokenizer.ggml.merges', merges],
      ['tokenizer.ggml.eos_token_id', pieces.length - 1],
      ...Object.entries(extra),
    ]),
  }
}
