/**
 * How long the linears of a model take on a core, one after another: for a prompt of some tokens, or for one token of
 * decoding. What the host computes (attention, norms, table building, linears that are not lent) is not in it. Simulated.
 * takes  CoreConfig, linears, tokens · gives  ModelTiming
 * before ./linear · after `lutra lut-core trace`, bench
 */
import { LutraError } from '../../../hal/error.js'
import type { CoreConfig } from '../config.js'
import type { LinearShape } from '../lmma/tiling.js'
import { timeLinear } from './linear.js'
import { type Timing, type Unit, units } from './timing.js'

/** A linear of a model, and how many like it a token passes. */
export interface CountedLinear extends Omit<LinearShape, 'tokens'> {
  readonly count: number
}

export interface ModelTiming {
  readonly simulated: true
  /** Tokens that pass side by side. */
  readonly tokens: number
  readonly cycles: number
  readonly seconds: number
  readonly tokensPerSecond: number
  /** Over DRAM: weights, tables, sums. */
  readonly bytesPerToken: number
  readonly busy: Readonly<Record<Unit, number>>
  readonly bound: Unit
  /** Of the time that each unit works. */
  readonly utilisation: Readonly<Record<Unit, number>>
  readonly linears: readonly { readonly linear: CountedLinear; readonly timing: Timing }[]
}

/** LutraError mismatch: no linears, or weights of a width that the core has not. */
export function timeModel(config: CoreConfig, linears: readonly CountedLinear[], tokens: number): ModelTiming {
  if (linears.length === 0) throw new LutraError('mismatch', 'Expected a linear for the core but found none')
  const timed = linears.map((linear) => ({ linear, timing: timeLinear(config, { ...linear, tokens }) }))
  const sum = (of: (timing: Timing) => number): number =>
    timed.reduce((all, { linear, timing }) => all + linear.count * of(timing), 0)
  const cycles = sum((timing) => timing.cycles)
  const each = (of: (unit: Unit) => number) =>
    Object.fromEntries(units.map((unit) => [unit, of(unit)])) as Record<Unit, number>
  const busy = each((unit) => sum((timing) => timing.busy[unit]))
  const seconds = cycles / config.hertz
  return {
    simulated: true,
    ...{ tokens, cycles, seconds },
    tokensPerSecond: tokens / seconds,
    bytesPerToken: sum((timing) => timing.bytes.dram) / tokens,
    busy,
    bound: units.reduce((most, unit) => (busy[unit] > busy[most] ? unit : most)),
    utilisation: each((unit) => busy[unit] / cycles),
    linears: timed,
  }
}
