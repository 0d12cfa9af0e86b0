/**
 * What each method brings, on the pilot: RTN → GPTQ → QAT → LR-QAT, with distillation and without, at 1.58, 2, 3 and 4 bits.
 *   nice node bench/models/pilot-methods.mjs --out DIR [--from RUN] [--minutes 11] [--steps 200] [--count 500] [--threads 1]
 * First a float pilot is trained (DIR/float), from RUN (the folder of a pilot's training run, which has its float weights)
 * or, without one, from pilot.gguf's codes; then a file a cell is made of it, run by the engine and scored, and a line
 * added to DIR/cells.jsonl. Killed, the same command goes on. The table and what it teaches: docs/pilot-methods.md.
 */
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createTrainer } from '../../dist/kernels/native/train.js'
import { scoreTask } from '../../dist/sdk/cli/eval-task.js'
import { openModelFile } from '../../dist/sdk/model/open-model-file.js'
import { open } from '../../dist/sdk/open.js'
import { generate } from '../../dist/sdk/pilot/data/generate.js'
import { pilotPath } from '../../dist/sdk/pilot/path.js'
import { readRun, readWeights } from '../../dist/sdk/pilot/train/checkpoint.js'
import { exportPilot } from '../../dist/sdk/pilot/train/export.js'
import { trainOptions } from '../../dist/sdk/pilot/train/options.js'
import { trainPilot } from '../../dist/sdk/pilot/train/run.js'
import { pilotTask } from '../../dist/sdk/pilot/train/task.js'
import { PilotCodec } from '../../dist/sdk/pilot/vocabulary.js'
import { quantize } from '../../dist/sdk/quantize/quantize.js'
import { floatWeights } from '../../dist/sdk/quantize/source/weights.js'
import { Examples } from '../../dist/sdk/quantize/train/examples.js'
import { heldOutLoss, loop } from '../../dist/sdk/quantize/train/loop.js'
import { shapeOf, trainerOf } from '../../dist/sdk/quantize/train/model.js'
import { trainQuantized } from '../../dist/sdk/quantize/train/train.js'

const text = (fallback) => ({ type: 'string', ...(fallback === undefined ? {} : { default: fallback }) })
const { values } = parseArgs({
  options: {
    ...{ out: text(), from: text(pilotPath()), minutes: text('11'), steps: text('200'), count: text('500') },
    ...{
      threads: text('1'),
      types: text('TQ2_0,Q2_0,Q3_K,Q4_0'),
      methods: text('rtn,gptq,qat,qat+kd,lr-qat,lr-qat+kd'),
    },
  },
})
if (!values.out) {
  console.error('Expected --out DIR')
  process.exit(2)
}
const { out } = values
const [threads, steps, count] = [values.threads, values.steps, values.count].map(Number)
/** Of what is trained on, what the best state is chosen by, and what is scored: other examples each. */
const seeds = { calibration: 101, training: 103, choosing: 3, scoring: 2 }
/** Tokens a step, and examples in all: no run comes to the end of them. */
const [TOKENS, EXAMPLES, CHOOSING, WINDOWS] = [1024, 12_000, 256, 512]
const EMBEDDING = 'Q6_K'
const KD = { share: 0.5 }
const bitsOf = { TQ2_0: '1.58', I2_S: '1.58', Q2_0: '2', Q2_K: '2', Q3_K: '3', Q4_0: '4' }
mkdirSync(join(out, 'cells'), { recursive: true })
const say = (line) => process.stdout.write(`${line}\n`)

// The float pilot.
const folder = join(out, 'float')
if (!existsSync(join(folder, 'run.json')) || readRun(folder).minutes < Number(values.minutes)) {
  const begun = existsSync(join(folder, 'run.json'))
  const argv = [`--minutes=${values.minutes}`, `--threads=${threads}`, `--out=${folder}`, '--layers=5', '--lr=0.001']
  argv.push('--batch=2048', '--seed=5', '--rest=0.2', '--every=2', '--float')
  argv.push(...(begun ? ['--resume'] : [`--from=${values.from}`]))
  await trainPilot(trainOptions(argv), pilotTask(), say)
  if (!begun) writeFileSync(join(folder, 'from.txt'), values.from === pilotPath() ? 'pilot.gguf' : 'a run')
}
const run = { ...readRun(folder), float: true }
const weights = readWeights(folder)
const float = join(out, 'float.gguf')
if (!existsSync(float)) writeFileSync(float, exportPilot(run, weights))

// Examples in the model's own layout, marks included.
const codec = new PilotCodec()
const examples = (split, seed, n) =>
  Array.from({ length: n }, (_, index) => {
    const { prompt, wire } = generate(split, seed, index)
    return { prompt: codec.prompt(prompt), answer: codec.answer(wire) }
  })
const calibration = examples('train', seeds.calibration, WINDOWS).map(({ prompt, answer }) =>
  Int32Array.from([...prompt, ...answer]),
)
const set = {
  train: examples('train', seeds.training, EXAMPLES),
  heldOut: examples('heldout', seeds.choosing, CHOOSING),
}
const judged = new Examples({ ...set, heldOut: examples('heldout', seeds.scoring, count) }, { tokens: TOKENS, seed: 1 })
const cases = Array.from({ length: count }, (_, index) => generate('heldout', seeds.scoring, index))

