/**
 * Where a token's energy goes: the array, and beside it, each a line of its own, what the paper leaves out: DRAM, SRAM,
 * registers. DRAM and SRAM are published figures, SRAM scaled from 45 nm; array and registers come from our parts, scaled
 * to 28 nm. None of it is measured on a chip.
 * takes  cycles and bytes of a Timing · gives  joules by line, with where each figure comes from
 * before ./cost, ./memory, ./scaling, ../cycles/timing
 */
import { type CoreConfig, entriesOf } from '../config.js'
import type { Timing } from '../cycles/timing.js'
import type { Synthesis } from '../synthesis/part.js'
import { costOf } from './cost.js'
import { type Dram, drams, sramJoulesPerByte, sramSource } from './memory.js'
import { synthesizedParts } from './parts.js'
import { between, scaling, sramNode, target } from './scaling.js'
import { registerBit } from './stores.js'

export interface EnergyLine {
  readonly name: 'array' | 'registers' | 'sram' | 'dram'
  readonly joules: number
  readonly label: 'scaled' | 'published'
  /** Rule or source of the figure. */
  readonly from: string
}

export interface EnergyOptions {
  readonly bits: number
  /** Default lpddr4, as on a small board. */
  readonly dram?: Dram
  readonly synthesis?: Synthesis
}

/** Energy of a run, by line; divide by tokens or by multiply-accumulates (lookups · K / bits) as needed. */
export function energyOf(
  timing: Timing,
  config: CoreConfig,
  { bits, dram = 'lpddr4', synthesis }: EnergyOptions,
): EnergyLine[] {
  const parts = synthesis ?? synthesizedParts()
  const to28 = scaling(parts.libraries[0])
  const { elements, precompute } = costOf(config, { bits, synthesis: parts })
  const held = registerBit(parts, Number.POSITIVE_INFINITY, true).energy
  const written = 8 * (registerBit(parts, 8, true).energy - held)
  const width = config.tableMode === 'float' ? 16 : config.tableBits
  const registerBits = config.m * entriesOf(config) * width + config.n * config.k
  const sram = between(sramNode, target)
  return [
    {
      name: 'array',
      joules: timing.busy.array * (elements.energy + precompute.energy) * to28.energy,
      label: 'scaled',
      from: `synthesized parts; ${to28.rule}`,
    },
    {
      name: 'registers',
      joules: (registerBits * held * timing.cycles + timing.bytes.registers * 8 * written) * to28.energy,
      label: 'scaled',
      from: `double registers of our parts, their clock in every cycle and their writes; ${to28.rule}`,
    },
    {
      name: 'sram',
      joules: timing.bytes.sram * sramJoulesPerByte(config.memory.sramBytes) * sram.energy,
      label: 'scaled',
      from: `${sramSource}; ${sram.rule}`,
    },
    {
      name: 'dram',
      joules: timing.bytes.dram * 8 * drams[dram].joulesPerBit,
      label: 'published',
      from: drams[dram].source,
    },
  ]
}
