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
import { givenWindows, windowsOf } from './calibrate/windows.js'
import { Parts } from './output/parts.js'
import { addedVocabulary } from './output/vocabulary.js'
import { writeQuantized } from './output/write.js'
import { RowPool } from './rows/pool.js'
import { type FloatWeights, floatWeights } from './source/weights.js'
import { type TransformName, transform } from './transform/index.js'
import type { MatrixOptions } from './walk/matrix.js'
import { blind, type LayerReport, type MethodName, type Plan } from './walk/plan.js'
import { walk } from './walk/walk.js'
import { type PlanRoom, planFor, type Wish } from './wish.js'

export interface QuantizeOptions extends MatrixOptions, Wish {
  /** Default: `gptq` with a calibration text, `rtn` without. */
  readonly method?: MethodName
  /**
   * Text like what the model will see; or windows of ids, marks included, where its layout is no plain text's (then
   * `context` and `windows` say nothing).
   */
  readonly calibration?: string | readonly Int32Array[]
  /** Tokens of a calibration window; default 512, or the model's context if that is smaller. */
  readonly context?: number
  /** Most windows, spread evenly over the text; default 128. */
  readonly windows?: number
  /** Changes to the float model first, which leave its outputs alone; see ./transform. */
  readonly transforms?: readonly TransformName[]
  /** Seed of rotations; default 0. */
  readonly seed?: number
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
  /** Why the file has no vocabulary: it runs on token ids alone. */
  readonly vocabularyMissing?: string
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
  const source = floatWeights(file)
  const context = options.context ?? Math.min(512, source.graph.context)
  const looks = calibration !== undefined && !(blind.includes(method) && options.type !== undefined)
  const windows = !looks
    ? []
    : typeof calibration === 'string'
      ? await windowsOf(calibration, await createTokenizerInTurns(file, signal), {
          ...{ context, windows: options.windows ?? 128, signal },
        })
      : givenWindows(calibration, source.graph.vocab)

  const algebra = linearAlgebra({ ...wishOf(process.env), threads })
  const pool = new RowPool(threads)
  let parts: Parts | undefined
  try {
    // Before hours of work, which a vocabulary that cannot be read would spoil.
    const { metadata, missing } = await addedVocabulary(file, signal)
    const room = { file, algebra, windows, method, context: source.graph.context, signal }
    const model = await transformed(source, room, options)
    const { plan, fileType } = await planFor({ ...room, model }, options)
    const taken = Parts.open(output, fingerprint(file, plan, windows, options), options.resume ?? true)
    parts = taken
    const streams = taken.streams(windows, asymmetric)
    await walk({
      ...{ model, plan, streams, tools: { algebra, pool }, options, from: taken.from, done: taken, signal },
      async onMatrix({ bytes, report }) {
        taken.add(report, bytes)
        options.onLayer?.(report, taken.layers.length, plan.size)
      },
      async onRest(at, buffer) {
        taken.rest(at, buffer, streams)
      },
    })
    const written = await writeQuantized(output, model, plan, taken, {
      ...metadata,
      'general.quantization_version': 2,
      ...(fileType === undefined ? {} : { 'general.file_type': fileType }),
    })
    taken.remove()
    const tokens = windows.reduce((sum, { length }) => sum + length, 0)
    const seconds = (performance.now() - began) / 1000
    return { layers: taken.layers, ...written, tokens, ...(missing && { vocabularyMissing: missing }), seconds }
  } finally {
    parts?.close()
    await pool.close()
    await algebra.close?.()
  }
}

/** AWQ looks at calibration, and at the format each matrix will have; the others at weights alone. */
async function transformed(
  source: FloatWeights,
  room: Omit<PlanRoom, 'model'>,
  options: QuantizeOptions,
): Promise<FloatWeights> {
  const { transforms = [], seed } = options
  if (!transforms.includes('awq') || room.windows.length === 0) return transform(source, transforms, { seed })
  if (options.type === undefined)
    throw new LutraError('unsupported', 'Expected a type together with awq: a budget is shared out after it')
  const { plan } = await planFor({ ...room, model: source }, options)
  const { windows, algebra, signal } = room
  const awq = { windows, algebra, signal, grid: (name: string) => plan.get(name)?.type }
  return transform(source, transforms, { seed, awq })
}

/** The same wish on the same model gives the same file; anything else starts anew. */
function fingerprint(
  { path, bytes }: { path: string; bytes: number },
  plan: Plan,
  windows: readonly Int32Array[],
  { damping, order, passes, asymmetric, transforms, seed, of }: QuantizeOptions,
): string {
  const hash = createHash('sha256')
  hash.update(
    JSON.stringify({ path, bytes, plan: [...plan], damping, order, passes, asymmetric, transforms, seed, of }),
  )
  for (const window of windows) hash.update(new Uint8Array(window.buffer, window.byteOffset, window.byteLength))
  return hash.digest('hex')
}
