/**
 * From a wish (a mixture's name, bits, a size, a board) to the plan of a walk: which format each matrix gets.
 * takes  FloatWeights, the wish, calibration windows · gives  Plan, and what it stands on
 * before ./survey, ./divergence, ./choose, ./fit · after ../quantize
 */
import type { CacheFormat } from '../../../hal/backend.js'
import { tensorBytes } from '../../../hal/dtypes/index.js'
import { LutraError } from '../../../hal/error.js'
import type { LinearAlgebra } from '../../../hal/linear-algebra.js'
import type { Tensor } from '../../../hal/tensor.js'
import { backends } from '../../../kernels/index.js'
import type { MetadataValue, ModelFile } from '../../model/model-file.js'
import type { FloatWeights } from '../source/weights.js'
import type { MethodName, Plan, TensorPlan } from '../walk/plan.js'
import { boardMemory } from './board.js'
import { bytesAtBits } from './budget.js'
import { type Allocation, allocate } from './choose.js'
import { divergences, grouped, weighed } from './divergence.js'
import { fitting } from './fallback.js'
import { fitMemory } from './fit.js'
import { type MixtureName, mixtureModel, mixtureTypes } from './mixture.js'
import { type Surveyed, survey } from './survey.js'

/** One of these is asked for. */
export type Budget =
  /** Bits a weight over all matrices, scales and all. */
  | { readonly bits: number }
  /** Bytes of the file. */
  | { readonly bytes: number }
  /** A board by name, as ./board takes it, with a context that must fit too; the engine is the native one, or the named. */
  | {
      readonly board: string
      readonly context: number
      readonly cache?: CacheFormat
      readonly margin?: number
      readonly engine?: string
    }

export interface AllocateOptions {
  readonly file: ModelFile
  readonly model: FloatWeights
  readonly algebra: LinearAlgebra
  readonly windows: readonly Int32Array[]
  /** Formats to choose from; default those of llama.cpp from two to eight bits. */
  readonly types?: readonly string[]
  readonly method: MethodName
  readonly budget: Budget
  /**
   * What losses are: of each matrix's output alone (`error`), or weighed by the divergence that a group of matrices causes,
   * at the cost of a forward pass a group (`kind`, default where there are windows; `layer`; `tensor`).
   */
  readonly sensitivity?: 'error' | 'kind' | 'layer' | 'tensor'
  /** Windows that divergence is measured on; default 4, evenly spread. */
  readonly scored?: number
  readonly signal?: AbortSignal
  readonly onMatrix?: (matrix: Surveyed) => void
}

export interface Allocated {
  readonly plan: Plan
  readonly allocation: Allocation
  readonly surveyed: readonly Surveyed[]
  /** KL divergence of each group alone, by the names in it. */
  readonly klds: ReadonlyMap<string, number>
}

export const usualTypes = ['Q2_K', 'Q3_K', 'IQ4_XS', 'Q4_K', 'Q5_K', 'Q6_K', 'Q8_0'] as const
/** Coarse enough to be heard, fine enough that divergence is still linear in the error. */
const probe = 'Q3_K'

/** @throws LutraError limit (the budget is too small), unsupported, mismatch, cancelled */
export async function allocatePlan(options: AllocateOptions): Promise<Allocated> {
  const { file, model, algebra, windows, method, budget, signal, onMatrix } = options
  const types = options.types ?? usualTypes
  if (windows.length === 0 && ![undefined, 'error'].includes(options.sensitivity))
    throw new LutraError(
      'mismatch',
      `Expected calibration windows for sensitivity by ${options.sensitivity} but found none`,
    )
  const surveyed = await survey({ model, algebra, windows, types: [...new Set([...types, probe])], signal, onMatrix })
  const by = options.sensitivity ?? (windows.length > 0 ? 'kind' : 'error')
  const groups =
    by === 'error'
      ? []
      : grouped(
          surveyed.map(({ name }) => name),
          by,
        )
  const klds = await divergences({
    model,
    algebra,
    windows: spread(windows, options.scored ?? 4),
    groups,
    probe,
    signal,
  })
  const weighted = by === 'error' ? surveyed : weighed(surveyed, groups, klds, probe)
  const items = weighted.map((each) => asked(each, types))
  const allocation = await within(budget, file, model, items)
  const plan = planOf(new Map([...allocation.choices].map(([name, { type }]) => [name, type])), method)
  const told = groups.flatMap((names, g) => names.map((name): [string, number] => [name, klds[g]]))
  return { plan, allocation, surveyed, klds: new Map(told) }
}

/** llama.cpp's mixture of that name, as a plan. `method` is for all that is not float. */
export function mixturePlan(
  metadata: ReadonlyMap<string, MetadataValue>,
  shapes: ReadonlyMap<string, readonly number[]>,
  name: MixtureName,
  method: MethodName,
): Plan {
  return planOf(mixtureTypes(mixtureModel(metadata, shapes), name, method !== 'rtn'), method)
}

/** Formats by tensor as a plan; floats are rounded to the nearest, whatever the method. */
export function planOf(types: ReadonlyMap<string, string>, method: MethodName): Plan {
  return new Map(
    [...types].map(([name, type]): [string, TensorPlan] => [
      name,
      { type, method: ['F32', 'F16', 'BF16'].includes(type) ? 'rtn' : method },
    ]),
  )
}

/** The probe is measured, but chosen only where it (or what it stands in for) was asked for. */
function asked({ cols, choices, ...rest }: Surveyed, types: readonly string[]): Surveyed {
  const fits = new Set(types.map((type) => fitting(type.toUpperCase(), cols)))
  return { ...rest, cols, choices: choices.filter(({ type }) => fits.has(type)) }
}

async function within(
  budget: Budget,
  file: ModelFile,
  { graph }: FloatWeights,
  items: readonly Surveyed[],
): Promise<Allocation> {
  if ('bits' in budget)
    return allocate(
      items,
      bytesAtBits(
        budget.bits,
        items.reduce((sum, { rows, cols }) => sum + rows * cols, 0),
      ),
    )
  if ('bytes' in budget) return allocate(items, budget.bytes - besides(file, items))
  const { usable } = boardMemory(budget.board, budget.margin)
  const backend = backends.find(({ name }) => name === (budget.engine ?? 'native')) ?? backends[0]
  const question = { graph, tensors: file.tensors, backend, context: budget.context, cache: budget.cache, usable }
  return (await fitMemory(question, items)).allocation
}

/** Bytes of a file that are no matrices of the plan: its header, other tensors, the gaps between tensors. */
function besides({ bytes, tensors }: ModelFile, items: readonly Surveyed[]): number {
  const names = new Set(items.map(({ name }) => name))
  const sizes = [...tensors.values()].map((tensor) => ({ name: tensor.name, size: sizeOf(tensor) }))
  const all = sizes.reduce((sum, { size }) => sum + size, 0)
  const others = sizes.reduce((sum, { name, size }) => sum + (names.has(name) ? 0 : size), 0)
  return bytes - all + others + 32 * tensors.size
}

function sizeOf({ dtype, shape }: Tensor): number {
  return tensorBytes(
    dtype,
    shape.reduce((a, b) => a * b, 1),
  )
}

function spread<T>(all: readonly T[], count: number): T[] {
  const taken = Math.min(all.length, count)
  return Array.from({ length: taken }, (_, i) => all[Math.floor((i * all.length) / taken)])
}
