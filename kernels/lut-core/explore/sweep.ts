/**
 * The design space: all shapes M × N × K of about one size, or of many, with what each costs. Modelled, see ../cost.
 * takes  size, weight bits, activation · gives  candidates, best product of area and energy first
 * before ../cost, ./pareto · after ./report
 */
import { LutraError } from '../../../hal/error.js'
import { type Activation, type CoreConfig, exactTableBits, m2n64k4 } from '../config.js'
import { type Cost, costOf, type Density, densityOf } from '../cost/cost.js'
import type { SumFormat } from '../cost/float.js'
import { paretoFront } from './pareto.js'

export interface DesignSpace {
  /** Of floats, what elements add in; default f32. */
  readonly sum?: SumFormat
  /** M · N · K; default 512, an A100 INT8 tensor core's. */
  readonly mnk?: number
  /** Width of weights, 1 … 8; default 2. */
  readonly bits?: number
  /** Default i8. */
  readonly activation?: Activation
  /** LUT_BIT; default 8 (quantized tables) for i8, exact for i16; halves for floats. */
  readonly tableBits?: number
}

export interface Candidate {
  readonly name: string
  readonly config: CoreConfig
  readonly cost: Cost
  readonly density: Density
  /** Area × energy, both per multiply-accumulate: µm² · J. What candidates are ranked by. */
  readonly product: number
  /** No other candidate is smaller and thriftier. */
  readonly front: boolean
}

export const ks = [2, 3, 4, 5, 6] as const
const ms = [1, 2, 4, 8, 16, 32, 64] as const

/** M · N · K may miss the wanted size by so much, since 3, 5 and 6 do not divide it; all figures are per operation. */
const tolerance = 0.06

/** Every M (powers of two), N and K with M · N · K as wanted, ranked. */
export function sweep(space: DesignSpace = {}): Candidate[] {
  const { mnk = 512 } = space
  const shapes = ks.flatMap((k) => ms.map((m) => ({ m, n: Math.round(mnk / (m * k)), k })))
  return rank(
    shapes.filter(({ m, n, k }) => n >= 1 && n <= 1024 && Math.abs((m * n * k) / mnk - 1) <= tolerance),
    space,
  )
}

/** Every M and N (powers of two) of one K, whatever their product. */
export function grid(k: number, space: DesignSpace = {}): Candidate[] {
  const ns = [1, 2, 4, 8, 16, 32, 64, 128, 256]
  return rank(
    ms.flatMap((m) => ns.map((n) => ({ m, n, k }))),
    space,
  )
}

function rank(shapes: readonly { m: number; n: number; k: number }[], space: DesignSpace): Candidate[] {
  if (shapes.length === 0)
    throw new LutraError('mismatch', `Expected M · N · K that some shape meets but found ${space.mnk}; take 64 or more`)
  const found = shapes.map((shape) => {
    const config = configOf(shape, space)
    const cost = costOf(config, { bits: space.bits ?? 2, sum: space.sum })
    const density = densityOf(cost)
    const name = `M${shape.m}N${shape.n}K${shape.k}`
    return { name, config, cost, density, product: density.area * density.energy, front: false }
  })
  const front = new Set(paretoFront(found, areaOf, energyOf))
  return found
    .map((each) => ({ ...each, front: front.has(each) }))
    .sort((a, b) => a.product - b.product || a.name.localeCompare(b.name))
}

export const areaOf = ({ density }: Pick<Candidate, 'density'>) => density.area
export const energyOf = ({ density }: Pick<Candidate, 'density'>) => density.energy

function configOf(
  shape: { m: number; n: number; k: number },
  { bits = 2, activation = 'i8', tableBits }: DesignSpace,
): CoreConfig {
  const core = { ...m2n64k4, ...shape, activation, weightBits: [bits] }
  const exact = exactTableBits({ ...shape, activation })
  if (exact === undefined) return { ...core, tableMode: 'float', tableBits: tableBits ?? 16 }
  const wanted = tableBits ?? (activation === 'i8' ? 8 : exact)
  return { ...core, tableBits: wanted, tableMode: wanted < exact ? 'shift' : 'exact' }
}

/** Where a shape stands among candidates: its place from 1, and how far its product is above the best. */
export function standing(candidates: readonly Candidate[], name: string): { place: number; above: number } | undefined {
  const at = candidates.findIndex((each) => each.name === name)
  return at < 0 ? undefined : { place: at + 1, above: candidates[at].product / candidates[0].product - 1 }
}

/** The best candidate of each K. */
export function bestByK(candidates: readonly Candidate[]): { k: number; best: Candidate }[] {
  return ks.flatMap((k) => {
    const best = candidates.find(({ config }) => config.k === k)
    return best ? [{ k, best }] : []
  })
}
