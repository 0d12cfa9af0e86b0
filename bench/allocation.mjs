/**
 * What choosing formats tensor by tensor is worth: llama.cpp's mixtures by name against allocations of the same bytes.
 * Every matrix is rounded by its format's reference encoder with importance; KL divergence from the float model, both in
 * float32, on text that nothing was measured on.
 *   node bench/allocation.mjs MODEL CALIBRATION EVAL     (a float model; two texts)
 * MIXTURES, WINDOWS, SCORED and SENSITIVITY in the environment.
 */
import { readFileSync } from 'node:fs'
import { linearAlgebra } from '../dist/kernels/linear-algebra.js'
import { openModelFile } from '../dist/sdk/model/open-model-file.js'
import { meanDivergence } from '../dist/sdk/quantize/allocate/divergence.js'
import { mixtureModel, mixtureTypes } from '../dist/sdk/quantize/allocate/mixture.js'
import { allocatePlan, usualTypes } from '../dist/sdk/quantize/allocate/plan.js'
import { rounded } from '../dist/sdk/quantize/allocate/survey.js'
import { forward } from '../dist/sdk/quantize/calibrate/forward.js'
import { windowsOf } from '../dist/sdk/quantize/calibrate/windows.js'
import { floatWeights } from '../dist/sdk/quantize/source/weights.js'
import { statisticsOf } from '../dist/sdk/quantize/walk/statistics.js'
import { createTokenizer } from '../dist/sdk/tokenizer/index.js'

const [path, calibration, evaluation] = process.argv.slice(2)
const mixtures = (process.env.MIXTURES ?? 'Q2_K,Q3_K_S,Q3_K_M,Q4_K_S,Q4_K_M,Q5_K_M').split(',')
const file = await openModelFile(path)
const model = floatWeights(file)
const algebra = linearAlgebra()
const tokenizer = createTokenizer(file)
const context = Math.min(256, model.graph.context)
const cut = (text, windows) => windowsOf(readFileSync(text, 'utf8'), tokenizer, { context, windows })
const windows = await cut(calibration, Number(process.env.WINDOWS ?? 32))
const scored = await cut(evaluation, Number(process.env.SCORED ?? 32))
console.log(`${algebra.name}, ${windows.length} windows of ${context} for calibration, ${scored.length} scored`)

/** The diagonal of H of each matrix's input. */
const importance = new Map()
await forward(
  {
    model,
    algebra,
    logits: false,
    async before(op, live) {
      if (op.op !== 'linear') return
      const x = live.get(op.in)
      importance.set(op.weight, (await statisticsOf(algebra, x.length / live.tokens, x)).diagonal)
    },
  },
  windows,
)
const { vocab } = model.graph
const reference = await forward({ model, algebra }, scored)
const float = reference.get('logits')

async function distance(types) {
  const values = new Map()
  let bytes = 0
  for (const [name, type] of types) {
    const found = await rounded(await model.read(name), model.shapes.get(name)[0], type, importance.get(name))
    values.set(name, found.quantized)
    bytes += found.bytes
  }
  const live = await forward({ model, algebra, replaced: (name) => values.get(name) }, scored)
  return { bytes, kld: await meanDivergence([float], [live.get('logits')], vocab) }
}

console.log('mixture   bits   KLD        allocated   ratio   formats')
for (const name of mixtures) {
  const types = mixtureTypes(mixtureModel(model.metadata, model.shapes), name, true)
  const mixture = await distance(types)
  const weights = [...types.keys()].reduce((sum, each) => sum + model.shapes.get(each).reduce((a, b) => a * b), 0)
  const bits = (8 * mixture.bytes) / weights
  const options = { file, model, algebra, windows, types: usualTypes, method: 'imatrix', budget: { bits } }
  const { allocation } = await allocatePlan({ ...options, sensitivity: process.env.SENSITIVITY ?? 'kind' })
  const own = await distance(new Map([...allocation.choices].map(([each, { type }]) => [each, type])))
  const counts = new Map()
  for (const { type } of allocation.choices.values()) counts.set(type, (counts.get(type) ?? 0) + 1)
  const told = [...counts].map(([type, count]) => `${count} ${type}`).join(', ')
  console.log(
    `${name.padEnd(8)} ${bits.toFixed(3)}  ${mixture.kld.toFixed(6)}   ${own.kld.toFixed(6)}    ${(own.kld / mixture.kld).toFixed(3)}   ${told}`,
  )
}
await algebra.close?.()
