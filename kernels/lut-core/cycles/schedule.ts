/**
 * The program of a linear as to time: its instructions with their sizes, no addresses. Strips of N rows; the tables of as
 * many tokens as have accumulators (and room) stay in SRAM while the weights stream past once; sums stay in their
 * accumulator to the end of a segment. Two registers and two halves of a buffer take turns.
 * takes  CoreConfig, shape of a linear · gives  Program
 * before ./model · after ./linear
 */
import { LutraError } from '../../../hal/error.js'
import { entryBytes, lineBytes } from '../array.js'
import { type CoreConfig, entriesOf } from '../config.js'
import { groupsOf } from '../core/groups.js'
import { type Address, accumulators, type Instruction, type Program } from '../lmma/instruction.js'

/** A linear, and how many tokens pass it at once. */
export interface LinearShape {
  readonly rows: number
  readonly cols: number
  /** Of a weight: its planes. */
  readonly bits: number
  readonly tokens: number
  /** Columns that share a scale; a sum is stored for each. Default: all. */
  readonly segment?: number
}

/** Groups of columns that a register holds. */
const registerGroups = 16

/** Part of a register's load: groups, and whether a segment ends behind them. */
interface Piece {
  readonly groups: number
  readonly ends: boolean
}

const nowhere: Address = { register: 0, step: 0 }

export function linearProgram(config: CoreConfig, shape: LinearShape): Program {
  const { m, n, memory } = config
  const strips = Math.ceil(shape.rows / n)
  const tiles = Math.ceil(shape.tokens / m)
  const group = groupBytes(config, shape)
  const { segment = shape.cols } = shape
  const groups = groupsOf(shape.cols, segment, config.k).length
  const tables = groups * group.tables
  // Half of the SRAM for tables, three eighths for weights, the rest for sums.
  const resident = Math.floor(memory.sramBytes / 2 / tables)
  const passes = Math.ceil(tiles / Math.min(accumulators, Math.max(1, resident)))
  const side = Math.ceil(tiles / passes)
  // Tables that do not fit come beside the weights, strip after strip.
  const streamed = group.weights + (resident === 0 ? group.tables : 0)
  const buffer = (memory.sramBytes * (resident === 0 ? 7 : 3)) / 8 / 2
  const fit = Math.floor(buffer / streamed)
  if (fit === 0)
    throw new LutraError('limit', `Expected SRAM for a group of weights but found ${memory.sramBytes} bytes`)
  const even = 2 * registerGroups
  const ends = Math.max(1, Math.floor(memory.sramBytes / 8 / (4 * n * m * side)))
  const most = Math.min(fit, ends * Math.ceil(segment / config.k))
  // Chunks of about the same size: the next is copied while one is worked on.
  const fair = Math.ceil(groups / Math.ceil(groups / most) / even) * even
  const chunk = Math.min(fair, most)
  const chunks = cut(config, shape, chunk)
  const bytes = chunks.map((pieces) => streamed * pieces.reduce((sum, piece) => sum + piece.groups, 0))
  const pass = (width: number): Instruction[] => {
    const bodies = chunks.map((pieces) => computed(config, shape, pieces, width))
    const steps = bodies.map((body, i) => [copy('sram', bytes[(i + 1) % bytes.length]), wait(1), ...body])
    const begin = [...(resident === 0 ? [] : [copy('sram', width * tables)]), copy('sram', bytes[0])]
    // Behind the last chunk nothing is to be fetched.
    const last = [...repeated(steps.slice(0, -1)), wait(0), ...bodies[bodies.length - 1]]
    return [...begin, ...loop(strips - 1, repeated(steps)), ...last]
  }
  const rest = tiles % side
  return [...loop(Math.floor(tiles / side), pass(side)), ...(rest ? pass(rest) : []), { op: 'end' }]
}

/** Bytes of a group of columns: its lines of weights, and its tables (or activations) for M tokens. */
function groupBytes(config: CoreConfig, { bits }: LinearShape): { weights: number; tables: number } {
  const { m, k, activation, tableMode, ideas } = config
  const shift = tableMode === 'shift' ? 1 : 0
  const x = activation === 'i16' || activation === 'f16' ? 2 : 1
  const each = ideas.fusedPrecompute ? entriesOf(config) * entryBytes(config) + shift : k * x
  return { weights: bits * lineBytes(config), tables: m * each }
}

/** The groups of a strip in chunks of one copy, those in pieces of a register; no piece reaches over a segment's end. */
function cut(config: CoreConfig, { cols, segment = cols }: LinearShape, chunk: number): Piece[][] {
  const chunks: Piece[][] = []
  let room = 0
  for (let begin = 0; begin < cols; begin += segment) {
    let left = Math.ceil(Math.min(segment, cols - begin) / config.k)
    while (left > 0) {
      if (room === 0) {
        chunks.push([])
        room = chunk
      }
      const groups = Math.min(left, room, registerGroups)
      left -= groups
      room -= groups
      chunks[chunks.length - 1].push({ groups, ends: left === 0 })
    }
  }
  return chunks
}

/** Loads and multiplies the pieces of a chunk for `tiles` tiles of M tokens. */
function computed(config: CoreConfig, shape: LinearShape, pieces: readonly Piece[], tiles: number): Instruction[] {
  const { m, n, k, activation, ideas, tableMode } = config
  const group = groupBytes(config, shape)
  const accumulator = tableMode === 'float' ? 'f32' : 'i32'
  const one = ({ groups, ends }: Piece, weights: number): Instruction[] => {
    const done: Instruction[] = [{ op: 'ldw', register: weights, source: nowhere, bytes: groups * group.weights }]
    for (let target = 0; target < tiles; target++) {
      const register = (weights * tiles + target) % 2
      done.push({ op: ideas.fusedPrecompute ? 'ldt' : 'ldx', register, source: nowhere, bytes: groups * group.tables })
      const types = { activation, weightBits: shape.bits, accumulator, output: accumulator } as const
      done.push({ op: 'lmma', target, tables: register, weights, m, n, k: groups * k, ...types })
      if (ends)
        done.push({ op: 'sta', register: target, target: nowhere, bytes: 4 * m * n }, { op: 'zero', register: target })
    }
    return done
  }
  const pairs: Instruction[][] = []
  for (let i = 0; i < pieces.length; i += 2)
    pairs.push([...one(pieces[i], 0), ...(pieces[i + 1] ? one(pieces[i + 1], 1) : [])])
  const ended = pieces.filter(({ ends }) => ends).length
  return [...repeated(pairs), ...(ended ? [copy('dram', 4 * n * m * tiles * ended)] : [])]
}

/** Equal neighbours as loops. */
function repeated(parts: readonly Instruction[][]): Instruction[] {
  const done: Instruction[] = []
  for (let i = 0, end = 0; i < parts.length; i = end) {
    const first = JSON.stringify(parts[i])
    for (end = i + 1; end < parts.length && JSON.stringify(parts[end]) === first; ) end++
    done.push(...loop(end - i, parts[i]))
  }
  return done
}

function loop(times: number, body: Instruction[]): Instruction[] {
  if (times === 0) return []
  return times === 1 ? body : [{ op: 'loop', times, body: body.length }, ...body]
}

function copy(to: 'sram' | 'dram', bytes: number): Instruction {
  return { op: 'copy', to, target: nowhere, source: nowhere, bytes }
}

function wait(pending: number): Instruction {
  return { op: 'wait', pending }
}
