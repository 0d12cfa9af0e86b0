/**
 * The workshop's door: a float model and a wish in, the best low-bit file for it out. Read this file first.
 * takes  paths of a model and of the output, options · gives  QuantizeReport, and the file, whole or not at all
 * before ./walk · after sdk/cli quantize
 */
import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { LutraError } from '../../hal/error.js'
import { wishOf } from '../../hal/wish.js'
import { linearAlgebra } from '../../kernels/linear-algebra.js'
import { openModelFile } from '../model/open-model-file.js'
import { createTokenizerInTurns } from '../tokenizer/create.js'
import { windowsOf } from './calibrate/windows.js'
import { Parts } from './output/parts.js'
import { writeQuantized } from './output/write.js'
import { RowPool } from './rows/pool.js'
import { floatWeights } from './source/weights.js'
import type { MatrixOptions } from './walk/matrix.js'
import { oneType } from './walk/one-type.js'
import { blind, type LayerReport, type MethodName, type Plan } from './walk/plan.js'
import { walk } from './walk/walk.js'

export interface QuantizeOptions extends MatrixOptions {
  /** Format of every matrix, such as `Q4_0`; what does not fit its columns becomes what llama.cpp would write. */
  readonly type: string
  /** Default: `gptq` with a calibration text, `rtn` without. */
  readonly method?: MethodName
  /** Text like what the model will see. */
  readonly calibration?: string
  /** Tokens of a calibration window; default 512, or the model's context if that is smaller. */
  readonly context?: number
  /** Most windows, spread evenly over the text; default 128. */
  readonly windows?: number
  /** Meets the float model's outputs with the quantized model's inputs; default true. */
  readonly asymmetric?: boolean
  /** Default: all this process may use. */
  readonly threads?: number
  /** Goes on where an earlier call with the same wish was cut off; default true. */
  readonly resume?: boolean
  readonly signal?: AbortSignal
  readonly onLayer?: (layer: LayerReport, done: number, all: number) => void
}

export interface QuantizeReport {
  readonly layers: readonly LayerReport[]
  /** Of the file. */
  readonly bytes: number
  readonly bitsPerWeight: number
  /** Calibration tokens seen. */
  readonly tokens: number
  readonly seconds: number
}

/** @throws LutraError io, format, limit, mismatch, unsupported, cancelled; what is done stays in `output.parts` */
export async function quantize(input: string, output: string, options: QuantizeOptions): Promise<QuantizeReport> {
  const began = performance.now()
  const file = await openModelFile(input)
  const { calibration, signal, asymmetric = true, threads = availableParallelism() } = options
  const method = options.method ?? (calibration === undefined ? 'rtn' : 'gptq')
  if (!blind.includes(method) && calibration === undefined)
    throw new LutraError('mismatch', `Expected a calibration text for ${method} but there is none`)
  const model = floatWeights(file)
  const plan = oneType(model, options.type.toUpperCase(), method)
  const context = options.context ?? Math.min(512, model.graph.context)
  const windows =
    calibration === undefined || blind.includes(method)
      ? []
      : await windowsOf(calibration, await createTokenizerInTurns(file, signal), {
          ...{ context, windows: options.windows ?? 128, signal },
        })

  const parts = Parts.open(output, fingerprint(file, plan, windows, options), options.resume ?? true)
  const algebra = linearAlgebra({ ...wishOf(process.env), threads })
  const pool = new RowPool(threads)
  try {
    const streams = parts.streams(windows, asymmetric)
    await walk({
      ...{ model, plan, streams, tools: { algebra, pool }, options, from: parts.from, done: parts.done, signal },
      async onMatrix({ bytes, report }) {
        parts.add(report, bytes)
        options.onLayer?.(report, parts.layers.length, plan.size)
      },
      async onRest(at, buffer) {
        parts.rest(at, buffer, streams)
      },
    })
  } finally {
    await pool.close()
    await algebra.close?.()
  }
  const written = await writeQuantized(output, model, plan, parts.done, { 'general.quantization_version': 2 })
  parts.remove()
  const tokens = windows.reduce((sum, { length }) => sum + length, 0)
  return { layers: parts.layers, ...written, tokens, seconds: (performance.now() - began) / 1000 }
}

/** The same wish on the same model gives the same file; anything else starts anew. */
function fingerprint(
  { path, bytes }: { path: string; bytes: number },
  plan: Plan,
  windows: readonly Int32Array[],
  { damping, order, passes, asymmetric }: QuantizeOptions,
): string {
  const hash = createHash('sha256')
  hash.update(JSON.stringify({ path, bytes, plan: [...plan], damping, order, passes, asymmetric }))
  for (const window of windows) hash.update(new Uint8Array(window.buffer, window.byteOffset, window.byteLength))
  return hash.digest('hex')
}
