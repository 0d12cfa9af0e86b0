/**
 * How a linear is cut for a core: columns into chunks that fill registers, rows and tokens into tiles of the array, and
 * weights into slabs, of which two lie in SRAM, one being read while the other arrives.
 * takes  a core and the shape of a linear · gives  counts and sizes; LutraError limit where the SRAM is too small
 * before ./registers · after ./layout, ./driver
 */
import { LutraError } from '../../../hal/error.js'
import type { CoreConfig } from '../config.js'
import { accumulators } from './instruction.js'
import { accumulatorBytes, align, mostGroups, operandBytes, weightBytes } from './registers.js'

export interface LinearShape {
  readonly rows: number
  readonly cols: number
  /** Width of a weight, 1 … 8. */
  readonly bits: number
  readonly tokens: number
  /** Columns that share a scale; each such segment has sums of its own. All columns where it is left out. */
  readonly segment?: number
}

export interface Tiling {
  /** Tiles of N rows, of M tokens; segments of a row. */
  readonly rowTiles: number
  readonly tokenTiles: number
  readonly segments: number
  /** Groups of K columns in one lmma, and lmmas in a segment (its last groups may be padding). */
  readonly groups: number
  readonly chunks: number
  /** Bytes of one lmma's weights and tables in memory. */
  readonly weightStep: number
  readonly tableStep: number
  /** Token tiles that share one pass over the weights, and passes. */
  readonly tiles: number
  readonly blocks: number
  /** A slab: row tiles, segments of each, chunks of each; only the first of these that is not whole may differ from 1. */
  readonly slab: { readonly rows: number; readonly segments: number; readonly chunks: number; readonly bytes: number }
  /** A block's tables stay in SRAM for all row tiles; else they are fetched with every slab. */
  readonly resident: boolean
  /** Bytes of tables in SRAM: of a block, or of a slab. */
  readonly tables: number
  /** Bytes of one of the two buffers for sums. */
  readonly sums: number
}

/**
 * Of few tokens a slab is this large where it can be: DRAM's latency is small beside it, and so is the wait for the first.
 * Of more tokens than accumulators hold it is as large as SRAM allows, so that weights are fetched seldom.
 */
const slabTarget = 16 * 1024
const mostRows = 64

type Cut = Pick<Tiling, 'rowTiles' | 'tokenTiles' | 'segments' | 'groups' | 'chunks' | 'weightStep' | 'tableStep'>

export function tile(config: CoreConfig, shape: LinearShape): Tiling {
  const cut = cutShape(config, shape)
  for (let blocks = 1; blocks <= cut.tokenTiles; blocks++) {
    const tiles = Math.ceil(cut.tokenTiles / blocks)
    if (blocks > 1 && tiles === Math.ceil(cut.tokenTiles / (blocks - 1))) continue
    const found = choose(config, cut, tiles, true)
    if (found) return found
  }
  const found = choose(config, cut, 1, false)
  if (found) return found
  throw new LutraError(
    'limit',
    `Expected SRAM for the slabs of ${shape.rows} × ${shape.cols} but found ${config.memory.sramBytes} bytes`,
  )
}

function cutShape(config: CoreConfig, { rows, cols, bits, tokens, segment = cols }: LinearShape): Cut {
  for (const [name, value] of Object.entries({ rows, cols, bits, tokens, segment }))
    if (!Number.isInteger(value) || value < 1 || value > 2 ** 24)
      throw new LutraError('mismatch', `Expected ${name} to be a whole number from 1 to ${2 ** 24} but found ${value}`)
  if (!config.weightBits.includes(bits))
    throw new LutraError('unsupported', `Expected weights of ${config.weightBits.join(', ')} bits but found ${bits}`)
  const perSegment = Math.ceil(Math.min(segment, cols) / config.k)
  let chunks = Math.ceil(perSegment / mostGroups(bits))
  // An even number lets double registers alternate in the innermost loop; taken where it pads no more.
  const padded = (n: number) => n * Math.ceil(perSegment / n)
  if (chunks % 2 === 1 && chunks > 1 && padded(chunks + 1) <= padded(chunks)) chunks++
  const groups = Math.ceil(perSegment / chunks)
  return {
    rowTiles: Math.ceil(rows / config.n),
    tokenTiles: Math.ceil(tokens / config.m),
    segments: Math.ceil(cols / segment),
    groups,
    chunks,
    weightStep: align(weightBytes(config, groups, bits)),
    tableStep: align(operandBytes(config, groups)),
  }
}

/** The first slab in the order of preference that SRAM has room for. */
function choose(config: CoreConfig, cut: Cut, tiles: number, resident: boolean): Tiling | undefined {
  const { segments, chunks, weightStep, tableStep } = cut
  const blocks = Math.ceil(cut.tokenTiles / tiles)
  const target = cut.tokenTiles > accumulators && tiles > accumulators ? config.memory.sramBytes : slabTarget
  for (const slab of slabs(cut, tiles, target, resident)) {
    const bytes = slab.rows * slab.segments * slab.chunks * weightStep
    const ofSlab = slab.segments * slab.chunks * tiles * tableStep
    const tables = resident ? segments * padTo(chunks, slab.chunks) * tiles * tableStep : ofSlab
    const sums = slab.rows * slab.segments * tiles * align(accumulatorBytes(config))
    if (2 * (bytes + sums) + tables * (resident ? 1 : 2) > config.memory.sramBytes) continue
    return {
      ...cut,
      chunks: padTo(chunks, slab.chunks),
      ...{ tiles, blocks, slab: { ...slab, bytes }, resident, tables, sums },
    }
  }
  return undefined
}

type Slab = Omit<Tiling['slab'], 'bytes'>

/** Several row tiles, one, some of its segments, one, an even part of one; then whole ones that are larger than wished. */
function* slabs({ rowTiles, segments, chunks, weightStep }: Cut, tiles: number, target: number, resident: boolean) {
  const rowBytes = segments * chunks * weightStep
  const whole: Slab[] = []
  if (resident) for (let rows = Math.min(mostRows, rowTiles); rows > 1; rows--) whole.push({ rows, segments, chunks })
  for (let part = segments; part > 0; part--) if (segments % part === 0) whole.push({ rows: 1, segments: part, chunks })
  const small = ({ rows, segments: part }: Slab) => (rowBytes / segments) * rows * part <= target
  for (const slab of whole) if (small(slab)) yield { ...slab, rows: balanced(rowTiles, slab.rows) }
  if (tiles <= accumulators)
    for (const part of parts(chunks, target / weightStep)) yield { rows: 1, segments: 1, chunks: part }
  for (const slab of whole) if (!small(slab)) yield { ...slab, rows: balanced(rowTiles, slab.rows) }
}

/** Chunks of one of an even number of slabs, at most `most` where there are so many; those that pad least come first. */
function parts(chunks: number, most: number): number[] {
  const found: number[] = []
  for (let count = 2; count < 2 * chunks; count += 2) {
    const part = Math.ceil(chunks / count)
    if ((part <= most || part === 1) && part !== found.at(-1)) found.push(part)
  }
  const near = (part: number) => 2 * part >= found[0]
  return found
    .filter(near)
    .sort((a, b) => padTo(chunks, a) - padTo(chunks, b) || b - a)
    .concat(found.filter((p) => !near(p)))
}

/** The same number of slabs, as even as can be. */
function balanced(total: number, each: number): number {
  return Math.ceil(total / Math.ceil(total / each))
}

/** A segment in parts has an even number of them: a program for an odd one would be half as long again. */
function padTo(count: number, part: number): number {
  return part >= count ? count : Math.ceil(count / part / 2) * 2 * part
}
