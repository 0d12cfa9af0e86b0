/**
 * Trains the test model of the quantizers, "tales": a llama of 3.4 million float weights whose dimensions are multiples
 * of 256, on stories, and writes tales-F32.gguf, eval.txt (held out) and calibration.txt (of the training part):
 *   nice node bench/models/tales.mjs --data ../shared/data --out DIR [--steps N] [--seed 1] [--threads 2] [--stop-after MINUTES]
 * Killed, the same command goes on from the last checkpoint in DIR, bit by bit. The recipe and its result stand in tales.md.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { F32 } from '../../dist/hal/dtypes/index.js'
import { createTrainer } from '../../dist/kernels/native/train.js'
import { GgufFloat, writeGguf } from '../../dist/sdk/model/gguf-writer.js'
import { readLlama2cVocabulary } from '../../dist/sdk/model/llama2c-vocabulary.js'
import { createTokenizer } from '../../dist/sdk/tokenizer/create.js'

const sizes = { vocab: 512, dim: 256, hidden: 768, layers: 4, heads: 4, kvHeads: 2 }
const CONTEXT = 256
/** Windows a step. */
const WINDOWS = 8
const PEAK = 2e-3
const WARM_UP = 100
const DECAY = 0.1
const EVERY = 100
const files = ['tinystories_944k.txt', 'tinystories_197k.txt', 'grimm_tales.txt']

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    steps: { type: 'string', default: '1500' },
    seed: { type: 'string', default: '1' },
    threads: { type: 'string', default: '2' },
    'stop-after': { type: 'string', default: '1000' },
  },
})
if (!values.data || !values.out) {
  console.error('Expected --data DIR and --out DIR')
  process.exit(2)
}
const steps = Number(values.steps)
const seed = Number(values.seed)
const out = values.out
mkdirSync(out, { recursive: true })

