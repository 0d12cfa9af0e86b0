/**
 * A training run's folder: state.bin (all that a resumed run needs), weights.bin with weights.json (the float weights
 * for the exporter), run.json (sizes, progress, last figures). Files are replaced whole, never half.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LutraError } from '../../../hal/error.js'
import type { Trainer } from '../../../kernels/native/train.js'

export interface Run {
  readonly vocab: number
  readonly dim: number
  readonly hidden: number
  readonly layers: number
  readonly heads: number
  readonly seed: number
  readonly steps: number
  readonly tokens: number
  /** Training time so far, over all parts. */
  readonly minutes: number
  readonly loss: number
  /** Its weights were not quantized in training. */
  readonly float?: boolean
  readonly heldOut?: { readonly loss: number; readonly exact: number; readonly examples: number }
}

export interface FloatTensor {
  /** GGUF's name. */
  readonly name: string
  /** Outputs; 1 for a gain. */
  readonly rows: number
  readonly cols: number
  readonly data: Float32Array
}

export function writeCheckpoint(folder: string, trainer: Trainer, run: Run): void {
  mkdirSync(folder, { recursive: true })
  const parameters = trainer.parameters()
  replace(join(folder, 'state.bin'), trainer.save())
  replace(join(folder, 'weights.bin'), Buffer.concat(parameters.map(({ name }) => bytesOf(trainer.get(name)))))
  replace(
    join(folder, 'weights.json'),
    JSON.stringify(parameters.map(({ name, rows, cols }) => ({ name, rows, cols }))),
  )
  replace(join(folder, 'run.json'), `${JSON.stringify(run, null, 2)}\n`)
}

export function readRun(folder: string): Run {
  return JSON.parse(readText(join(folder, 'run.json')))
}

export function readState(folder: string): Uint8Array {
  return readBytes(join(folder, 'state.bin'))
}

/** The float weights of a run, for whoever turns them into a model file; needs no addon. */
export function readWeights(folder: string): FloatTensor[] {
  const list: { name: string; rows: number; cols: number }[] = JSON.parse(readText(join(folder, 'weights.json')))
  const bytes = readBytes(join(folder, 'weights.bin'))
  const expected = list.reduce((sum, { rows, cols }) => sum + rows * cols * 4, 0)
  if (bytes.length !== expected)
    throw new LutraError(
      'format',
      `weights.bin in ${folder}: expected ${expected} bytes as weights.json says, found ${bytes.length}`,
    )
  let at = 0
  return list.map(({ name, rows, cols }) => {
    const end = at + rows * cols * 4
    const data = new Float32Array(bytes.slice(at, end).buffer)
    at = end
    return { name, rows, cols, data }
  })
}

function bytesOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
}

function replace(file: string, data: string | Uint8Array): void {
  writeFileSync(`${file}.part`, data)
  renameSync(`${file}.part`, file)
}

function readText(file: string): string {
  return Buffer.from(readBytes(file)).toString('utf8')
}

function readBytes(file: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(file))
  } catch (error) {
    throw new LutraError('io', `${file} cannot be read; is it the folder of a training run?`, { cause: error })
  }
}
