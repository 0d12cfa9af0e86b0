/**
 * Do codebooks near two bits lose less than uniform formats at three? GPTVQ's pairs against every way we have to round to
 * plain integers with group scales, on the same float model, calibration text and held-out text: perplexity and mean KL
 * divergence from the float model. Bits count codes, scales, minima and codebooks of the layers' matrices; embedding and
 * head stay float32, and weights are decoded to float32 to be judged, since no file holds most of these formats.
 *   npm run bench codebooks           (BabyLlama of ../shared/data; tales where LUTRA_TALES names the folder of bench/models/tales.mjs)
 *   node bench/codebooks.mjs [--model tales] [--windows 64] [--only TEXT] [--methods rtn,gptq]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dtypeByName } from '../dist/hal/dtypes/index.js'
import { vqFor } from '../dist/sdk/quantize/method/vq/geometry.js'
import { writeQuantized } from '../dist/sdk/quantize/output/write.js'
import { paperBits, paperGptvq } from './codebooks/paper.mjs'
import { decoded, trialOf } from './codebooks/trial.mjs'
import { uniform, widest } from './codebooks/uniform.mjs'

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? fallback : process.argv[at + 1]
}
const only = option('only', '')
const windows = Number(option('windows', 64))
const data = process.env.LUTRA_DATA ?? new URL('../../shared/data', import.meta.url).pathname
const tales = process.env.LUTRA_TALES
const models = {
  BabyLlama: {
    source: join(data, 'babyllama-tok105/model5000.bin'),
    ...{ calibration: join(data, 'text/tinystories_197k.txt'), characters: 150000, windows },
    ...{ evaluation: join(data, 'text/tinystories_944k.txt'), scored: 30000, context: 256 },
  },
  tales: tales && {
    source: join(tales, 'tales-F32.gguf'),
    ...{ calibration: join(tales, 'calibration.txt'), windows },
    ...{ evaluation: join(tales, 'eval.txt'), scored: 40000, context: 256 },
  },
}

const vq = (bits) => (rows, cols) => vqFor(rows, cols, { bits, lanes: 2 }).name
const codebooks = [
  ['pairs, not moved, official weights', vq(2), { of: { gptvq: { turns: 0, weighing: 'official' } } }],
  ['pairs, not moved', vq(2), { of: { gptvq: { turns: 0 } } }],
  ['pairs, one round of four turns', vq(2), { of: { gptvq: { turns: 4, rounds: 1 } } }],
  ['pairs, 2 bits', vq(2), {}],
  ['pairs, 2.5 bits', vq(2.5), {}],
]
/** What the paper has and our type does not: block scales, codebooks of half the rank. */
const paper = (wish, more) => {
  const cut = (rows, cols) => {
    const { rows: tall, span, lanes, codeBits } = dtypeByName(vqFor(rows, cols, wish).name).codebooks
    return { rows: tall, span, lanes, codeBits, ...more(span, 2 ** codeBits * lanes) }
  }
  return {
    bits: (rows, cols) => paperBits(rows, cols, cut(rows, cols)),
    run: (problem) => paperGptvq(problem, cut(problem.rows, problem.cols)),
  }
}
const near64 = (span) => [64, 44, 32].find((block) => span % block === 0)
const [single, pairs] = [
  { bits: 2, lanes: 1 },
  { bits: 2, lanes: 2 },
]
const trials = [
  ['trial: pairs', paper(pairs, () => ({}))],
  ['trial: pairs with block scales', paper({ ...pairs, overhead: 0.0625 }, (span) => ({ block: near64(span) }))],
  ['trial: pairs of half the rank', paper({ ...pairs, overhead: 0.25 }, (_, n) => ({ rank: n / 2 }))],
  ['trial: singles', paper(single, () => ({}))],
  ['trial: singles with block scales', paper({ ...single, overhead: 0.0625 }, (span) => ({ block: near64(span) }))],
  ['trial: singles of half the rank', paper({ ...single, overhead: 0.25 }, (_, n) => ({ rank: n / 2 }))],
]
const row = (bits, minimum) => (_, cols) => uniform(bits, widest(cols), minimum)
const groups = (bits, group, minimum) => () => uniform(bits, group, minimum)
const grids = [
  ['2 bits, scale for 16', groups(2, 16)],
  ['2 bits, scale and minimum for 32', groups(2, 32, true)],
  ['3 bits, scale for a row', row(3)],
  ['3 bits, scale and minimum for 128', (_, cols) => uniform(3, widest(cols, 128), true)],
]
const classic = { passes: 0, asymmetric: false, order: 'file' }
const methods = [
  ...['rtn', 'min-max', 'mse', 'imatrix', 'clip', 'seq-mse'].map((name) => [name, name, {}]),
  ['gptq feedback alone', 'gptq', classic],
  ['gptq', 'gptq', {}],
]
const chosen = option('methods')?.split(',')

for (const [name, given] of Object.entries(models)) {
  if (name !== option('model', name)) continue
  if (!given || !existsSync(given.source)) {
    console.log(`${name}: not here`)
    continue
  }
  const trial = await trialOf(given)
  const { perplexity, tokens } = trial.base
  console.log(
    `\n${name}: float perplexity ${perplexity.toFixed(4)} on ${tokens} tokens; calibration ${trial.tokens} tokens`,
  )
  console.log(`${'format'.padEnd(37)} ${'method'.padEnd(22)}  bits  perplexity    mean KLD  same top  CPU s`)
  const show = (format, method, { bits, ratio, kld, sameTop, cpu }) =>
    console.log(
      `${format.padEnd(37)} ${method.padEnd(22)} ${bits.toFixed(3)} ${(100 * ratio).toFixed(2).padStart(9)} % ` +
        `${kld.toFixed(5).padStart(11)} ${(100 * sameTop).toFixed(1).padStart(7)} % ${cpu.toFixed(0).padStart(6)}`,
    )
  for (const [format, typeOf, options] of codebooks)
    if (format.includes(only)) show(format, 'gptvq', await trial.measure(typeOf, 'gptvq', options))
  for (const [format, own] of trials)
    if (format.includes(only)) show(format, 'gptvq', await trial.measure(() => 'F32', 'gptvq', { order: 'file' }, own))
  for (const [format, typeOf] of grids)
    for (const [label, method, options] of methods)
      if (format.includes(only) && (!chosen || chosen.includes(label)))
        show(format, label, await trial.measure(typeOf, method, options))
  if ('check'.includes(only)) await check(trial)
  await trial.close()
}

/** That this way of judging is the engine's: the same bytes in a file, and the bench's formats where files have them too. */
async function check(trial) {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-codebooks-'))
  try {
    for (const [label, own, real, method] of [
      ['pairs', vq(2), vq(2), 'gptvq'],
      ['Q4_0', groups(4, 32), () => 'Q4_0', 'gptq'],
      ['Q4_1', groups(4, 32, true), () => 'Q4_1', 'gptq'],
    ]) {
      const here = await trial.measure(own, method)
      const { plan, done } = own === real ? here : await trial.measure(real, method)
      const path = join(folder, 'check.gguf')
      await writeQuantized(path, trial.model, plan, done, {})
      const file = await trial.distance(path, decoded)
      const engine = await trial.distance(path)
      console.log(
        `check ${label}: KLD here ${here.kld.toFixed(7)}, of the file ${file.kld.toFixed(7)}, by the engine's own kernels ${engine.kld.toFixed(5)}`,
      )
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
