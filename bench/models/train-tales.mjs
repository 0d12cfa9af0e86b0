/**
 * Quantizes a model by training and scores the file beside the float one, by llama.cpp's rule:
 *   node bench/models/train-tales.mjs MODEL.gguf TEXT EVAL OUT.gguf --method qat --type Q2_0 --steps 600 [--lr 1e-3] [--kd 0.5] …
 * TEXT is what is trained on, EVAL never is. Prints one line of JSON at the end. Killed, the same command goes on.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { open } from '../../dist/sdk/open.js'
import { trainQuantized } from '../../dist/sdk/quantize/train/train.js'

const numbers = [
  'steps',
  'minutes',
  'lr',
  'rank',
  'windows',
  'samples',
  'epochs',
  'every',
  'patience',
  'seed',
  'threads',
]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: Object.fromEntries(
    [...numbers, 'method', 'type', 'kd', 'temperature', 'precision'].map((n) => [n, { type: 'string' }]),
  ),
})
const [path, text, held, out] = positionals
if (!out) {
  console.error('Expected MODEL TEXT EVAL OUT')
  process.exit(2)
}
const options = Object.fromEntries(numbers.filter((n) => values[n] !== undefined).map((n) => [n, Number(values[n])]))
const report = await trainQuantized(path, out, {
  ...{ method: values.method ?? 'qat', type: values.type ?? 'Q2_0', precision: values.precision ?? 'bf16', ...options },
  text: text === 'own' ? undefined : readFileSync(text, 'utf8'),
  kd: values.kd ? { share: Number(values.kd), temperature: Number(values.temperature ?? 1) } : undefined,
  onProgress: ({ step, loss, heldOut, minutes }) =>
    console.log(
      `step ${step}  loss ${loss?.toFixed(4)}  held out ${heldOut.toFixed(4)}  ${minutes.toFixed(1)} minutes`,
    ),
  onLayer: (layer, before, after) =>
    console.log(`layer ${layer}: ${before.toExponential(3)} -> ${after.toExponential(3)}`),
})
const [float, made] = [await open(path), await open(out)]
const sample = readFileSync(held, 'utf8')
const { curve, ...figures } = report
const score = await made.score(sample, { context: 256, reference: float })
const floatScore = await float.score(sample, { context: 256 })
await Promise.all([float.close(), made.close()])
console.log(
  JSON.stringify({
    ...{ ...values, ...figures, perplexity: score.perplexity, floatPerplexity: floatScore.perplexity },
    ...{ ratio: score.perplexity / floatScore.perplexity, kld: score.kld, sameTop: score.sameTop },
  }),
)
