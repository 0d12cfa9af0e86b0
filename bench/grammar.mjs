/**
 * What holding a model to a JSON Schema costs per token, at the vocabulary size of large models (synthetic, 128k).
 * Run after `npm run build:ts`: node bench/grammar.mjs [--vocabulary 128000] [--walks 20]
 */
import { compileSchema, createConstraint } from '../dist/sdk/grammar/index.js'

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? fallback : Number(process.argv[at + 1])
}
const size = option('vocabulary', 128_000)
const walks = option('walks', 20)
const random = generator(1)

const schemas = {
  'free string, at most 200': {
    type: 'object',
    properties: { text: { type: 'string', maxLength: 200 } },
    required: ['text'],
  },
  'string of a character set': { type: 'string', pattern: '^[a-z ]{1,200}$' },
  'list of records': {
    type: 'array',
    minItems: 3,
    maxItems: 8,
    items: {
      type: 'object',
      properties: {
        name: { type: 'string', maxLength: 30 },
        kind: { enum: ['drive', 'turn', 'look', 'wait', 'say'] },
        metres: { type: 'number', minimum: -20, maximum: 20, multipleOf: 0.01 },
        ok: { type: 'boolean' },
      },
      required: ['name', 'kind', 'metres'],
    },
  },
  'any JSON': true,
  'words of the prompt': { type: 'string', minLength: 1, maxLength: 60, 'x-copy': true },
}
const prompt = 'please drive to the kitchen and say hello my friends, dinner is "ready" now '.repeat(10)

const tokenizer = syntheticTokenizer(size)
const t = performance.now()
createConstraint(compileSchema(true), tokenizer)
console.log(
  `vocabulary of ${tokenizer.size} tokens (synthetic): tries built once in ${(performance.now() - t).toFixed(0)} ms`,
)
console.log(
  'microseconds a token, mask and accept together (cpu: the mean in processor time, whatever else the machine does):',
)
console.log(
  `${'schema'.padEnd(28)}${'tokens'.padStart(8)}${'mean'.padStart(9)}${'p50'.padStart(9)}${'p99'.padStart(9)}${'max'.padStart(9)}${'cpu'.padStart(9)}   once more, masks known: p50`,
)
for (const [name, schema] of Object.entries(schemas)) {
  const cold = run(schema, walks, false)
  const warm = run(schema, walks, true)
  const row = [
    cold.times.length,
    mean(cold.times),
    quantile(cold.times, 0.5),
    quantile(cold.times, 0.99),
    Math.max(...cold.times),
    cold.cpu / cold.times.length,
  ]
  console.log(
    name.padEnd(28) +
      row.map((x, i) => x.toFixed(i === 0 ? 0 : 1).padStart(i === 0 ? 8 : 9)).join('') +
      `   ${quantile(warm.times, 0.5).toFixed(1)}`,
  )
}

/** Random walks; cold: a new grammar, so no mask is known at the start. Warm: the same walk a second time. */
function run(schema, count, warm) {
  const times = []
  let cpu = 0
  const grammar = compileSchema(schema)
  for (let walk = 0; walk < count; walk++) {
    for (let round = warm ? 0 : 1; round < 2; round++) {
      const pick = generator(walk + 7)
      const constraint = createConstraint(grammar, tokenizer, { prompt })
      const logits = new Float32Array(tokenizer.size)
      for (let n = 0; n < 80 && !constraint.done; n++) {
        logits.fill(0)
        const before = process.cpuUsage()
        const begun = performance.now()
        constraint.mask(logits)
        let spent = performance.now() - begun
        const id = choose(logits, pick)
        const again = performance.now()
        constraint.accept(id)
        spent += performance.now() - again
        const { user, system } = process.cpuUsage(before)
        if (round === 1) {
          times.push(spent * 1000)
          cpu += user + system
        }
      }
    }
  }
  return { times, cpu }
}

function choose(logits, pick) {
  const from = Math.floor(pick() * logits.length)
  for (let i = 0; i < logits.length; i++) {
    const id = (from + i) % logits.length
    if (logits[id] === 0) return id
  }
  throw new Error('nothing allowed')
}

/** All bytes, numbers up to 999, punctuation as in code, and made-up words with and without a space before them. */
function syntheticTokenizer(wanted) {
  const texts = new Set()
  for (let n = 0; n < 1110; n++)
    texts.add(n < 10 ? String(n) : n < 110 ? String(n - 10).padStart(2, '0') : String(n - 110).padStart(3, '0'))
  const marks = [
    '"',
    '":',
    '",',
    '"}',
    '{"',
    '["',
    '"]',
    '\\',
    '\\n',
    '\\"',
    '},',
    ': ',
    ', ',
    '();',
    '->',
    '=="',
    '\n\n',
    '\t\t',
    ' {',
    ' "',
  ]
  for (const mark of marks) texts.add(mark)
  for (let n = 1; n < 100; n++) texts.add(' '.repeat(n)).add('\n'.repeat(n))
  const syllables = [
    'an',
    'be',
    'co',
    'da',
    'en',
    'fi',
    'go',
    'ha',
    'in',
    'ka',
    'lo',
    'me',
    'no',
    'or',
    'pe',
    'ra',
    'st',
    'tu',
    'ver',
    'wi',
    'ы',
    'на',
    'の',
    '中',
  ]
  while (texts.size < wanted - 257) {
    let word = ''
    for (let n = 1 + Math.floor(random() * 4); n > 0; n--) word += syllables[Math.floor(random() * syllables.length)]
    const form = random()
    texts.add(
      form < 0.55
        ? ` ${word}`
        : form < 0.85
          ? word
          : form < 0.93
            ? word[0].toUpperCase() + word.slice(1)
            : form < 0.96
              ? `${word}"`
              : `${word}_${Math.floor(random() * 99)}`,
    )
  }
  const bytes = [
    ...Array.from({ length: 256 }, (_, b) => Uint8Array.of(b)),
    ...[...texts].map((text) => new Uint8Array(Buffer.from(text))),
  ]
  const stop = bytes.length
  return {
    size: stop + 1,
    eos: stop,
    stops: new Set([stop]),
    bytes: (id) => bytes[id] ?? new Uint8Array(),
    piece: (id) => Buffer.from(bytes[id] ?? []).toString(),
    isControl: (id) => id === stop,
  }
}

function generator(seed) {
  let s = seed
  return () => {
    s = (s + 0x6d2b79f5) | 0
    let x = Math.imul(s ^ (s >>> 15), 1 | s)
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296
  }
}

function mean(xs) {
  return xs.reduce((a, b) => a + b, 0) / xs.length
}

function quantile(xs, q) {
  return [...xs].sort((a, b) => a - b)[Math.floor(q * (xs.length - 1))]
}
