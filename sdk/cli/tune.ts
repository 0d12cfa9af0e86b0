import type { Backend, Engine } from '../../hal/backend.js'
import { dtypeByName, tensorBytes } from '../../hal/dtypes/index.js'
import { LutraError } from '../../hal/error.js'
import { describeKernel, type KernelMeasurement } from '../../hal/kernel-choice.js'
import { rivals } from '../../hal/plan.js'
import type { OpShape } from '../../hal/shapes.js'
import type { Tensor } from '../../hal/tensor.js'
import { backends } from '../../kernels/index.js'
import { writeTuned } from '../open/tuned.js'
import type { Model } from '../open.js'
import { type Command, engineOptions, type Invocation, word } from './command.js'
import { withModel } from './model-options.js'
import type { PredictedRow } from './tune-wasm.js'

/** Rounds in which the rivals take turns, and how long each runs in one. */
const rounds = 3
const milliseconds = 150
/** Copies of a weight that are read in turn, so that caches hold no more of them than of a whole model. */
const mostBytes = 512 * 2 ** 20

interface Row extends KernelMeasurement {
  readonly best: boolean
}

/** `lutra tune`: races the kernels that can stand in for each other, on a model's shapes, and keeps the result. */
export const tune: Command = {
  name: 'tune',
  usage: 'MODEL [--threads N]',
  about: 'Measures table lookup against multiply-add on this device for the shapes of MODEL, and remembers.',
  options: { backend: engineOptions.backend, isa: engineOptions.isa, threads: engineOptions.threads },
  async run(call) {
    return withModel(call, word(call, 0, 'MODEL'), async (model) => {
      const backend = backends.find(({ name }) => name === model.backend.name)
      if (backend?.name === 'wasm') return showWasm(model, call)
      const rows: Row[] = []
      for (const shape of model.plan.ops) {
        const runners = backend ? rivals(backend, shape) : []
        if (!backend || runners.length < 2) continue
        const found = await race(backend, model, shape, runners, call.signal)
        const least = Math.min(...found.map(({ seconds }) => seconds))
        for (const each of found) {
          const row = { ...each, best: each.seconds === least }
          rows.push(row)
          if (!call.json) print(row)
        }
      }
      const kept =
        rows.length > 0
          ? writeTuned(
              model.device,
              rows.map(({ best: _, ...row }) => row),
            )
          : undefined
      if (!call.json)
        process.stdout.write(
          rows.length === 0
            ? 'No op of this model has rivals here.\n'
            : `kept in ${kept ?? 'no file (LUTRA_CACHE=off)'}\n`,
        )
      return { rows, kept }
    })
  },
}

/** The wasm engine keeps its own choice; what is shown here is where it comes from. */
async function showWasm(model: Model, call: Invocation) {
  const { tuneWasm } = await import('./tune-wasm.js') // Ladder loads only for this
  const rows: PredictedRow[] = []
  for (const row of tuneWasm(model)) {
    if (call.signal.aborted) throw new LutraError('cancelled', 'Tuning was cancelled')
    rows.push(row)
    if (!call.json) print(row, `predicted ${(row.predicted * 1e6).toFixed(1)} µs`)
  }
  if (!call.json) process.stdout.write('The engine keeps its own choice when a model is first opened (docs/wasm.md).\n')
  return { rows, kept: undefined }
}

async function race(
  backend: Backend,
  model: Model,
  shape: OpShape,
  runners: readonly string[],
  signal: AbortSignal,
): Promise<KernelMeasurement[]> {
  const { threads, isa } = model.backend
  const { rows = 1, cols = 1, count, bytes } = shape
  const copies = Math.max(1, Math.min(count, Math.floor(mostBytes / bytes)))
  const weight = randomWeight(shape)
  const best = new Map<string, number>()
  for (let round = 0; round < rounds; round++)
    for (const algorithm of runners) {
      if (signal.aborted) throw new LutraError('cancelled', 'Tuning was cancelled')
      const engine = (await backend.open(model.device, { threads, isa, algorithm })) as Engine
      try {
        const seconds = await engine.measure?.(weight, copies, milliseconds)
        if (seconds !== undefined)
          best.set(algorithm, Math.min(best.get(algorithm) ?? Number.POSITIVE_INFINITY, seconds))
      } finally {
        await engine.close()
      }
    }
  return [...best].map(([algorithm, seconds]) => ({
    kernel: describeKernel(shape, isa, algorithm),
    rows,
    cols,
    threads,
    seconds,
  }))
}

/** Ternary codes 0, 1, 2 in any order; what they are does not matter to the time. */
function randomWeight({ dtype = '', rows = 1, cols = 1 }: OpShape): Tensor {
  const format = dtypeByName(dtype)
  const bytes = new Uint8Array(tensorBytes(format, rows * cols))
  for (let i = 0, x = 1; i < bytes.length; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0
    const code = (shift: number) => (x >>> shift) % 3
    bytes[i] = code(8) | (code(12) << 2) | (code(16) << 4) | (code(20) << 6)
  }
  return { name: `random ${rows} × ${cols}`, dtype: format, shape: [cols, rows], bytes }
}

function print({ kernel, rows, cols, threads, seconds, best }: Row, more = ''): void {
  const rate = (rows * cols) / seconds / 1e9
  process.stdout.write(
    `${best ? '*' : ' '} ${kernel.padEnd(28)} ${`${rows} × ${cols}`.padEnd(14)} ${threads} threads ` +
      `${(seconds * 1e6).toFixed(1).padStart(9)} µs ${rate.toFixed(1).padStart(7)} G weights/s  ${more}`.trimEnd() +
      '\n',
  )
}
