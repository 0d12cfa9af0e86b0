/**
 * How much the core's registers hold. A weight register holds 32 lines (1 KiB for 64 rows by 4 columns), a table register
 * the tables of 32 groups, so that both are full for weights of one bit; an accumulator holds one tile of the array.
 * before ../config, ../array · after ./tiling, ./validate, ./machine
 */
import { entryBytes, lineBytes } from '../array.js'
import { type CoreConfig, entriesOf } from '../config.js'
import { formats } from '../core/formats.js'

/** Lines of a weight register, groups of a table register. */
export const registerLines = 32

/** Every address, step and copy is a multiple of this, in bytes. */
export const alignment = 4

/** Tables of `groups` groups, and their shifts behind them where the core has such. */
export function tableBytes(config: CoreConfig, groups: number): number {
  const shifts = config.tableMode === 'shift' ? 1 : 0
  return groups * config.m * (entriesOf(config) * entryBytes(config) + shifts)
}

/** What stands in a table register: tables, or activations (groups × M × K) where the array builds its tables itself. */
export function operandBytes(config: CoreConfig, groups: number): number {
  if (config.ideas.fusedPrecompute) return tableBytes(config, groups)
  return groups * config.m * config.k * formats[config.activation].bytes
}

export function weightBytes(config: CoreConfig, groups: number, planes: number): number {
  return groups * planes * lineBytes(config)
}

export function accumulatorBytes({ m, n }: CoreConfig): number {
  return m * n * 4
}

/** Groups of the largest lmma for weights of so many bits. */
export function mostGroups(planes: number): number {
  return Math.floor(registerLines / planes)
}

export function align(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment
}
