/**
 * What multiplies in a GPU's multiprocessors: its own multiply-add tensor cores, or LUT arrays in their place.
 * after  ./gemm, ./layer
 */
import type { Gpu } from './gpus.js'

export interface TensorCore {
  readonly name: string
  /** Multiply-adds (weight times activation) in one cycle of one multiprocessor. */
  macs(gpu: Gpu): number
  /** Bytes that one activation takes on its way to the core: itself, or its share of a table. */
  readonly operandBytes: number
  /** Bytes of a weight in memory. */
  readonly weightBytes: number
  /** Bytes of an activation where an operator writes it for the next linear: as tables with fused precompute. */
  readonly activationBytes: number
  /** The paper's "double register modeling": twice the registers, so larger tiles. */
  readonly doubleRegisters: boolean
}

export const fp16Mac: TensorCore = {
  name: 'FP16 MAC',
  macs: (gpu) => gpu.halfMacs,
  operandBytes: 2,
  weightBytes: 2,
  activationBytes: 2,
  doubleRegisters: false,
}

/** W2 A8: weights lie in memory in two bits and are widened on the way. */
export const int8Mac: TensorCore = {
  name: 'INT8 MAC',
  macs: (gpu) => 2 * gpu.halfMacs,
  operandBytes: 1,
  weightBytes: 0.25,
  activationBytes: 1,
  doubleRegisters: false,
}

export const fp8Mac: TensorCore = {
  name: 'FP8 MAC',
  macs: (gpu) => 2 * gpu.halfMacs,
  operandBytes: 1,
  weightBytes: 1,
  activationBytes: 1,
  doubleRegisters: false,
}

/** Lookups of an M2N64K4 array in a cycle: 2 × 64 entries of 4 columns each, one plane. */
const arrayMacs = 2 * 64 * 4
/** A symmetric table of K = 4 has 8 one-byte entries: two bytes for each activation. */
const tableBytes = 8 / 4

/** "4X", "8X": `arrays` M2N64K4 arrays in the place of each tensor core; weights of `planes` bits take as many cycles. */
export function lutArrays(arrays: number, planes = 2): TensorCore {
  return {
    name: `LUT-${arrays}X`,
    macs: (gpu) => (gpu.tensorCores * arrays * arrayMacs) / planes,
    operandBytes: tableBytes,
    weightBytes: planes / 8,
    activationBytes: tableBytes,
    doubleRegisters: true,
  }
}

/** Operations a second, two for each multiply-add: "peak performance" of the paper's table 1. */
export function peak(core: TensorCore, gpu: Gpu): number {
  return 2 * core.macs(gpu) * gpu.multiprocessors * gpu.hertz
}
