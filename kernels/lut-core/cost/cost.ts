/**
 * Area, energy and throughput of a core: its parts, as often as it has them. M · N elements; M tables of registers; a line
 * of K · N weight bits; adders before the tables where they are not built outside. Modelled from synthesized parts: cells
 * without wires, zero-delay toggles, no clock tree, no clock gating.
 * takes  CoreConfig, weight bits · gives  µm², joules per cycle, by component
 * before ./element, ./stores · after ../explore, ./traffic
 */
import { LutraError } from '../../../hal/error.js'
import { type CoreConfig, checkConfig, entriesOf } from '../config.js'
import type { Synthesis } from '../synthesis/part.js'
import { element, type Figures } from './element.js'
import { floatElement, type SumFormat } from './float.js'
import { synthesizedParts } from './parts.js'
import { accumulator, builder, registerBit } from './stores.js'

export interface CostOptions {
  /** Bits of the weights that run, which decide how often tables change; default the widest that the core takes. */
  readonly bits?: number
  /** Double registers, so that one set is loaded while the other is read. Default true. */
  readonly double?: boolean
  /** Mode float: what elements add in. Default f32, as the functional core does. */
  readonly sum?: SumFormat
  /** Default: those that are committed. */
  readonly synthesis?: Synthesis
}

export interface Cost {
  readonly modelled: true
  /** Cells of this library, at its own node and voltage. */
  readonly library: string
  /** µm² and joules per cycle while it works, of each component and of all of them. */
  readonly elements: Figures
  readonly tables: Figures
  readonly weights: Figures
  readonly precompute: Figures
  readonly total: Figures
  /** M · N accumulators behind the array, in no total: a GPU's register file, or ../rtl/lut_accumulate.v. */
  readonly accumulators: Figures
  /** Multiply-accumulates per cycle of activations with weights of `bits`: M · N · K / bits. */
  readonly macs: number
  readonly bits: number
  /** Bits that a group of K columns brings in: its tables, and its weights of all planes. */
  readonly operands: { readonly tables: number; readonly weights: number }
  readonly hertz: number
}

/** LutraError unsupported where no part was synthesized for what the config asks. */
export function costOf(config: CoreConfig, options: CostOptions = {}): Cost {
  const { m, n, k, tableBits, ideas, hertz } = checkConfig(config)
  const widest = Math.max(...config.weightBits)
  const { bits = widest, double = true, sum = 'f32', synthesis = synthesizedParts() } = options
  if (!Number.isInteger(bits) || bits < 1 || bits > widest)
    throw new LutraError('mismatch', `Expected weights of 1 to ${widest} bits but found ${bits}`)
  const symmetric = ideas.symmetrization
  const shape = { k, tableBits, weightBits: widest, symmetric, negateIndex: symmetric && !ideas.negationElimination }
  const float = config.tableMode === 'float'
  const { each, row } = float ? { each: floatElement(synthesis, shape, sum), row: nothing } : element(synthesis, shape)
  const tableWidth = entriesOf(config) * (float ? 16 : tableBits)
  const elements = plus(times(each, m * n), times(row, n))
  // Sums of ±x are all even or all odd: of tables that are built in place synthesis keeps the lowest bit once.
  const kept = ideas.fusedPrecompute || !ideas.reinterpretation ? tableWidth : tableWidth - entriesOf(config) + 1
  const tables = times(registerBit(synthesis, bits, double), m * kept)
  const weights = times(registerBit(synthesis, 1, double), n * k)
  const precompute = ideas.fusedPrecompute ? nothing : times(building(config, synthesis, bits), m)
  return {
    modelled: true,
    library: synthesis.libraries[0].name,
    elements,
    tables,
    weights,
    precompute,
    total: [elements, tables, weights, precompute].reduce(plus),
    accumulators: float ? nothing : times(accumulator(synthesis, tableBits + widest), m * n),
    macs: (m * n * k) / bits,
    bits,
    operands: { tables: m * tableWidth, weights: n * k * bits },
    hertz,
  }
}

const nothing: Figures = { area: 0, energy: 0 }

function times({ area, energy }: Figures, count: number): Figures {
  return { area: area * count, energy: energy * count }
}

function plus(a: Figures, b: Figures): Figures {
  return { area: a.area + b.area, energy: a.energy + b.energy }
}

/** A table is built once for `bits` cycles. */
function building({ k, activation, ideas }: CoreConfig, synthesis: Synthesis, bits: number): Figures {
  const activationBits = { i8: 8, i16: 16, e4m3: undefined, e5m2: undefined, f16: undefined }[activation]
  if (activationBits === undefined)
    throw new LutraError(
      'unsupported',
      `Expected fused precompute for ${activation}: no adders for it were synthesized`,
    )
  const shape = { k, activationBits, symmetric: ideas.symmetrization, reinterpret: ideas.reinterpretation }
  const { area, energy } = builder(synthesis, shape)
  return { area, energy: energy / bits }
}

/** What is compared between cores: both are per multiply-accumulate of the weight's width. */
export interface Density {
  /** µm² per multiply-accumulate a cycle. */
  readonly area: number
  /** Joules per multiply-accumulate. */
  readonly energy: number
  /** Operations (two per multiply-accumulate) per second. */
  readonly operations: number
  /** Watts while it works. */
  readonly watts: number
}

export function densityOf({ total, macs, hertz }: Pick<Cost, 'total' | 'macs' | 'hertz'>): Density {
  return {
    area: total.area / macs,
    energy: total.energy / macs,
    operations: 2 * macs * hertz,
    watts: total.energy * hertz,
  }
}
