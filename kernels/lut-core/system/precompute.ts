/**
 * What building tables costs a layer on a GPU, counted: bytes read and written, and additions (the paper's table 4).
 * Separate: a kernel of its own before each linear. Fused: the operator before the linear writes tables where it wrote
 * activations. No constant is fitted here; DRAM's share comes from table 1's rows of multiply-add cores.
 * before ./models, ./gpus · after ../tables
 */
import type { Gpu } from './gpus.js'
import { linearsOf, type ModelShape } from './models.js'

/** How a table of K = 4 is built. */
export interface Building {
  /** 8 where tables are symmetric, else 16; each a half. */
  readonly entries: 8 | 16
  /** Each entry gathers its activations by itself; else a table reads them once. */
  readonly gather: boolean
  /** Every linear of the model has tables of its own; else q, k, v share them, and gate, up. */
  readonly perLinear: boolean
}

export interface PrecomputeCounts {
  /** Activations that become tables. */
  readonly elements: number
  readonly bytes: number
  readonly additions: number
}

const k = 4
const half = 2

/** Bytes of a table for each activation. */
const tableBytes = (entries: number): number => (entries * half) / k

function elementsOf(model: ModelShape, tokens: number, perLinear: boolean): number {
  return tokens * linearsOf(model).reduce((sum, { cols, parts }) => sum + cols * (perLinear ? parts.length : 1), 0)
}

/** Separate kernels: activations read, tables written; and the linear reads tables where it read activations. */
export function separate(model: ModelShape, tokens: number, building: Building): PrecomputeCounts {
  const elements = elementsOf(model, tokens, building.perLinear)
  const read = building.gather ? building.entries * half : half
  const written = tableBytes(building.entries)
  return {
    elements,
    bytes: elements * (read + written + written - half),
    additions: additions(elements, building.entries),
  }
}

/** Fused: nothing is read again; what is written, and read by the linear, is a table and no activation. */
export function fused(model: ModelShape, tokens: number, entries: 8 | 16): PrecomputeCounts {
  const elements = elementsOf(model, tokens, false)
  return { elements, bytes: elements * 2 * (tableBytes(entries) - half), additions: additions(elements, entries) }
}

/** K - 1 additions for each entry of each table of K. */
function additions(elements: number, entries: number): number {
  return (elements / k) * entries * (k - 1)
}

/** Seconds: bytes at DRAM's achieved bandwidth, then additions on all lanes; neither hides the other. */
export function secondsOf({ bytes, additions: adds }: PrecomputeCounts, gpu: Gpu, dram: number): number {
  return bytes / (gpu.dramBytesPerSecond * dram) + adds / (gpu.multiprocessors * gpu.lanes * gpu.hertz)
}

/** Every way to build tables that a separate kernel may have. */
export const buildings: readonly Building[] = [8, 16].flatMap((entries) =>
  [true, false].flatMap((gather) =>
    [true, false].map((perLinear) => ({ entries: entries as 8 | 16, gather, perLinear })),
  ),
)
