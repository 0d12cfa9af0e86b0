/**
 * What a core's config means in whole cycles. Bytes are counted in 65536ths, so that any bandwidth is a whole number and
 * equal programs take equally long wherever they start: that makes loops repeat exactly (./steady).
 * takes  CoreConfig, and what a config does not say: depths and stages · gives  Rates
 * after  ./model
 */
import { LutraError } from '../../../hal/error.js'
import type { CoreConfig } from '../config.js'
import type { Unit } from './timing.js'

/** What the cycle model assumes beyond the config. */
export interface Pipeline {
  /** Instructions that may stand before each unit; for dma also how many copies are asked for at once. */
  readonly queues: Readonly<Record<Unit, number>>
  /** Cycles from the last line that the array takes to the sum that can be stored: select, shift, add, write. */
  readonly fill: number
  /** Cycles in which an array without fused precompute builds the tables of a group, all its tokens side by side. */
  readonly build: number
}

export const pipeline: Pipeline = { queues: { dma: 8, load: 8, array: 8, store: 4 }, fill: 4, build: 1 }

/** Parts of a byte that are counted. */
export const grain = 65536

/** Bandwidths in 65536ths of a byte per cycle; latency in cycles. */
export interface Rates extends Pipeline {
  readonly dram: number
  readonly sram: number
  readonly latency: number
}

/** LutraError mismatch: a bandwidth or a clock that is no positive number. Bandwidths stop at 2^30 bytes a cycle. */
export function ratesOf({ hertz, memory }: CoreConfig, assumed: Pipeline = pipeline): Rates {
  const rate = (name: string, bytesPerCycle: number): number => {
    if (!(bytesPerCycle > 0)) throw new LutraError('mismatch', `Expected ${name} above 0 but found ${bytesPerCycle}`)
    return Math.max(1, Math.round(Math.min(bytesPerCycle, 2 ** 30) * grain))
  }
  return {
    ...assumed,
    dram: rate('DRAM bytes per cycle', memory.dramBytesPerSecond / hertz),
    sram: rate('SRAM bytes per cycle', memory.sramBytesPerCycle),
    latency: Math.max(0, Math.round(memory.dramLatency * hertz)),
  }
}

/** Who shares the SRAM. */
export interface Shares {
  dma: number
  load: number
  store: number
}

/**
 * The SRAM's bytes of a cycle, shared as a round-robin arbiter does: equally, and what one cannot use goes to the others.
 * Only dma cannot use everything: it is no faster than the DRAM behind it.
 */
export function share({ dram, sram }: Rates, dma: boolean, load: boolean, store: boolean, shares: Shares): void {
  const others = Number(load) + Number(store)
  shares.dma = dma ? Math.min(dram, others ? Math.max(1, Math.floor(sram / (others + 1))) : sram) : 0
  const rest = others ? Math.max(1, Math.floor((sram - shares.dma) / others)) : 0
  shares.load = load ? rest : 0
  shares.store = store ? rest : 0
}
