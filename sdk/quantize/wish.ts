/**
 * From a wish to a plan: one format for all, one of llama.cpp's mixtures, or the least loss within a budget of bits, bytes
 * or a board's memory.
 * takes  FloatWeights, windows, the wish · gives  a Plan and how it was found
 * before ./allocate, ./walk/one-type · after ./quantize
 */
import { LutraError } from '../../hal/error.js'
import type { LinearAlgebra } from '../../hal/linear-algebra.js'
import type { Tensor } from '../../hal/tensor.js'
import { backends } from '../../kernels/index.js'
import { boardMemory } from './allocate/board.js'
import { bytesAtBits, bytesOf } from './allocate/budget.js'
import { type Allocation, allocate } from './allocate/choose.js'
import { divergences, grouped, weighed } from './allocate/divergence.js'
import { fitMemory } from './allocate/fit.js'
import { fileTypeOf, mixtureByName, mixtureModel, mixtureTypes } from './allocate/mixture.js'
import { type Surveyed, survey } from './allocate/survey.js'
import type { FloatWeights } from './source/weights.js'
import { matricesOf, oneType } from './walk/one-type.js'
import type { MethodName, Plan, TensorPlan } from './walk/plan.js'

export interface Wish {
  /** A format for every matrix (`Q4_0`, `Q3_K`, `VQ2D2`), or a mixture (`Q4_K_M`). */
  readonly type?: string
  /** Takes `type` as llama.cpp's mixture of that name also where it is a format's name: another head, some layers finer. */
  readonly mixture?: boolean
  /** Formats that a budget chooses among; default: Q2_K to Q8_0, or what stands for them in narrow matrices. */
  readonly types?: readonly string[]
  /** Budget in bits a weight over all quantized matrices. */
  readonly targetBpw?: number
  /** Budget for the whole file, such as `1.5GB`. */
  readonly targetSize?: string
  /** Budget of a board's memory, such as `raspberry-pi-5` or `raspberry-pi-5:4GB`, keys and values of `context` included. */
  readonly fitBoard?: string
  /**
   * What a budget weighs: `output` (default), the share of each layer's output that is lost; `kld`, that times how far the
   * model's predictions move for it, measured layer by layer.
   */
  readonly sensitivity?: 'output' | 'kld'
}

export interface Planned {
  readonly plan: Plan
  /** For general.file_type; absent where llama.cpp has no name for it. */
  readonly fileType?: number
  readonly allocation?: Allocation
}

export interface PlanRoom {
  readonly model: FloatWeights
  readonly algebra: LinearAlgebra
  readonly windows: readonly Int32Array[]
  readonly method: MethodName
  readonly context: number
  readonly signal?: AbortSignal
}

/** Q4_K_M and its kin; all else is a format's own name. */
const MIXTURE = /_[SML]$/
const USUAL = ['Q2_K', 'Q3_K', 'Q4_K', 'Q5_K', 'Q6_K', 'Q8_0']
const PROBE = 'Q3_K'

export async function planFor(room: PlanRoom, wish: Wish): Promise<Planned> {
  const budgets = [wish.targetBpw, wish.targetSize, wish.fitBoard].filter((budget) => budget !== undefined)
  if (budgets.length > 1)
    throw new LutraError('mismatch', 'Expected one budget (bits, size or board) but found several')
  if (budgets.length === 1) return withinBudget(room, wish)
  const type = wish.type?.toUpperCase()
  if (type === undefined) throw new LutraError('mismatch', 'Expected a type or a budget but found neither')
  if (!wish.mixture && !MIXTURE.test(type)) return { plan: oneType(room.model, type, room.method) }
  const name = mixtureByName(type)
  const { metadata, shapes } = room.model
  const types = mixtureTypes(mixtureModel(metadata, shapes), name, room.windows.length > 0)
  return { plan: planOf(room, types), fileType: fileTypeOf(name) }
}

async function withinBudget(room: PlanRoom, wish: Wish): Promise<Planned> {
  const { model, algebra, windows, signal } = room
  const surveyed = await weighedSurvey(
    room,
    wish,
    await survey({ model, algebra, windows, types: typesOf(wish), signal }),
  )
  const allocation = await allocated(room, wish, surveyed)
  return { plan: planOf(room, new Map([...allocation.choices].map(([name, { type }]) => [name, type]))), allocation }
}

function typesOf({ types, type }: Wish): readonly string[] {
  return types ?? (type === undefined ? USUAL : [type, ...USUAL])
}

async function weighedSurvey(room: PlanRoom, { sensitivity }: Wish, surveyed: Surveyed[]): Promise<Surveyed[]> {
  if (sensitivity !== 'kld') return surveyed
  if (room.windows.length === 0)
    throw new LutraError('mismatch', 'Expected a calibration text to measure KL divergence on but there is none')
  const groups = grouped(
    surveyed.map(({ name }) => name),
    'tensor',
  )
  return weighed(surveyed, groups, await divergences({ ...room, groups, probe: PROBE }), PROBE)
}

async function allocated(room: PlanRoom, wish: Wish, surveyed: readonly Surveyed[]): Promise<Allocation> {
  const { model } = room
  const weights = surveyed.reduce((sum, { rows, cols }) => sum + rows * cols, 0)
  if (wish.targetBpw !== undefined) return allocate(surveyed, bytesAtBits(wish.targetBpw, weights))
  if (wish.targetSize !== undefined) {
    const quantized = new Set(surveyed.map(({ name }) => name))
    const carried = [...model.shapes.keys()].reduce(
      (sum, name) => sum + (quantized.has(name) ? 0 : (model.stored(name)?.bytes.length ?? 0)),
      0,
    )
    return allocate(surveyed, bytesOf(wish.targetSize) - carried)
  }
  const { usable } = boardMemory(wish.fitBoard as string)
  const backend = backends.find(({ name }) => name === 'native')
  if (!backend) throw new LutraError('unsupported', 'Expected the native back end, which is asked for its memory')
  const tensors = new Map<string, Tensor>()
  for (const name of model.shapes.keys()) {
    const tensor = model.stored(name)
    if (tensor) tensors.set(name, tensor)
  }
  const { graph } = model
  return (await fitMemory({ graph, tensors, backend, context: room.context, usable }, surveyed)).allocation
}

function planOf({ model, method }: PlanRoom, types: ReadonlyMap<string, string>): Plan {
  const used = new Set(matricesOf(model))
  return new Map(
    [...types]
      .filter(([name]) => used.has(name))
      .map(([name, type]): [string, TensorPlan] => [
        name,
        { type, method: ['F32', 'F16', 'BF16'].includes(type) ? 'rtn' : method },
      ]),
  )
}
