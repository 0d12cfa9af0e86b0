/** Programs by hand for the cycle model: a linear in strips of rows, its weights through two halves of the SRAM. */
import { type CoreConfig, entriesOf } from '../../../../kernels/lut-core/config.js'
import type { Instruction, Program } from '../../../../kernels/lut-core/lmma/instruction.js'

export interface Strips {
  /** Strips of N rows. */
  readonly strips: number
  /** Chunks of columns in a strip; each is a copy. */
  readonly chunks: number
  /** Pairs of `lmma` in a chunk. */
  readonly pairs: number
  /** Groups of K columns in an `lmma`. */
  readonly groups: number
  readonly bits: number
  /** Whether the second of a pair has registers of its own. */
  readonly double?: boolean
  /** Activations instead of tables. */
  readonly raw?: boolean
  /** The weights are in SRAM already. */
  readonly resident?: boolean
}

const at = (register: number) => ({ register, step: 0 })

/** Bytes that an `lmma` of such a linear reads: weight lines, tables. */
export function operandBytes(config: CoreConfig, { groups, bits, raw }: Strips): { weights: number; tables: number } {
  const entry = config.tableBits > 8 ? 2 : 1
  const perGroup = raw ? config.k : entriesOf(config) * entry
  return { weights: (groups * bits * config.n * config.k) / 8, tables: groups * config.m * perGroup }
}

export function strips(config: CoreConfig, shape: Strips): Program {
  const { weights, tables } = operandBytes(config, shape)
  const { m, n, k } = config
  const one = (register: number): Instruction[] => [
    { op: shape.raw ? 'ldx' : 'ldt', register, source: at(2), bytes: tables },
    { op: 'ldw', register, source: at(1), bytes: weights },
    {
      ...{ op: 'lmma', target: 0, tables: register, weights: register, m, n, k: k * shape.groups },
      ...{ activation: 'i8', weightBits: shape.bits, accumulator: 'i32', output: 'i32' },
    },
  ]
  const chunk: Instruction = {
    ...{ op: 'copy', to: 'sram', target: at(1), source: at(0) },
    bytes: 2 * shape.pairs * weights,
  }
  const pair = [...one(0), ...one(shape.double === false ? 0 : 1)]
  const copied: Instruction[] = shape.resident ? [] : [chunk]
  const perChunk: Instruction[] = [
    ...copied,
    { op: 'wait', pending: 1 },
    { op: 'loop', times: shape.pairs, body: pair.length },
    ...pair,
  ]
  const out = 4 * m * n
  const perStrip: Instruction[] = [
    { op: 'zero', register: 0 },
    { op: 'loop', times: shape.chunks, body: perChunk.length },
    ...perChunk,
    { op: 'sta', register: 0, target: at(3), bytes: out },
  ]
  return [...copied, { op: 'loop', times: shape.strips, body: perStrip.length }, ...perStrip, { op: 'end' }]
}