/** One form for all: no licence round the book, no lines broken at 72 columns, typewriter's quotes. */
function plain(text) {
  const book = text.match(/\*\*\* START OF[^\n]*\n(.*)\*\*\* END OF/s)?.[1] ?? text
  return book
    .replace(/^\uFEFF/, '')
    .replaceAll('\r\n', '\n')
    .replace(/[“”]/g, '"')
    .replace(/[‘’]/g, "'")
    .replaceAll('—', '--')
    .replace(/([^\n])\n[ \t]*(?=[^\s])/g, (all, last) => (text.includes('\r\n') ? `${last} ` : all))
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

const parts = files.map((file) => {
  const text = plain(readFileSync(join(values.data, 'text', file), 'utf8'))
  const cut = text.indexOf('\n', Math.floor(text.length * 0.9))
  return { train: text.slice(0, cut), heldOut: text.slice(cut).trim() }
})
const heldOutText = parts.map((part) => part.heldOut).join('\n\n')
// The two files of stories share most of theirs: no line of the held-out part is trained on, and none twice.
const seen = new Set(heldOutText.split('\n').filter((line) => line.length > 40))
const trainTexts = parts.map(({ train }) =>
  train
    .split('\n')
    .filter((line) => line.length <= 40 || (!seen.has(line) && seen.add(line)))
    .join('\n'),
)
const calibration = trainTexts.map((text) => text.slice(text.length >> 1, (text.length >> 1) + 40_000)).join('\n\n')

const vocabulary = readLlama2cVocabulary(readFileSync(join(values.data, 'tinyllamas', 'tok512.bin')), sizes.vocab)
const tokenizer = createTokenizer({ metadata: vocabulary })
const encode = (text) => tokenizer.encode(text, { bos: false })
const train = Int32Array.from(trainTexts.flatMap((text) => encode(text)))
const heldOut = Int32Array.from(encode(heldOutText))

/** Windows as readers score them: the begin mark, then text; every token has a target. */
function batch(ids, starts) {
  const tokens = new Int32Array(starts.length * CONTEXT).fill(tokenizer.bos)
  const targets = new Int32Array(tokens.length)
  starts.forEach((start, n) => {
    tokens.set(ids.subarray(start, start + CONTEXT - 1), n * CONTEXT + 1)
    targets.set(ids.subarray(start, start + CONTEXT), n * CONTEXT)
  })
  return { tokens, targets, seqStarts: Int32Array.from({ length: starts.length + 1 }, (_, n) => n * CONTEXT) }
}

/** The step alone says which windows it takes: a resumed run takes the same. */
function windowsOf(step) {
  let x = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(step + 1, 0x85ebca6b)) >>> 0
  const next = () => {
    x = (x + 0x6d2b79f5) >>> 0
    let t = Math.imul(x ^ (x >>> 15), x | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  return Array.from({ length: WINDOWS }, () => Math.floor(next() * (train.length - CONTEXT)))
}

const trainer = createTrainer({
  ...sizes,
  architecture: 'llama',
  head: 'own',
  precision: 'bf16',
  seed,
  threads: Number(values.threads),
})

async function heldOutLoss() {
  let loss = 0
  let count = 0
  for (let at = 0; at + CONTEXT <= heldOut.length; at += WINDOWS * CONTEXT) {
    const starts = []
    for (let s = at; s < at + WINDOWS * CONTEXT && s + CONTEXT <= heldOut.length; s += CONTEXT) starts.push(s)
    loss += (await trainer.evaluate(batch(heldOut, starts))).loss * starts.length
    count += starts.length
  }
  return loss / count
}

function replace(name, data) {
  writeFileSync(join(out, `${name}.part`), data)
  renameSync(join(out, `${name}.part`), join(out, name))
}

function gguf() {
  const metadata = new Map([
    ['general.architecture', 'llama'],
    ['general.name', 'tales'],
    ['general.file_type', 0],
    ['llama.context_length', CONTEXT],
    ['llama.embedding_length', sizes.dim],
    ['llama.block_count', sizes.layers],
    ['llama.feed_forward_length', sizes.hidden],
    ['llama.attention.head_count', sizes.heads],
    ['llama.attention.head_count_kv', sizes.kvHeads],
    ['llama.attention.layer_norm_rms_epsilon', new GgufFloat(1e-5)],
    ['llama.rope.dimension_count', sizes.dim / sizes.heads],
    ['llama.rope.freq_base', new GgufFloat(10000)],
    ['llama.vocab_size', sizes.vocab],
    ...vocabulary,
  ])
  const tensors = trainer.parameters().map(({ name, rows, cols, kind }) => ({
    name,
    dtype: F32,
    shape: kind === 'gain' ? [cols] : [cols, rows],
    bytes: new Uint8Array(trainer.get(name).buffer),
  }))
  return writeGguf(metadata, tensors)
}

replace('eval.txt', heldOutText)
replace('calibration.txt', calibration)
const state = join(out, `state-${steps}-${seed}.bin`)
if (existsSync(state)) trainer.load(readFileSync(state))
const weights = trainer.parameters().reduce((sum, { rows, cols }) => sum + rows * cols, 0)
console.log(
  `${weights} weights, ${train.length} tokens to train on, ${heldOut.length} held out, ` +
    `${trainer.isa}, from step ${trainer.steps} to ${steps}`,
)
const begin = performance.now()
const minutes = () => (performance.now() - begin) / 60_000
let mean = Number.NaN
while (trainer.steps < steps && minutes() < Number(values['stop-after'])) {
  const step = trainer.steps
  const cosine = 0.02 + 0.98 * 0.5 * (1 + Math.cos((Math.PI * step) / steps))
  const lr = PEAK * cosine * Math.min(1, (step + 1) / WARM_UP)
  const { loss } = await trainer.step(batch(train, windowsOf(step)), { lr, weightDecay: DECAY, clip: 1 })
  mean = Number.isNaN(mean) ? loss : 0.95 * mean + 0.05 * loss
  if (trainer.steps % EVERY === 0 || trainer.steps === steps) {
    const outside = await heldOutLoss()
    console.log(
      `step ${trainer.steps}  loss ${mean.toFixed(4)}  held out ${outside.toFixed(4)} ` +
        `(perplexity ${Math.exp(outside).toFixed(4)})  lr ${lr.toExponential(2)}  ${minutes().toFixed(1)} minutes`,
    )
    replace(`state-${steps}-${seed}.bin`, trainer.save())
    replace('tales-F32.gguf', gguf())
  }
}
replace('tales-F32.gguf', gguf())
