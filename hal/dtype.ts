/**
 * weight = scale · value + minimum, values being whole numbers of a few bits. Scales and minima are float32 and lose nothing:
 * the weight, rounded to float32, is what `decode` gives.
 */
export interface Uniform {
  /** Width of a value, 1 … 8. */
  readonly bits: number
  /** The least value; all are signed bytes. The largest is lowest + 2^bits - 1 at most. */
  readonly lowest: number
  /** The values that occur, ascending, where they are far from all; absent: all of them. */
  readonly alphabet?: readonly number[]
  /** Weights that share a scale, a divisor of the block; absent: all of a tensor (its one scale is in the tail). */
  readonly segment?: number
  /** Scale of segment s of the block that begins at `at`; of a tensor's one scale, `at` is the tail. */
  scale(bytes: Uint8Array, at: number, s: number): number
  /** Absent: there are no minima. */
  minimum?(bytes: Uint8Array, at: number, s: number): number
  /** Makes all scales of a block (or tail) one and all minima zero, in place: `decode` then gives value + `offset`. */
  strip(bytes: Uint8Array, at: number): void
  /** Default 0. */
  readonly offset?: number
}

/** Codes that point into codebooks, each shared by a group of rows × columns: how a block of whole rows holds them. */
export interface Codebooks {
  /** A codebook has 2^codeBits entries of `lanes` weights, neighbours in a row. */
  readonly codeBits: number
  readonly lanes: number
  /** A group: so many rows × columns. */
  readonly rows: number
  readonly span: number
  /** Columns of the matrices that the type is for: a block is rows × cols weights, group after group along the row. */
  readonly cols: number
  /** Bytes of a group, and where in it its scale (half precision), entries and codes begin. */
  readonly unitBytes: number
  readonly scaleAt: number
  /** Signed bytes: lane 0 of all entries, then lane 1, … */
  readonly entriesAt: number
  /** A stream of bits, lowest first, row after row. */
  readonly codesAt: number
}

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
  /** Where weights are whole numbers times scales: how to tell them apart. */
  readonly uniform?: Uniform
  /** Where codes point into codebooks; a block is then whole rows. */
  readonly codebooks?: Codebooks
  /** Decodes weights [from, from + count) of a tensor of `total` weights; `from` is a multiple of `block`. */
  decode(bytes: Uint8Array, total: number, from: number, count: number, out: Float32Array): void
}
