/** A number format as data: the one description from which packers, the oracle's decode and kernels come. */
export interface DType {
  readonly name: string
  /** Stored bits per weight, scales included. */
  readonly bits: number
  /** Weights per block, bytes per block. */
  readonly block: number
  readonly blockBytes: number
  /** Bytes after the last block of a tensor (I2_S keeps its one scale there). */
  readonly tailBytes: number
  /** Type id in GGUF files; absent for formats of our own. */
  readonly gguf?: number
  /** True where every code decodes to -1, 0 or +1 times a scale. */
  readonly ternary: boolean
  /** Decodes weights [from, from + count) of a tensor of `total` weights; `from` is a multiple of `block`. */
  decode(bytes: Uint8Array, total: number, from: number, count: number, out: Float32Array): void
}
