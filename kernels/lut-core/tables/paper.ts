/**
 * Numbers of the paper, as data: "LUT Tensor Core: A Software-Hardware Co-Design for LUT-Based Low-Bit LLM Inference",
 * ISCA 2025, arXiv 2408.06003v2, transcribed from its tables; table 1's column T/W comes from a secondary source, which
 * lacks two rows. Nothing here was computed or measured by us.
 * after  ../system, ./table-1 …
 */

/** Milliseconds of table 1 as [one sequence of 2048 tokens, 1024 sequences of one token]. */
export interface Table1Row {
  readonly name: string
  readonly gpu: 'A100' | 'H100'
  readonly core: 'FP16' | 'INT8' | 'FP8' | 'LUT-4X' | 'LUT-8X'
  readonly milliseconds: readonly [prefill: number, decode: number]
  /** TFLOPs or TOPs. */
  readonly peak: number
  /** mm² of a multiprocessor's tensor cores, normalized to 28 nm and 1.41 GHz. INT8's density implies 0.326, not 0.312. */
  readonly area: number
  /** TFLOPs or TOPs for each mm². */
  readonly density: number
  /** TFLOPs or TOPs for each watt. */
  readonly efficiency?: number
}

/** Table 1, "Overall comparison": LLAMA-3B in FP16, else BitNet b1.58 3B with 2-bit weights (FP8 in the row H100 FP8). */
export const table1: readonly Table1Row[] = [
  {
    name: 'A100 FP16',
    gpu: 'A100',
    core: 'FP16',
    milliseconds: [106.71, 41.15],
    peak: 312,
    area: 0.975,
    density: 2.96,
    efficiency: 2.98,
  },
  {
    name: 'A100 INT8',
    gpu: 'A100',
    core: 'INT8',
    milliseconds: [67.06, 21.7],
    peak: 624,
    area: 0.312,
    density: 17.73,
    efficiency: 19.94,
  },
  {
    name: 'A100-LUT-4X',
    gpu: 'A100',
    core: 'LUT-4X',
    milliseconds: [42.49, 11.41],
    peak: 1248,
    area: 0.187,
    density: 61.84,
    efficiency: 33.32,
  },
  {
    name: 'A100-LUT-8X',
    gpu: 'A100',
    core: 'LUT-8X',
    milliseconds: [38.02, 7.47],
    peak: 2496,
    area: 0.373,
    density: 61.95,
    efficiency: 33.65,
  },
  { name: 'H100 FP8', gpu: 'H100', core: 'FP8', milliseconds: [38.2, 12.3], peak: 1525, area: 0.918, density: 12.59 },
  {
    name: 'H100-LUT-4X',
    gpu: 'H100',
    core: 'LUT-4X',
    milliseconds: [28.7, 9.9],
    peak: 1525,
    area: 0.488,
    density: 23.69,
  },
  {
    name: 'H100-LUT-8X',
    gpu: 'H100',
    core: 'LUT-8X',
    milliseconds: [23.48, 5.97],
    peak: 3049,
    area: 0.909,
    density: 25.4,
    efficiency: 17.32,
  },
]

/** Table 2, the array of M × N × K = 512 for W2 A8: µm² (the paper's heading says mm²) and mW in 28 nm at 1 GHz. */
export const table2 = [
  { name: 'UNPU (DSE enabled)', area: 17271.71, intensity: 1, power: 23.39, efficiency: 1 },
  { name: '+ weight reinterpretation', area: 13116.6, intensity: 1.317, power: 17.98, efficiency: 1.301 },
  { name: '+ negation circuit elimination', area: 12780.05, intensity: 1.351, power: 17.37, efficiency: 1.347 },
  // biome-ignore lint/suspicious/noApproximativeNumericConstant: the paper's ratio, not a logarithm
  { name: '+ DFG transformation and kernel fusion', area: 11991.29, intensity: 1.44, power: 16.22, efficiency: 1.442 },
] as const

/** Table 4, milliseconds of a single layer: Welder, with precompute as it is, with precompute fused. */
export const table4 = [
  { model: 'OPT-175B', batch: 1, tokens: 2048, welder: 32.38, separate: 38.77, fused: 33.63 },
  { model: 'OPT-175B', batch: 1024, tokens: 1, welder: 14.99, separate: 17.43, fused: 15.5 },
  { model: 'BLOOM-176B', batch: 1, tokens: 4096, welder: 107.11, separate: 129.85, fused: 108.38 },
  { model: 'BLOOM-176B', batch: 1024, tokens: 1, welder: 20.99, separate: 26.05, fused: 21.31 },
  { model: 'LLAMA2-70B', batch: 1, tokens: 4096, welder: 34.68, separate: 37.6, fused: 35.65 },
  { model: 'LLAMA2-70B', batch: 1024, tokens: 1, welder: 11.45, separate: 15.21, fused: 11.75 },
] as const

/** §4.6.1: mean overheads over table 4's models, in percent. */
export const table4Means = {
  prefill: { separate: 16.47, fused: 2.62 },
  decode: { separate: 24.41, fused: 2.52 },
} as const

/** Table 5: WikiText-2 perplexity of LLAMA2-7B. */
export const table5 = [
  { name: 'LLAMA2-7B W16 A16', perplexity: 5.47 },
  { name: 'LLAMA2-7B W2 A16', perplexity: 7.68 },
  { name: 'LLAMA2-7B W2, INT8 tables', perplexity: 7.69 },
] as const

/** Figure 12 and §4.2.1: units that multiply four pairs, TFLOPs for each mm². */
export const dp4 = [
  { name: 'MAC W16 A16', density: 3.39 },
  { name: 'LUT W1 A16', density: 61.55 },
] as const

/** §4.4.3: what the abstract and the conclusion tell, LUT against the FP16 tensor core. */
export const headlines = { density: 20.9, efficiency: 11.2, speed: 5.51 } as const
