/**
 * How much memory a model will take in an engine, told before anything is allocated.
 * takes  what the engine answers, what the machine has left · gives  whether it fits
 * before a Backend's `footprint` · after sdk/open refuses what cannot fit
 */
import type { Device } from './device.js'

/** Bytes; bounds of what is allocated, not measurements. */
export interface Footprint {
  /** Weights in memory of the engine's own: packed, decoded or copied. */
  readonly weights: number
  /** Weights read in place from mapped files with every token; the system may drop them and read them again. */
  readonly mapped: number
  /** What a pass over the graph computes in. */
  readonly buffers: number
  /** Keys and values of one state that is full. */
  readonly state: number
  /** What is held besides weights and buffers until the model is open, and let go before a state is filled. */
  readonly opening?: number
}

/** At its peak. */
export function footprintTotal({ weights, mapped, buffers, state, opening = 0 }: Footprint): number {
  return weights + mapped + buffers + Math.max(state, opening)
}

/** Bytes that this process may still take; undefined where the system does not say. */
export function memoryLeft({ os, memory }: Device): number | undefined {
  // Elsewhere "free" leaves out what the system would give back at once: only the whole is a bound there.
  const left = os === 'linux' ? memory.available : Math.min(memory.total, memory.limit ?? Infinity)
  return memory.total > 0 ? left : undefined
}
