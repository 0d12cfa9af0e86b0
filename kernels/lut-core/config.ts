/**
 * A LUT core as data: the shape of its array, its number formats, which of the paper's ideas it has, and the memory that
 * feeds it. Everything in this folder (functional core, cycles, area, RTL) is a function of this.
 * after  everything here
 */
import { LutraError } from '../../hal/error.js'

/** Formats of activations: integers, FP8 (OCP E4M3 and E5M2), half precision. */
export const activations = ['i8', 'i16', 'e4m3', 'e5m2', 'f16'] as const
export type Activation = (typeof activations)[number]

/** The paper's design ideas, each a switch, so that an ablation can take them away one by one. */
export interface Ideas {
  /**
   * Weight reinterpretation: code u of b bits is read as 2u - (2^b - 1), so that a bit means -1 or +1 and not 0 or 1.
   */
  readonly reinterpretation: boolean
  /** Half a table, 2^(K-1) entries: the other half is the same with its sign turned. Needs reinterpretation. */
  readonly symmetrization: boolean
  /** The index of a negated entry is stored inverted, so that the array does not invert it. Needs symmetrization. */
  readonly negationElimination: boolean
  /** Tables are built once by an operator before the array (fused with the one before it), not by adders in the array. */
  readonly fusedPrecompute: boolean
}

/**
 * How table entries become `bits` wide. `exact`: they fit as they are (integers: activation bits + ⌈log2 K⌉ at least).
 * `shift`: each table of K activations has its own power of two, entry = round(sum / 2^s), halves away from zero, and
 * the array's shifter, which is there for the bit planes, takes s along. `scale`: one real scale for all tables of a
 * token. `float`: entries stay in half precision and are summed in float32. What quantizes is the operator that builds
 * tables, so all but `exact` and `float` need fusedPrecompute.
 */
export const tableModes = ['exact', 'shift', 'scale', 'float'] as const
export type TableMode = (typeof tableModes)[number]

/** Bandwidths in bytes per second, sizes in bytes, latency in seconds. */
export interface MemoryConfig {
  readonly dramBytesPerSecond: number
  readonly dramLatency: number
  /** The core's own memory, between DRAM and its registers. */
  readonly sramBytes: number
  readonly sramBytesPerCycle: number
}

export interface CoreConfig {
  /** Tokens side by side; each has a table for every group of K columns. */
  readonly m: number
  /** Rows of the weight side by side; all read the same tables. */
  readonly n: number
  /** Columns that one lookup covers, 2 … 6. */
  readonly k: number
  readonly activation: Activation
  /** Widths of weights that the array takes, bit-serially: one plane a cycle. Each 1 … 8. */
  readonly weightBits: readonly number[]
  /** LUT_BIT: bits of a table entry, its sign among them, 4 … 24. */
  readonly tableBits: number
  readonly tableMode: TableMode
  /** Bits of an accumulator (integers) up to 32; sums wrap around at 32 as int32 does. */
  readonly accumulatorBits: number
  readonly ideas: Ideas
  readonly hertz: number
  readonly memory: MemoryConfig
}

export const allIdeas: Ideas = {
  reinterpretation: true,
  symmetrization: true,
  negationElimination: true,
  fusedPrecompute: true,
}

/** M2N64K4 at 1 GHz, the paper's choice, with exact tables for int8; memory as on a board with LPDDR4X. */
export const m2n64k4: CoreConfig = {
  m: 2,
  n: 64,
  k: 4,
  activation: 'i8',
  weightBits: [1, 2, 3, 4, 5, 6, 7, 8],
  tableBits: 10,
  tableMode: 'exact',
  accumulatorBits: 32,
  ideas: allIdeas,
  hertz: 1e9,
  memory: { dramBytesPerSecond: 17e9, dramLatency: 100e-9, sramBytes: 512 * 1024, sramBytesPerCycle: 64 },
}

/** Entries of a table: 2^K, or half of that where tables are symmetric. */
export function entriesOf({ k, ideas }: Pick<CoreConfig, 'k' | 'ideas'>): number {
  return 1 << (ideas.symmetrization ? k - 1 : k)
}

/** Bits that an exact entry takes: a sum of K activations with their signs. Floats have none. */
export function exactTableBits({ k, activation }: Pick<CoreConfig, 'k' | 'activation'>): number | undefined {
  const bits = { i8: 8, i16: 16, e4m3: undefined, e5m2: undefined, f16: undefined }[activation]
  return bits && bits + Math.ceil(Math.log2(k))
}

/** Gives the config back if it makes sense; LutraError mismatch or unsupported says what does not. */
export function checkConfig(config: CoreConfig): CoreConfig {
  const { m, n, k, weightBits, tableBits, tableMode, accumulatorBits, ideas, activation, hertz, memory } = config
  range('M', m, 1, 64)
  range('N', n, 1, 1024)
  range('K', k, 2, 6)
  range('table bits', tableBits, 4, 24)
  range('accumulator bits', accumulatorBits, 8, 32)
  if (weightBits.length === 0)
    throw new LutraError('mismatch', 'Expected weight bits but found none; name 1 to 8 of them')
  for (const bits of weightBits) range('weight bits', bits, 1, 8)
  for (const [name, value] of Object.entries({ hertz, ...memory }))
    if (!Number.isFinite(value) || value < 0 || (value === 0 && name !== 'dramLatency'))
      throw new LutraError('mismatch', `Expected ${name} to be a number above 0 but found ${value}; declare it`)
  if (ideas.symmetrization && !ideas.reinterpretation) throw needs('symmetrization', 'reinterpretation')
  if (ideas.negationElimination && !ideas.symmetrization) throw needs('negation elimination', 'symmetrization')
  if ((tableMode === 'shift' || tableMode === 'scale') && !ideas.fusedPrecompute)
    throw needs(`table mode ${tableMode}`, 'fused precompute (whatever builds the tables quantizes them)')
  const exact = exactTableBits(config)
  if (tableMode === 'exact' && exact === undefined)
    throw new LutraError(
      'mismatch',
      `Expected table mode shift, scale or float for ${activation} but found exact; take table mode float`,
    )
  if (tableMode === 'float' && activation === 'i16')
    throw new LutraError(
      'mismatch',
      'Expected table mode exact, shift or scale for i16, whose sums no half holds, but found float; or take activation f16',
    )
  if (tableMode === 'exact' && exact !== undefined && tableBits < exact)
    throw new LutraError(
      'mismatch',
      `Expected ${exact} table bits or more for exact sums of ${k} ${activation} but found ${tableBits}; or take table mode shift`,
    )
  return config
}

function range(name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value) || value < min || value > max)
    throw new LutraError('mismatch', `Expected ${name} to be a whole number from ${min} to ${max} but found ${value}`)
}

function needs(one: string, other: string): LutraError {
  return new LutraError(
    'mismatch',
    `Expected ${other} where there is ${one} but found it off; turn it on, or do without ${one}`,
  )
}
