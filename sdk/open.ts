/**
 * The way, a line per step: from a model's name to something that talks. Read this file first.
 * takes  `pilot` or the path of a model file · gives  a Model; the caller closes it
 */
import type { CacheFormat } from '../hal/backend.js'
import { choose } from '../hal/choose.js'
import { makePlan } from '../hal/plan.js'
import type { Reader } from '../hal/reader.js'
import { opShapes } from '../hal/shapes.js'
import type { Tensor } from '../hal/tensor.js'
import { sliceWeights } from '../kernels/graph/slice.js'
import { backends } from '../kernels/index.js'
import type { CoreWish } from '../kernels/lut-core/options.js'
import { SharedProgram } from './decoder/shared-program.js'
import { buildGraph } from './model/arch/index.js'
import { openModelFile } from './model/open-model-file.js'
import { Governor } from './open/governor/governor.js'
import type { GovernorOptions } from './open/governor/options.js'
import { checkMemory } from './open/memory.js'
import { Model } from './open/model.js'
import { look, memoryQuestion, planWithout, usualContext } from './open/planned.js'
import { readTuned } from './open/tuned.js'
import { withWeights } from './open/with-weights.js'
import { pilotPath } from './pilot/path.js'
import { createTokenizerInTurns } from './tokenizer/create.js'

export type { CoreWish } from '../kernels/lut-core/options.js'
export type { ChatAnswer } from './open/chat.js'
export type { Governor } from './open/governor/governor.js'
export type { GovernorEvent, GovernorOptions, GovernorState } from './open/governor/options.js'
export { type Inspection, inspectModel } from './open/inspect.js'
export {
  type Around,
  type FoundWire,
  inspectDevice,
  type LookOptions,
  measureBandwidth,
  reportDevice,
} from './open/look.js'
export type { MemoryEstimate } from './open/memory.js'
export { Model } from './open/model.js'
export type { ActOptions, ChatOptions, GenerateOptions, Interpretation, Prompt } from './open/options.js'
export type { Pulse } from './open/pulse.js'
export { Session } from './open/session.js'
export type { ModelSummary } from './open/summary.js'

export interface OpenOptions {
  /** Forces a back end by name: `native`, `wasm`, `ts`, `lut-core`. Default: what the plan picks; LUTRA_BACKEND. */
  readonly backend?: string
  /** Forces an instruction set tier. */
  readonly isa?: string
  /**
   * Forces multiply-add (`mad`; on wasm `dot7`, `dot16`), table lookup (`lut`, `tl2`, `vec`) or its lossy `fast` kind;
   * LUTRA_ALGORITHM.
   */
  readonly algorithm?: string
  /** Threads to compute on. Default: the big cores that this process may use; LUTRA_THREADS. */
  readonly threads?: number
  /** Forces a board by name; LUTRA_BOARD. */
  readonly board?: string
  /**
   * The simulated LUT core, as `m=2,n=64,k=4,table=shift:8,…` or an object of the same keys (docs/lut-core.md); LUTRA_LUT_CORE.
   * Without another `backend` it asks for `lut-core`.
   */
  readonly lutCore?: CoreWish
  /** Most tokens that prompt and answer may hold together. Default: the model's own, at most 4096. */
  readonly context?: number
  /** How keys and values are kept, where the engine has the format: f32, f16 or q8; see ProgramOptions. */
  readonly cache?: CacheFormat
  /** What stands for a tensor of the file, such as the same weights in a format of your own (docs/ladder.md). */
  readonly weights?: (tensor: Tensor) => Tensor
  /** `unchecked` opens what by the estimate does not fit: swap, or a context that will not be filled. Default: refused. */
  readonly memory?: 'checked' | 'unchecked'
  /**
   * Keeps the model within a budget of heat or power: threads are taken away, then it pauses between tokens, then both come
   * back (docs/power.md). A budget without a sensor is LutraError unsupported. Default: none.
   */
  readonly governor?: GovernorOptions
  /** @internal How the machine is read; tests bring one. */
  readonly reader?: Reader
}

export async function open(name: string, options: OpenOptions = {}): Promise<Model> {
  const file = withWeights(await openModelFile(name === 'pilot' ? pilotPath() : name), options.weights)
  const wantedContext = options.context ?? usualContext
  const graph = buildGraph(file, { context: wantedContext })
  const weights = sliceWeights(graph, file.tensors)
  const tokenizer = await createTokenizerInTurns(file)
  const { reader, device, board, wish } = look(options)
  const input = {
    device,
    board,
    backends,
    shapes: opShapes(graph, weights),
    wish,
    measurements: readTuned(device),
  }
  const wanted = makePlan(input)
  const { engine, absent } = await choose(wanted, backends, device)
  const plan = absent.length === 0 ? wanted : planWithout(input, absent)
  const algorithm = (dtype: string, rows: number, cols: number) =>
    plan.ops.find((op) => op.op === 'linear' && op.dtype === dtype && op.rows === rows && op.cols === cols)?.algorithm
  const context = Math.min(wantedContext, graph.context)
  const { cache } = options
  let governor: Governor | undefined
  try {
    governor = options.governor && (await Governor.open(options.governor, engine, reader, device))
    if (options.memory !== 'unchecked')
      await checkMemory(...memoryQuestion(plan, { graph, tensors: weights, device, context, cache }))
    const program = new SharedProgram(
      await engine.compile(graph, file.tensors, { context, cache, algorithm }),
      governor?.gate,
    )
    return new Model({ name, file, graph, tokenizer, device, board, plan, engine, absent, program, governor })
  } catch (fault) {
    governor?.close()
    await engine.close()
    throw fault
  }
}

/** Only the vocabulary of a file: enough to tokenize. */
export async function openVocabulary(name: string) {
  const file = await openModelFile(name === 'pilot' ? pilotPath() : name)
  return { file, tokenizer: await createTokenizerInTurns(file) }
}