/** BitNet's own way: levels by the mean magnitude, nothing learned of scales; the file is the pilot's, I2_S. */
async function absmean(file, trained, kd) {
  const { vocab, dim, hidden, layers, heads } = run
  const sizes = { vocab, dim, hidden, layers, heads, threads }
  if (!trained) return writeFileSync(file, exportPilot({ ...run, float: false }, weights))
  const [student, teacher] = [
    createTrainer(sizes),
    createTrainer({ ...sizes, quantizeWeights: false, precision: 'bf16' }),
  ]
  for (const { name, data } of weights) for (const trainer of [student, teacher]) trainer.set(name, data)
  await loop(student, new Examples(set, { tokens: TOKENS, seed: 1 }), `${file}.training`, `absmean ${steps} ${kd}`, {
    ...{ steps, lr: 1e-3, distillation: kd ? { teacher, ...KD } : undefined },
  })
  const learned = weights.map((tensor) => ({ ...tensor, data: student.get(tensor.name) }))
  writeFileSync(file, exportPilot({ ...run, float: false }, learned))
  for (const left of [`${file}.training`, `${file}.training.best`]) rmSync(left, { force: true })
}

async function make(file, type, method) {
  const [name, kd] = [method.replace('+kd', ''), method.endsWith('+kd')]
  if (type === 'I2_S') return absmean(file, name !== 'rtn', kd)
  if (name === 'rtn' || name === 'gptq')
    return quantize(float, file, { type, method: name, calibration, embedding: EMBEDDING, threads })
  // Scales over the codes that GPTQ found, trained end to end.
  const [by, from] = name.split(':')
  const codes =
    from === undefined ? { type, embedding: EMBEDDING } : { from: join(out, 'cells', `${type}-${from}-0.gguf`) }
  return trainQuantized(float, file, {
    ...{ method: by, ...codes, examples: set, steps, threads, seed: 1, precision: 'bf16' },
    ...{ context: 256, windows: TOKENS / 256, kd: kd ? KD : undefined },
  })
}

async function score(file) {
  const stored = await openModelFile(file)
  const model = floatWeights(stored)
  const trainer = await trainerOf(model, shapeOf(model), { threads, freeze: ['embedding', 'head', 'gain', 'linear'] })
  const loss = await heldOutLoss(trainer, judged)
  const engine = await open(file, { threads })
  const { right, accuracy, accuracyError } = await scoreTask(engine, cases)
  await engine.close()
  const tensors = [...stored.tensors.values()]
  const all = tensors.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
  const bits = (8 * tensors.reduce((sum, { bytes }) => sum + bytes.length, 0)) / all
  return { right, count, accuracy, accuracyError, loss, bits, bytes: statSync(file).size }
}

const list = join(out, 'cells.jsonl')
const rows = existsSync(list)
  ? readFileSync(list, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  : []
const key = ({ type, method, steps, count }) => `${type} ${method} ${steps} ${count}`
const trains = (method) => method !== 'rtn' && method !== 'gptq' && method !== 'float' && method !== 'pilot.gguf'

async function cell(type, method, makeFile) {
  const row = { type, method, steps: trains(method) ? steps : 0, count }
  if (rows.some((each) => key(each) === key(row))) return
  const file = makeFile ?? join(out, 'cells', `${type}-${method}-${row.steps}.gguf`)
  const began = performance.now()
  try {
    if (!existsSync(file)) await make(file, type, method)
    const seconds = (performance.now() - began) / 1000
    Object.assign(row, await score(file), { seconds })
  } catch (error) {
    if (error.kind !== 'unsupported' && error.kind !== 'mismatch') throw error
    row.why = error.message
  }
  rows.push(row)
  appendFileSync(list, `${JSON.stringify(row)}\n`)
  say(line(row))
}

function line({ type, method, steps, right, count, accuracy, accuracyError, loss, bits, bytes, seconds, why }) {
  const head = `| ${bitsOf[type] ?? ''} | ${type} | ${method}${steps ? ` (${steps} steps)` : ''} |`
  if (why) return `${head} cannot be: ${why} | | | | |`
  const share = `${(100 * accuracy).toFixed(1)} ± ${(100 * accuracyError).toFixed(1)} % (${right} of ${count})`
  return `${head} ${share} | ${loss.toFixed(4)} | ${bits.toFixed(3)} | ${bytes} | ${seconds.toFixed(0)} |`
}

await cell('F32', 'float', float)
await cell('pilot', 'pilot.gguf', pilotPath())
const types = values.types.split(',')
for (const method of values.methods.split(',')) {
  for (const type of types) await cell(type, method)
  if (types.includes('TQ2_0') && (method === 'rtn' || method.startsWith('qat'))) await cell('I2_S', method)
}
say(
  '| bits | format | method | exact | loss | bits a weight, in all | bytes | seconds |\n|---|---|---|---|---|---|---|---|',
)
for (const row of rows) say(line(row))
