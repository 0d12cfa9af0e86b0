/**
 * From a wish to a plan: one format for all, one of llama.cpp's mixtures, or the least loss within a budget of bits, bytes
 * or a board's memory.
 * takes  FloatWeights, windows, the wish · gives  a Plan and how it was found
 * before ./allocate/plan, ./walk/one-type · after ./quantize
 */
import { LutraError } from '../../hal/error.js'
import type { LinearAlgebra } from '../../hal/linear-algebra.js'
import type { ModelFile } from '../model/model-file.js'
import { bytesOf } from './allocate/budget.js'
import type { Allocation } from './allocate/choose.js'
import { fileTypeMostly, fileTypeOf, mixtureByName } from './allocate/mixture.js'
import { type AllocateOptions, allocatePlan, type Budget, mixturePlan } from './allocate/plan.js'
import type { FloatWeights } from './source/weights.js'
import { oneType } from './walk/one-type.js'
import type { MethodName, Plan } from './walk/plan.js'

export interface Wish {
  /** A format for every matrix (`Q4_0`, `Q3_K`, `VQ2D2`), or a mixture (`Q4_K_M`). */
  readonly type?: string
  /** Format of the embedding and of the head, beside one `type` for all else; default: `type` (Q8_0 beside codebooks). */
  readonly embedding?: string
  /** Takes `type` as llama.cpp's mixture of that name also where it is a format's name: another head, some layers finer. */
  readonly mixture?: boolean
  /** Formats that a budget chooses among; default: those of llama.cpp from two to eight bits. */
  readonly types?: readonly string[]
  /** Budget in bits a weight over all quantized matrices. */
  readonly targetBpw?: number
  /** Budget for the whole file, such as `1.5GB`. */
  readonly targetSize?: string
  /** Budget of a board's memory, such as `raspberry-pi-5` or `raspberry-pi-5:4GB`, keys and values of `context` included. */
  readonly fitBoard?: string
  /** What a budget weighs; see AllocateOptions. */
  readonly sensitivity?: AllocateOptions['sensitivity']
}

export interface Planned {
  readonly plan: Plan
  /** For general.file_type; absent where llama.cpp has no name for it. */
  readonly fileType?: number
  readonly allocation?: Allocation
}

export interface PlanRoom {
  readonly file: ModelFile
  readonly model: FloatWeights
  readonly algebra: LinearAlgebra
  readonly windows: readonly Int32Array[]
  readonly method: MethodName
  readonly context: number
  readonly signal?: AbortSignal
}

/** Q4_K_M and its kin; all else is a format's own name. */
const MIXTURE = /_[SML]$/

export async function planFor(room: PlanRoom, wish: Wish): Promise<Planned> {
  const budgets = budgetsOf(wish, room.context)
  if (budgets.length > 1)
    throw new LutraError('mismatch', 'Expected one budget (bits, size or board) but found several')
  if (budgets.length === 1) {
    if (wish.embedding !== undefined)
      throw new LutraError('mismatch', 'Expected no format of the embedding beside a budget, which chooses it')
    const { types, sensitivity } = wish
    const { plan, allocation } = await allocatePlan({ ...room, budget: budgets[0], types, sensitivity })
    return { plan, allocation, fileType: fileTypeMostly(mostly(plan, room.model)) }
  }
  const type = wish.type?.toUpperCase()
  if (type === undefined) throw new LutraError('mismatch', 'Expected a type or a budget but found neither')
  const { model, method } = room
  if (!wish.mixture && !MIXTURE.test(type))
    return { plan: oneType(model, type, method, wish.embedding), fileType: fileTypeMostly(type) }
  if (wish.embedding !== undefined)
    throw new LutraError('mismatch', `Expected no format of the embedding beside ${type}, which has its own`)
  const name = mixtureByName(type)
  return { plan: mixturePlan(model.metadata, model.shapes, name, method), fileType: fileTypeOf(name) }
}

/** The format that most weights get. */
function mostly(plan: Plan, { shapes }: FloatWeights): string {
  const weights = new Map<string, number>()
  for (const [name, { type }] of plan) {
    const [cols = 0, rows = 1] = shapes.get(name) ?? []
    weights.set(type, (weights.get(type) ?? 0) + cols * rows)
  }
  return [...weights].reduce((most, each) => (each[1] > most[1] ? each : most))[0]
}

function budgetsOf({ targetBpw, targetSize, fitBoard }: Wish, context: number): Budget[] {
  return [
    ...(targetBpw === undefined ? [] : [{ bits: targetBpw }]),
    ...(targetSize === undefined ? [] : [{ bytes: bytesOf(targetSize) }]),
    ...(fitBoard === undefined ? [] : [{ board: fitBoard, context }]),
  ]
}
