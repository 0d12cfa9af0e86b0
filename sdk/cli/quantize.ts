import { readFile } from 'node:fs/promises'
import { LutraError } from '../../hal/error.js'
import type { QuantizeReport } from '../quantize/quantize.js'
import type { TrainOptions, TrainReport } from '../quantize/train/options.js'
import { type Command, type Invocation, number, text, UsageError, whole, word } from './command.js'

/** `lutra quantize`: a float model to a low-bit file that Lutra and llama.cpp load. */
export const quantizeCommand: Command = {
  name: 'quantize',
  usage:
    'IN OUT --type T | --target-bpw B | --target-size S | --fit-board BOARD | --method e2e-qp --from FILE [--method M] [--calibration FILE] [--embedding T] [--transform A,B] [--report FILE.html]',
  about: 'Layer by layer on the CPU; cut off at any point it goes on where it was (docs/quantize.md).',
  options: {
    type: { type: 'string' },
    mixture: { type: 'boolean' },
    embedding: { type: 'string' },
    types: { type: 'string' },
    from: { type: 'string' },
    'target-bpw': { type: 'string' },
    'target-size': { type: 'string' },
    'fit-board': { type: 'string' },
    sensitivity: { type: 'string' },
    method: { type: 'string' },
    transform: { type: 'string' },
    seed: { type: 'string' },
    calibration: { type: 'string' },
    context: { type: 'string' },
    windows: { type: 'string' },
    damping: { type: 'string' },
    order: { type: 'string' },
    passes: { type: 'string' },
    symmetric: { type: 'boolean' },
    minutes: { type: 'string' },
    steps: { type: 'string' },
    lr: { type: 'string' },
    rank: { type: 'string' },
    distil: { type: 'string' },
    threads: { type: 'string' },
    fresh: { type: 'boolean' },
    report: { type: 'string' },
    encodings: { type: 'string' },
    hub: { type: 'string' },
  },
  async run(call) {
    const [input, output] = [word(call, 0, 'IN'), word(call, 1, 'OUT')]
    if (!['type', 'target-bpw', 'target-size', 'fit-board', 'from'].some((flag) => call.flags[flag] !== undefined))
      throw new UsageError('Missing --type, --target-bpw, --target-size, --fit-board or --from')
    const { trainMethods } = await import('../quantize/train/options.js')
    const trained = trainMethods.find((method) => method === call.flags.method)
    if (trained) return train(call, input, output, trained)
    if (text(call, 'from') !== undefined) throw new UsageError('Expected --from with --method e2e-qp')
    const { quantize } = await import('../quantize/quantize.js')
    const { methodNames } = await import('../quantize/walk/plan.js')
    const { transformNames } = await import('../quantize/transform/index.js')
    const result = await quantize(input, output, {
      type: text(call, 'type'),
      embedding: text(call, 'embedding'),
      mixture: call.flags.mixture === true,
      types: text(call, 'types')?.split(','),
      targetBpw: number(call, 'target-bpw', 0, 32),
      targetSize: text(call, 'target-size'),
      fitBoard: text(call, 'fit-board'),
      sensitivity: oneOf(call, 'sensitivity', ['error', 'kind', 'layer', 'tensor'] as const),
      method: oneOf(call, 'method', methodNames),
      transforms: text(call, 'transform')
        ?.split(',')
        .map((name) => among('transform', name, transformNames)),
      seed: whole(call, 'seed', 0, 2 ** 31),
      calibration: await readText(text(call, 'calibration')),
      context: whole(call, 'context', 8, 1 << 20),
      windows: whole(call, 'windows', 1, 1 << 20),
      damping: number(call, 'damping', 0, 1000),
      order: oneOf(call, 'order', ['file', 'activation'] as const),
      passes: whole(call, 'passes', 0, 1000),
      asymmetric: call.flags.symmetric !== true,
      threads: whole(call, 'threads', 1, 1024),
      resume: call.flags.fresh !== true,
      signal: call.signal,
      onLayer: ({ name, type: became, error, fallback, seconds }, done, all) =>
        process.stderr.write(
          `${done}/${all} ${name} ${became} error ${(100 * error).toFixed(3)} % ${seconds.toFixed(1)} s${fallback ? ` (${fallback})` : ''}\n`,
        ),
    })
    if (result.vocabularyMissing !== undefined)
      process.stderr.write(`${output} has no vocabulary: ${result.vocabularyMissing}\n`)
    await also(call, input, output, result)
    if (!call.json)
      process.stdout.write(
        `${output}: ${result.bytes} bytes, ${result.bitsPerWeight.toFixed(3)} bits per weight, ${result.tokens} calibration tokens, ${result.seconds.toFixed(1)} s\n`,
      )
    return result
  },
}

