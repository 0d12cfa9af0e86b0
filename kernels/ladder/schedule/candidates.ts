/**
 * All ways to compute a linear of a type on a device: every core type that fits, with every place to convert at.
 * takes  a problem, TDevice · gives  Candidates with the cost model's prediction, cheapest first
 * before ./convert, ./align, ./cost · after ../linear, ../tune
 */
import type { CoreType, TDevice } from '../device/device.js'
import type { TType } from '../type/ttype.js'
import { type Alignment, align } from './align.js'
import { type Conversion, conversions } from './convert.js'
import { type Cost, costOf } from './cost.js'

export interface Problem {
  readonly type: TType
  /**
   * `float`: a core may round activations to whole numbers, a scale for each panel; `int8`: they are such, a scale for each
   * token; `exact`: they are floats and stay so.
   */
  readonly activations: 'float' | 'int8' | 'exact'
  readonly rows: number
  readonly cols: number
  readonly tokens: number
}

export interface Candidate {
  readonly core: CoreType
  readonly convert: Conversion
  readonly alignment: Alignment
  readonly cost: Cost
}

export function candidates(problem: Problem, device: TDevice, features: readonly string[]): Candidate[] {
  const { type, activations } = problem
  const cores = device.cores.filter((core) => (core.needs ?? []).every((need) => features.includes(need)))
  const fitting = cores.filter(({ activations: takes }) => takes === 'f32' || activations !== 'exact')
  const all = fitting.flatMap((core) =>
    conversions(type, core, device).map((convert) => {
      const alignment = align(type.group)
      return { core, convert, alignment, cost: costOf(problem, core, convert, alignment, device) }
    }),
  )
  // Floats stand in where whole numbers cannot: they would not be as exact in int8, and are never as fast.
  const whole = all.filter(({ core }) => core.activations === 'i8')
  return (whole.length > 0 ? whole : all).sort((a, b) => a.cost.seconds - b.cost.seconds)
}
