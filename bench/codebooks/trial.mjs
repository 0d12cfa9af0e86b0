/**
 * One model under trial: its layers' matrices quantized in this process, embedding and head left as floats, the weights
 * decoded to float32 and judged on text that neither saw. Formats need not be ones that a file can hold.
 */
import { readFileSync } from 'node:fs'
import { dtypeByName, F32 } from '../../dist/hal/dtypes/index.js'
import { linearAlgebra } from '../../dist/kernels/linear-algebra.js'
import { open } from '../../dist/sdk/index.js'
import { openModelFile } from '../../dist/sdk/model/open-model-file.js'
import { Live } from '../../dist/sdk/quantize/calibrate/live.js'
import { windowsOf } from '../../dist/sdk/quantize/calibrate/windows.js'
import { jobs } from '../../dist/sdk/quantize/rows/jobs.js'
import { floatWeights } from '../../dist/sdk/quantize/source/weights.js'
import { matricesOf } from '../../dist/sdk/quantize/walk/one-type.js'
import { blind } from '../../dist/sdk/quantize/walk/plan.js'
import { walk } from '../../dist/sdk/quantize/walk/walk.js'
import { createTokenizer } from '../../dist/sdk/tokenizer/index.js'

/** A tensor's place in its file is left out: engines would read it there. */
const asFloat = ({ name, shape }, values) => ({
  ...{ name, shape, dtype: F32 },
  bytes: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
})
const count = (shape) => shape.reduce((a, b) => a * b, 1)

/** Weights as float32, whatever the file has. */
export function decoded(tensor) {
  const values = new Float32Array(count(tensor.shape))
  tensor.dtype.decode(tensor.bytes, values.length, 0, values.length, values)
  return asFloat(tensor, values)
}

export async function trialOf({ source, calibration, characters, evaluation, from = 0, scored, context, windows }) {
  const file = await openModelFile(source)
  const model = floatWeights(file)
  const algebra = linearAlgebra()
  const text = readFileSync(calibration, 'utf8').slice(0, characters)
  const cut = await windowsOf(text, createTokenizer(file), { context, windows })
  const judged = readFileSync(evaluation, 'utf8').slice(from, from + scored)
  const reference = await open(source, { weights: decoded })
  const base = await reference.score(judged, { context })
  const names = matricesOf(model).filter((name) => name.startsWith('blk.'))

  /** A model's distance from the float one; `weights` as open takes it. */
  async function distance(path, weights) {
    const other = await open(path, { weights })
    try {
      return await other.score(judged, { context, reference })
    } finally {
      await other.close()
    }
  }

  /**
   * `typeOf(rows, cols)` gives a format's name for each matrix; `options` are the quantizer's. `own` stands in for a method:
   * `run(problem)` gives decoded weights, `bits(rows, cols)` what they would take; the type is then F32.
   */
  async function measure(typeOf, method, options = {}, own = undefined) {
    const began = process.cpuUsage()
    const plan = new Map()
    let [bits, all] = [0, 0]
    for (const name of names) {
      const [cols, rows] = model.shapes.get(name)
      const type = typeOf(rows, cols)
      plan.set(name, { type, method })
      bits += (own?.bits(rows, cols) ?? dtypeByName(type).bits) * rows * cols
      all += rows * cols
    }
    const seen = blind.includes(method) ? [] : cut
    const streams = { quantized: new Live(seen), ...(options.asymmetric === false ? {} : { float: new Live(seen) }) }
    const done = new Map()
    const layers = []
    // Worker threads do not know the formats of this process.
    const pool = {
      async run(name, given, rows) {
        if (own && name === 'method') new Float32Array(given.problem.bytes.buffer).set(own.run(given.problem))
        else jobs[name](given, 0, rows)
      },
    }
    await walk({
      ...{ model, plan, streams, tools: { algebra, pool }, options, from: 0, done },
      onMatrix: async ({ report }) => layers.push(report),
      onRest: async () => undefined,
    })
    const { user, system } = process.cpuUsage(began)
    const instead = (tensor) => {
      const bytes = done.get(tensor.name)
      return decoded(bytes ? { ...tensor, dtype: dtypeByName(plan.get(tensor.name).type), bytes } : tensor)
    }
    const { perplexity, kld, sameTop } = await distance(source, instead)
    return {
      bits: bits / all,
      perplexity,
      ratio: perplexity / base.perplexity - 1,
      kld,
      sameTop,
      cpu: (user + system) / 1e6,
      plan,
      done,
      layers,
    }
  }

  return {
    ...{ model, base, measure, distance, tokens: cut.reduce((sum, { length }) => sum + length, 0) },
    async close() {
      await reference.close()
      await algebra.close?.()
    },
  }
}