/** Methods that learn: the calibration text is what is trained on; without one the model writes it itself. */
async function train(
  call: Invocation,
  input: string,
  output: string,
  method: TrainOptions['method'],
): Promise<TrainReport> {
  const [type, from] = [text(call, 'type'), text(call, 'from')]
  if (type === undefined && from === undefined) throw new UsageError(`Missing --type for ${method}`)
  const share = number(call, 'distil', 0, 1)
  const { trainQuantized } = await import('../quantize/train/train.js')
  const result = await trainQuantized(input, output, {
    ...{ method, type, from, embedding: text(call, 'embedding'), text: await readText(text(call, 'calibration')) },
    minutes: number(call, 'minutes', 0, 1e6),
    steps: whole(call, 'steps', 1, 1e9),
    lr: number(call, 'lr', 0, 10),
    rank: whole(call, 'rank', 1, 1 << 16),
    ...(share === undefined ? {} : { kd: { share } }),
    context: whole(call, 'context', 8, 1 << 20),
    windows: whole(call, 'windows', 1, 1 << 20),
    seed: whole(call, 'seed', 0, 2 ** 31),
    threads: whole(call, 'threads', 1, 1024),
    resume: call.flags.fresh !== true,
    signal: call.signal,
    onProgress: ({ step, loss, heldOut }) =>
      process.stderr.write(`step ${step} loss ${loss.toFixed(4)} held out ${heldOut.toFixed(4)}\n`),
    onLayer: (layer, before, after) =>
      process.stderr.write(`layer ${layer} error ${before.toExponential(3)} to ${after.toExponential(3)}\n`),
  })
  if (!call.json)
    process.stdout.write(
      `${output}: ${result.bytes} bytes, ${result.bitsPerWeight.toFixed(3)} bits per weight, held-out loss ${result.loss.toFixed(4)} (float ${result.floatLoss.toFixed(4)}), ${result.seconds.toFixed(1)} s\n`,
    )
  return result
}

/** What is made of the finished file: a report to read, encodings for AIMET, a folder as on the Hugging Face hub. */
async function also(call: Invocation, input: string, output: string, { layers }: QuantizeReport): Promise<void> {
  const [report, encodings, hub] = [text(call, 'report'), text(call, 'encodings'), text(call, 'hub')]
  if (report === undefined && encodings === undefined && hub === undefined) return
  const { openModelFile } = await import('../model/open-model-file.js')
  const { replaceFile } = await import('../quantize/output/replace.js')
  const file = await openModelFile(output)
  if (report !== undefined) {
    const { analyze } = await import('../quantize/report/analyze.js')
    const { reportPage } = await import('../quantize/report/page.js')
    const { floatWeights } = await import('../quantize/source/weights.js')
    const { linearAlgebra } = await import('../../kernels/linear-algebra.js')
    const algebra = linearAlgebra()
    const model = floatWeights(await openModelFile(input))
    replaceFile(report, reportPage(await analyze(model, file, { algebra, layers, signal: call.signal })))
    await algebra.close?.()
  }
  if (encodings !== undefined) {
    const { encodingsOf } = await import('../quantize/export/encodings.js')
    const { document, refused } = encodingsOf(file)
    replaceFile(encodings, `${JSON.stringify(document, null, 1)}\n`)
    for (const [name, why] of refused) process.stderr.write(`${name} is not in ${encodings}: ${why}\n`)
  }
  if (hub !== undefined) {
    const { writeHubFolder } = await import('../quantize/export/hub-folder.js')
    const { floats } = await writeHubFolder(file, hub)
    for (const [name, why] of floats) process.stderr.write(`${name} is float in ${hub}: ${why}\n`)
  }
}

async function readText(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  return readFile(path, 'utf8').catch((cause) => {
    throw new LutraError('io', `Expected a text at ${path} but could not read it: ${cause.message}`, { cause })
  })
}

function oneOf<T extends string>(call: Invocation, flag: string, names: readonly T[]): T | undefined {
  const found = text(call, flag)
  return found === undefined ? undefined : among(flag, found, names)
}

function among<T extends string>(flag: string, found: string, names: readonly T[]): T {
  if (names.includes(found as T)) return found as T
  throw new UsageError(`Expected --${flag} ${names.join(', ')} but found ${found}`)
}
