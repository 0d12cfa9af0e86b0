/**
 * Are our files better than llama-quantize's at the same bits? The same float model, the same format for every matrix
 * (--pure), the same calibration text; distance from the float model on a text that neither saw: mean KL divergence and the
 * ratio of perplexities, weights decoded to float32 on both sides so that only the weights differ.
 *
 *   LUTRA_LLAMA_BIN=FOLDER node bench/quantize.mjs --model F32.gguf --calibration FILE --eval FILE [--types Q4_0,…]
 *
 * FOLDER holds llama-quantize and llama-imatrix; without it only our own methods are shown. --methods rtn,imatrix,gptq, and
 * those that train (qat, lr-qat, block-ap, e2e-qp, efficient; e2e-qp:gptq goes on from gptq's file), by --training JSON on
 * --train FILE (default: the calibration text). --json writes rows as JSON. Run after `npm run build`.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { F32 } from '../dist/hal/dtypes/index.js'
import { open } from '../dist/sdk/index.js'
import { quantize } from '../dist/sdk/quantize/quantize.js'
import { trainMethods } from '../dist/sdk/quantize/train/options.js'
import { trainQuantized } from '../dist/sdk/quantize/train/train.js'

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? fallback : process.argv[at + 1]
}
const source = option('model')
const calibrationFile = option('calibration')
if (source === undefined || calibrationFile === undefined || option('eval') === undefined) {
  console.log('give --model, --calibration and --eval; bench/models/tales.mjs makes all three')
  process.exit(0)
}
const evaluation = readFileSync(option('eval'), 'utf8').slice(0, Number(option('characters', 60000)))
const types = option('types', 'Q4_0,IQ4_NL,Q3_K,Q2_K').split(',')
const methods = option('methods', 'rtn,imatrix,gptq').split(',')
const context = Number(option('context', 256))
const settings = JSON.parse(option('settings', '{}'))
const training = JSON.parse(option('training', '{"steps":200}'))
const calibration = readFileSync(calibrationFile, 'utf8')
const trainText = readFileSync(option('train', calibrationFile), 'utf8')
const bin = process.env.LUTRA_LLAMA_BIN
const folder = mkdtempSync(join(tmpdir(), 'lutra-quantize-'))

/** Weights as float32, whatever the file has. */
const decoded = ({ name, dtype, shape, bytes }) => {
  const count = shape.reduce((a, b) => a * b, 1)
  const values = new Float32Array(count)
  dtype.decode(bytes, count, 0, count, values)
  return { name, dtype: F32, shape, bytes: new Uint8Array(values.buffer) }
}
const reference = await open(source, { weights: decoded })
const base = await reference.score(evaluation, { context })

async function distance(file) {
  const model = await open(file, { weights: decoded })
  try {
    return await model.score(evaluation, { context, reference })
  } finally {
    await model.close()
  }
}

const quiet = { stdio: ['ignore', 'ignore', 'ignore'] }
const imatrix = join(folder, 'imatrix.dat')
if (bin)
  execFileSync(
    join(bin, 'llama-imatrix'),
    ['-m', source, '-f', calibrationFile, '-o', imatrix, '-c', `${context}`, '-t', '1'],
    quiet,
  )
/** Ours, by whichever room the method is of. */
async function ours(type, method, out) {
  const [name, start] = method.split(':')
  if (!trainMethods.includes(name)) return quantize(source, out, { type, method, calibration, context, ...settings })
  const from = start === undefined ? undefined : join(folder, 'from.gguf')
  const made = from && (await quantize(source, from, { type, method: start, calibration, context, ...settings }))
  const { embedding, threads } = settings
  const format = from ? { from } : { type, embedding }
  const trained = await trainQuantized(source, out, {
    ...{ method: name, text: trainText, context, threads, ...format },
    ...training,
  })
  return { ...trained, seconds: trained.seconds + (made?.seconds ?? 0) }
}

/** llama-quantize's names of single types. */
const llamaName = (type) => ({ Q3_K: 'Q3_K_S', Q4_K: 'Q4_K_S', Q5_K: 'Q5_K_S' })[type] ?? type

const rows = []
console.log(`${source}: perplexity ${base.perplexity.toFixed(4)} on ${base.tokens} tokens, windows of ${context}`)
console.log('type      by                        bits    perplexity   mean KLD  same top')
for (const type of types) {
  const tries = []
  if (bin)
    for (const [by, extra] of [
      ['llama-quantize', []],
      ['llama-quantize --imatrix', ['--imatrix', imatrix]],
    ])
      tries.push([
        by,
        async (out) => {
          execFileSync(join(bin, 'llama-quantize'), ['--pure', ...extra, source, out, llamaName(type)], quiet)
        },
      ])
  for (const method of methods) tries.push([`lutra ${method}`, (out) => ours(type, method, out)])
  for (const [by, make] of tries) {
    const out = join(folder, 'out.gguf')
    try {
      const made = await make(out)
      const { perplexity, kld, sameTop } = await distance(out)
      const ratio = perplexity / base.perplexity - 1
      rows.push({ type, by, perplexity, ratio, kld, sameTop, seconds: made?.seconds })
      console.log(
        `${type.padEnd(9)} ${by.padEnd(25)} ${(made?.bitsPerWeight ?? 0).toFixed(3)} ${(100 * ratio).toFixed(2).padStart(9)} % ${kld.toFixed(5).padStart(10)} ${(100 * sameTop).toFixed(1).padStart(7)} %${made ? `  ${made.seconds.toFixed(1)} s` : ''}`,
      )
    } catch (error) {
      console.log(`${type.padEnd(9)} ${by.padEnd(25)} ${error.message.slice(0, 150)}`)
    }
    if (existsSync(out)) rmSync(out)
  }
}
await reference.close()
rmSync(folder, { recursive: true })
if (process.argv.includes('--json')) console.log(JSON.stringify(rows))
