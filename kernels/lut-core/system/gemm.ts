/**
 * One linear on one GPU: how long its tiles take. For every tile that fits into the registers the slowest of four counts:
 * the core's cycles, bytes out of L2, bytes out of shared memory, and bytes of DRAM; the best tile wins, as a compiler
 * that searches schedules (Welder, Roller) would have it.
 * before ./gpus, ./cores · after ./layer
 */
import type { TensorCore } from './cores.js'
import type { Gpu } from './gpus.js'

/** What is achieved of a datasheet: the free constants, fitted on rows of multiply-add cores only. */
export interface Efficiencies {
  /** Of the tensor core's peak, 0 … 1. */
  readonly core: number
  /** Of DRAM bandwidth. */
  readonly dram: number
  /** Of shared memory bandwidth. */
  readonly shared: number
}

/** `even`: work is spread evenly over multiprocessors (stream-K); `whole`: the last wave of tiles takes as long as a full one. */
export type Waves = 'even' | 'whole'

export interface Gemm {
  readonly tokens: number
  readonly rows: number
  readonly cols: number
  /** Bytes of one output where it is written. */
  readonly outputBytes: number
  /** Bytes that are read or written besides: a residual in the epilogue. */
  readonly extraBytes?: number
}

export interface Schedule {
  readonly seconds: number
  readonly tile: readonly [tokens: number, rows: number]
  /** What a warp of the block works on. */
  readonly warp: readonly [tokens: number, rows: number]
  /** Parts of the columns that are summed apart. */
  readonly split: number
  readonly bound: 'core' | 'l2' | 'shared' | 'dram'
}

const blockTokens = [64, 128, 256]
const blockRows = [64, 128, 256, 512]
const warpTokens = [16, 32, 64, 128]
const warpRows = [32, 64, 128, 256]
const splits = [1, 2, 3, 4]
/** Accumulators of a block fill half the registers at most; a warp's 64 × 64, or 64 × 256 with double registers (§4.3). */
const warpOutputs = { single: 64 * 64, double: 64 * 256 }

export function bytesOf({ tokens, rows, cols, outputBytes, extraBytes = 0 }: Gemm, core: TensorCore): number {
  return tokens * cols * core.operandBytes + rows * cols * core.weightBytes + tokens * rows * outputBytes + extraBytes
}

export function schedule(gemm: Gemm, core: TensorCore, gpu: Gpu, achieved: Efficiencies, waves: Waves): Schedule {
  const { tokens, rows, cols } = gemm
  const registers = (gpu.registerBytes * (core.doubleRegisters ? 2 : 1)) / 2
  const outputs = core.doubleRegisters ? warpOutputs.double : warpOutputs.single
  const dram = bytesOf(gemm, core) / (gpu.dramBytesPerSecond * achieved.dram)
  const { operandBytes: a, weightBytes: w } = core
  let best: Schedule | undefined
  for (const m of blockTokens) {
    for (const n of blockRows) {
      if (m * n * 4 > registers) continue
      const cycles = (m * n) / core.macs(gpu) / achieved.core
      const l2 = (m * a + n * w) / (gpu.l2BytesPerCycle / gpu.multiprocessors)
      for (const wm of warpTokens) {
        for (const wn of warpRows) {
          if (wm > m || wn > n || wm * wn > outputs || m * n < 4 * wm * wn) continue
          const shared = (m * n * (a / wn + w / wm)) / gpu.sharedBytesPerCycle / achieved.shared
          const slowest = Math.max(cycles, l2, shared)
          for (const split of splits) {
            const blocks = (Math.ceil(tokens / m) * Math.ceil(rows / n) * split) / gpu.multiprocessors
            const rounds = waves === 'whole' ? Math.ceil(blocks) : Math.max(1, blocks)
            // Partial sums go through L2 as float32.
            const sums = split > 1 ? (tokens * rows * 4 * split) / (gpu.l2BytesPerCycle * gpu.hertz) : 0
            const work = (rounds * (cols / split) * slowest) / gpu.hertz + sums
            const seconds = Math.max(work, dram)
            if (best && best.seconds <= seconds) continue
            const bound = dram >= work ? 'dram' : slowest === cycles ? 'core' : slowest === l2 ? 'l2' : 'shared'
            best = { seconds, tile: [m, n], warp: [wm, wn], split, bound }
          }
        }
      }
    }
  }
  // The smallest tile fits into any register file that a GPU here has.
  return best as Schedule
}
