/**
 * Hostile files for all that reads vocabularies and chat templates; each run is one execution, and ends in success or
 * in LutraError.
 * after  test/fuzz/hostile
 */
import { LutraError } from '../../../hal/error.js'
import { readLlama2cVocabulary } from '../../../sdk/model/llama2c-vocabulary.js'
import { readSentencePieceModel } from '../../../sdk/model/sentencepiece-model.js'
import { ChatTemplate, createTokenizer, type Tokenizer } from '../../../sdk/tokenizer/index.js'
import type { Target } from '../../fuzz/fuzz.js'
import { beside, byteFallbackJson, byteLevelJson, wordPieceJson } from './tiny-json.js'
import { tinyByteLevel, tinyVocabulary } from './tiny-vocabulary.js'

type Random = () => number

const whole = (random: Random, below: number) => Math.floor(random() * below)
const pick = <T>(random: Random, list: readonly T[]): T => list[whole(random, list.length)]

const texts = ['', ' hell  heä\n', '<s>😀</s>\u0000', 'un-café 日 12345', '\ud800x', ' '.repeat(300), 'h'.repeat(300)]

/** What a caller does with a tokenizer once he has it; what it gives must be ids of its own. */
function use(tokenizer: Tokenizer, random: Random): void {
  const ids = tokenizer.encode(pick(random, texts), { special: random() < 0.5 })
  for (const id of ids)
    if (!(id >= 0 && id < tokenizer.size)) throw new Error(`id ${id} outside the vocabulary of ${tokenizer.size}`)
  tokenizer.decode(ids)
  for (const stop of tokenizer.stops) tokenizer.bytes(stop)
}

/** Success, or LutraError; anything else goes on up. */
function guarded(work: () => void): void {
  try {
    work()
  } catch (fault) {
    if (!(fault instanceof LutraError)) throw fault
  }
}

const values: readonly unknown[] = [
  null,
  true,
  '',
  'x',
  '▁',
  '<0x41>',
  'a'.repeat(1000),
  -1,
  0.5,
  1e300,
  2 ** 31,
  2 ** 53,
  [],
  {},
  [[]],
  [['a', 'b']],
  { type: 'Sequence' },
  { type: 'ByteLevel' },
  { type: 'Sequence', pretokenizers: [{ type: 'Digits' }], normalizers: [{ type: 'NFC' }] },
  { type: 'Split', pattern: { Regex: '(a|a)*$' }, behavior: 'Isolated' },
  { constructor: 1, ['__proto__']: 2 },
]

/** Changes some of the places of a JSON value, anywhere. */
function mutate(value: unknown, random: Random): unknown {
  const places: [object, string][] = []
  const walk = (each: unknown) => {
    if (typeof each !== 'object' || each === null) return
    for (const key of Object.keys(each)) {
      if (places.length < 2000) places.push([each, key])
      walk((each as Record<string, unknown>)[key])
    }
  }
  walk(value)
  for (let i = 1 + whole(random, 4); i > 0 && places.length > 0; i--) {
    const [parent, key] = pick(random, places)
    const holder = parent as Record<string, unknown>
    const other = pick(random, places)
    if (random() < 0.2) delete holder[key]
    else if (random() < 0.3) holder[key] = (other[0] as Record<string, unknown>)[other[1]]
    else holder[key] = pick(random, values)
  }
  return value
}

/** JSON of a value, which may by now hold itself. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    return '{'
  }
}

/** Cuts, flips and doubles parts of a text. */
function scramble(text: string, random: Random): string {
  let out = text
  for (let i = whole(random, 4); i > 0; i--) {
    const [a, b] = [whole(random, out.length + 1), whole(random, out.length + 1)].sort((x, y) => x - y)
    const part = out.slice(a, Math.min(b, a + 200))
    out = pick(random, [
      out.slice(0, a) + out.slice(b),
      out.slice(0, b) + part + out.slice(b),
      out.slice(0, a) + pick(random, ['"', '{', ']', '{%', '}}', '\\', '\u0000', '9', "'", '|', '(']) + out.slice(a),
    ])
  }
  return out
}

function scrambleBytes(bytes: Uint8Array, random: Random): Uint8Array {
  const out = Uint8Array.from(bytes)
  for (let i = whole(random, 8); i > 0; i--)
    out[whole(random, out.length)] = pick(random, [0, 1, 127, 128, 255, whole(random, 256)])
  return random() < 0.2 ? out.subarray(0, whole(random, out.length)) : out
}

const llama2c = (() => {
  const parts = ['<unk>', '\n<s>\n', '\n</s>\n', '<0x0A>', ' ', 'h', ' h', 'e'].map((piece, i) => {
    const head = Buffer.alloc(8)
    head.writeFloatLE(-i)
    head.writeInt32LE(Buffer.byteLength(piece), 4)
    return Buffer.concat([head, Buffer.from(piece)])
  })
  return Buffer.concat([Buffer.from([6, 0, 0, 0]), ...parts])
})()

