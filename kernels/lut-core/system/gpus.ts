/**
 * GPUs as data: what a tile-level model needs to know of them. Datasheet figures; what is achieved of them is fitted.
 * after  ./gemm, ./layer
 */

export interface Gpu {
  readonly name: string
  /** Streaming multiprocessors, each with `tensorCores`. */
  readonly multiprocessors: number
  readonly tensorCores: number
  readonly hertz: number
  /** Multiply-adds of halves in one cycle of one multiprocessor (float32 sums); 8-bit types do twice as many. */
  readonly halfMacs: number
  /** Lanes for float32 in one multiprocessor. */
  readonly lanes: number
  readonly dramBytesPerSecond: number
  /** Over all multiprocessors together, and of shared memory in each. */
  readonly l2BytesPerCycle: number
  readonly sharedBytesPerCycle: number
  /** Register file of a multiprocessor, in bytes. */
  readonly registerBytes: number
  readonly source: string
}

/** 40 GB: the paper's figure 19 puts 1104 TFLOPs at 736 FLOPs a byte, which is 1.5 TB/s. */
export const a100: Gpu = {
  name: 'A100',
  multiprocessors: 108,
  tensorCores: 4,
  hertz: 1.41e9,
  halfMacs: 1024,
  lanes: 64,
  dramBytesPerSecond: 1.555e12,
  l2BytesPerCycle: 5120,
  sharedBytesPerCycle: 128,
  registerBytes: 256 * 1024,
  source: 'NVIDIA A100 Tensor Core GPU Architecture (whitepaper), A100 SXM4 40 GB',
}

/** The paper gives 1525 TFLOPs in FP8 and normalizes to 1.41 GHz: 132 multiprocessors at that clock. */
export const h100: Gpu = {
  name: 'H100',
  multiprocessors: 132,
  tensorCores: 4,
  hertz: 1.41e9,
  halfMacs: 2048,
  lanes: 128,
  dramBytesPerSecond: 3.35e12,
  l2BytesPerCycle: 5120,
  sharedBytesPerCycle: 128,
  registerBytes: 256 * 1024,
  source:
    'NVIDIA H100 Tensor Core GPU Architecture (whitepaper), H100 SXM5, clock as in the paper; L2 taken as the A100 has it',
}

export const rtx3090: Gpu = {
  name: 'RTX 3090',
  multiprocessors: 82,
  tensorCores: 4,
  hertz: 1.695e9,
  halfMacs: 256,
  lanes: 128,
  dramBytesPerSecond: 936e9,
  l2BytesPerCycle: 3072,
  sharedBytesPerCycle: 128,
  registerBytes: 256 * 1024,
  source: 'NVIDIA Ampere GA102 GPU Architecture (whitepaper); L2 width is an assumption (48 slices of 64 bytes)',
}
