/** Small files in the shapes of Hugging Face's tokenizer.json. */

let next = 0x100
const byteChars = Array.from({ length: 256 }, (_, byte) => {
  const printable = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad)
  return String.fromCharCode(printable ? byte : next++)
})

const added = (id: number, content: string, special: boolean, more = {}) => ({
  id,
  content,
  special,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  ...more,
})
const vocabulary = (pieces: readonly string[]) => Object.fromEntries(pieces.map((piece, id) => [piece, id]))
const template = (...names: readonly (string | undefined)[]) => ({
  type: 'TemplateProcessing',
  single: names.map((id) => (id === undefined ? { Sequence: { id: 'A' } } : { SpecialToken: { id } })),
})

/** Llama 3's shape. */
export function byteLevelJson() {
  const merges = ['h e', 'l l', 'he ll', 'Ġ he']
  const pieces = [...byteChars, ...merges.map((merge) => merge.replace(' ', ''))]
  return {
    added_tokens: [
      added(260, '<|begin|>', true),
      added(261, '<|im_end|>', true),
      added(262, '<tool>', false, { rstrip: true }),
    ],
    normalizer: null as unknown,
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        {
          type: 'Split',
          pattern: {
            Regex:
              "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          },
          behavior: 'Isolated',
          invert: false,
        },
        { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
      ],
    } as unknown,
    post_processor: template('<|begin|>', undefined) as unknown,
    decoder: { type: 'ByteLevel' },
    model: { type: 'BPE', vocab: vocabulary(pieces) as Record<string, unknown>, merges: merges as unknown[] },
  }
}

/** Llama 2's and Gemma's shape. */
export function byteFallbackJson() {
  const bytes = Array.from(byteChars, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`)
  const pieces = ['<unk>', '<s>', '</s>', ...bytes, '▁', 'h', 'e', 'l', '▁h', '▁he', 'll', '▁▁']
  return {
    added_tokens: [added(0, '<unk>', true), added(1, '<s>', true), added(2, '</s>', true)],
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'Prepend', prepend: '▁' },
        { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
      ],
    } as unknown,
    pre_tokenizer: null as unknown,
    post_processor: template('<s>', undefined) as unknown,
    model: {
      type: 'BPE',
      unk_token: '<unk>',
      byte_fallback: true,
      vocab: vocabulary(pieces) as Record<string, unknown>,
      merges: [
        ['▁', 'h'],
        ['l', 'l'],
        ['▁h', 'e'],
        ['▁', '▁'],
      ] as unknown[],
    },
  }
}

/** BERT's shape. */
export function wordPieceJson() {
  const pieces = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'un', '##able', '##a', 'cafe', '!', '日']
  return {
    added_tokens: [0, 1, 2, 3].map((id) => added(id, pieces[id], true)),
    normalizer: { type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true, lowercase: true } as unknown,
    pre_tokenizer: { type: 'BertPreTokenizer' } as unknown,
    post_processor: template('[CLS]', undefined, '[SEP]') as unknown,
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      max_input_chars_per_word: 100,
      vocab: vocabulary(pieces) as Record<string, unknown>,
    },
  }
}

/** The file as it lies beside weights. */
export function beside(json: unknown, more: Record<string, unknown> = {}) {
  const texts = Object.entries({ 'tokenizer.json': json, ...more }).map(
    ([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const,
  )
  return { metadata: new Map<string, never>(), texts: new Map(texts) }
}