const sentencePiece = (() => {
  const sized = (number: number, bytes: readonly number[]) => [number * 8 + 2, bytes.length, ...bytes]
  const pieces = ['<unk>', '<s>', '</s>', '▁', 'h', '▁h'].map((piece, i) =>
    sized(1, [...sized(1, [...Buffer.from(piece)]), 21, 0, 0, 128, 191, 24, [2, 3, 3, 1, 1, 1][i]]),
  )
  return Uint8Array.from([...pieces.flat(), ...sized(2, [24, 2]), ...sized(3, [24, 1])])
})()

const templates = [
  "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>' }}{% endfor %}",
  "{%- set ns = namespace(x='a') -%}{%- for i in range(14) -%}{%- set ns.x = ns.x ~ ns.x -%}{%- endfor -%}{{ ns.x | length }}",
  '{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(messages[0].content | trim) }}',
  "{{ messages | tojson(indent=2) }}{{ messages[0]['content'].split(' ')[-1].lstrip('\\n') | upper | replace('A', 'BB') }}",
  '{% for i in range(40) %}{% for j in range(40) %}{{ i * j }}{% endfor %}{% endfor %}',
  '{% if messages[1:] is defined and not tools %}{{ strftime_now("%Y") }}{{ raise_exception("x") }}{% endif %}',
]

/** What a GGUF reader can give. */
const metadataValues = values.filter((value) => value !== null && (typeof value !== 'object' || Array.isArray(value)))

const vocabularies = [
  () => tinyByteLevel(['h e', 'l l']).metadata,
  () =>
    tinyVocabulary([
      ['▁', 1, -1],
      ['h', 1, -2],
      ['▁h', 1, -1],
      ['<tool>', 4],
    ]).metadata,
  () => readSentencePieceModel(sentencePiece),
]

const chatTokenizer = createTokenizer(
  tinyVocabulary([
    ['<|im_end|>', 3],
    ['▁', 1, -1],
  ]),
)

export const tokenizerTargets: readonly Target[] = [
  {
    name: 'tokenizer.json',
    run(random) {
      const json = mutate(pick(random, [byteLevelJson, byteFallbackJson, wordPieceJson])(), random)
      const config = mutate(
        {
          bos_token: '<s>',
          eos_token: { content: '</s>' },
          add_bos_token: true,
          chat_template: [{ name: 'default', template: '' }],
        },
        random,
      )
      const text = random() < 0.2 ? scramble(written(json), random) : written(json)
      guarded(() => {
        const file = beside(text, {
          'tokenizer_config.json': written(config),
          'generation_config.json': written(mutate({ eos_token_id: [1, 2] }, random)),
        })
        use(createTokenizer(file), random)
        new ChatTemplate(file, chatTokenizer).render([])
      })
    },
  },
  {
    name: 'tokenizer.ggml metadata',
    run(random) {
      const metadata = new Map<string, unknown>(pick(random, vocabularies)())
      for (let i = whole(random, 3); i >= 0; i--)
        metadata.set(
          `tokenizer.ggml.${pick(random, ['model', 'pre', 'tokens', 'scores', 'token_type', 'merges', 'bos_token_id', 'eos_token_id', 'add_eos_token', 'add_space_prefix'])}`,
          pick(random, [
            ...metadataValues,
            'gpt2',
            'llama',
            'bert',
            'gemma4',
            'deepseek-llm',
            ['a', 'b'],
            Float32Array.of(Number.NaN),
          ]),
        )
      if (random() < 0.2) metadata.set('general.name', 'phi-3')
      guarded(() => use(createTokenizer({ metadata: metadata as never }), random))
    },
  },
  {
    name: 'tokenizer.bin',
    run(random) {
      const bytes = scrambleBytes(llama2c, random)
      const size = random() < 0.8 ? 8 : pick(random, [0, -1, 7, 9, 2 ** 31, Number.NaN])
      guarded(() => use(createTokenizer({ metadata: readLlama2cVocabulary(bytes, size) }), random))
    },
  },
  {
    name: 'tokenizer.model',
    run(random) {
      const bytes = scrambleBytes(sentencePiece, random)
      guarded(() => use(createTokenizer({ metadata: readSentencePieceModel(bytes) }), random))
    },
  },
  {
    name: 'chat template',
    run(random) {
      const source = scramble(pick(random, templates), random)
      const metadata = new Map<string, string>([['tokenizer.chat_template', source]])
      guarded(() =>
        new ChatTemplate({ metadata }, chatTokenizer).encode([
          { role: 'user', content: pick(random, texts) },
          { role: 'assistant', content: '<|im_end|>' },
        ]),
      )
    },
  },
]
