/**
 * A vocabulary as a GGUF file carries it (`tokenizer.ggml.*`): a tokenizer.json translated, and tried before it is believed.
 * takes  a model's files, rows of its embedding · gives  metadata; LutraError unsupported where GGUF cannot say the same
 * before ./create, ./tokenizer-patterns · after sdk/quantize/output
 */
import { LutraError } from '../../hal/error.js'
import type { Steps } from '../../hal/turns.js'
import type { MetadataValue, ModelFile } from '../model/model-file.js'
import { chatTemplateOf } from './chat-source.js'
import { createTokenizer, vocabularySteps } from './create.js'
import { nameOfRules } from './tokenizer-patterns.js'
import { tokenType, type Vocabulary } from './vocabulary.js'

type Source = Pick<ModelFile, 'metadata' | 'texts'>

/** What trips pre-tokenizers and merges: clitics, digits, runs of white space, scripts, emoji, signs. */
const trials = [
  "Hello, world! It's 12345 o'clock; I'LL see you'd better.",
  '  two  spaces\n\n\tand a tab \r\n at the end   ',
  'naïve Café señor straße — “quotes” … 3.14159 + 2.71828 = 5.85987',
  'Привет, мир! 你好，世界。 こんにちは שלום مرحبا 안녕하세요 हिन्दी',
  'snake_case camelCase HTTPServer x=[1,2,3]; // ü https://a.b/c?d=e&f=100%',
  '👩‍👩‍👧 🤖🤖 ½ Ⅷ ①\u00a0\u3000<|im_start|></s><s>[INST]',
]

export function* ggufVocabulary(source: Source, rows?: number): Steps<Map<string, MetadataValue>> {
  const vocabulary = yield* vocabularySteps(source)
  const metadata = translated(vocabulary, rows)
  yield
  const [own, other] = [createTokenizer(source), createTokenizer({ metadata })]
  for (const text of trials) {
    yield
    const [wanted, found] = [own.encode(text), other.encode(text)]
    if (String(wanted) !== String(found))
      throw new LutraError(
        'unsupported',
        `Expected a GGUF vocabulary that cuts ${JSON.stringify(text.slice(0, 30))}… as the model's own does but it gives other tokens`,
      )
  }
  const template = chatTemplateOf(source)
  if (template !== undefined) metadata.set('tokenizer.chat_template', template)
  return metadata
}

function translated(vocabulary: Vocabulary, rows = 0): Map<string, MetadataValue> {
  const { pieces, types, bos, eos, unknown, stops, addBos, last } = vocabulary
  // Embeddings are padded; readers expect a token for every row.
  const size = Math.max(rows, pieces.length)
  const ids = Array.from({ length: size }, (_, id) => id)
  const [turn, message] = [...stops].filter((id) => id !== eos)
  const known = {
    ...{ bos_token_id: bos, eos_token_id: eos, unknown_token_id: unknown, eot_token_id: turn, eom_token_id: message },
    ...(vocabulary.kind === 'words' ? { seperator_token_id: last[0] } : {}),
  }
  return new Map<string, MetadataValue>(
    Object.entries({
      ...kindOf(vocabulary, size),
      tokens: ids.map((id) => pieces[id] || `[PAD${id}]`),
      token_type: Int32Array.from(ids, (id) => (pieces[id] ? types[id] : tokenType.unused)),
      ...Object.fromEntries(Object.entries(known).filter((entry): entry is [string, number] => entry[1] !== undefined)),
      ...{ add_bos_token: addBos, add_eos_token: last.length > 0 },
    }).map(([key, value]) => [`tokenizer.ggml.${key}`, value]),
  )
}

function kindOf(vocabulary: Vocabulary, size: number): Record<string, MetadataValue> {
  const { kind, merges, rules, ignoreMerges, spacePrefix } = vocabulary
  const add_space_prefix = spacePrefix !== 'none'
  switch (kind) {
    case 'bytes': {
      const name = nameOfRules(rules)
      if (name === undefined)
        throw new LutraError(
          'unsupported',
          `Expected pre-tokenizer rules that llama.cpp has a name for but found ${JSON.stringify(rules.join(' | ').slice(0, 80))}`,
        )
      // The same rules by two names: one takes whole words first.
      const pre = name === 'dbrx' && ignoreMerges ? 'llama-bpe' : name
      return { model: 'gpt2', pre, merges }
    }
    case 'merges':
      return { model: 'llama', scores: scoresOf(vocabulary, size), add_space_prefix }
    case 'words':
      return { model: 'bert' }
    case 'scores':
      throw new LutraError('unsupported', 'Expected a tokenizer.json of merges or words but found scores alone')
  }
}

/** SentencePiece joins what scores highest: what the first merge makes. */
function scoresOf({ pieces, merges }: Vocabulary, size: number): Float32Array {
  const ranks = new Map<string, number>()
  merges.forEach((merge, rank) => {
    const piece = merge.replace(' ', '')
    if (!ranks.has(piece)) ranks.set(piece, rank)
  })
  return Float32Array.from({ length: size }, (_, id) => -(ranks.get(pieces[id]) ?? merges.length))
}
