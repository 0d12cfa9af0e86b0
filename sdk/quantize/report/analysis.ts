/**
 * What an analysis of a quantized model holds, as plain data: survives JSON, names are as hostile as the files they are from.
 * before ./measure (makes the statistics) · after ./advice (words), ./page (HTML)
 */
export interface Analysis {
  /** Of the model, as its file or its metadata names it. */
  readonly name: string
  readonly architecture?: string
  /** What was done: the mixture, the budget, the calibration text. */
  readonly about?: readonly (readonly [what: string, value: string])[]
  /** Of the float file and the quantized one, where they are known. */
  readonly bytesBefore?: number
  readonly bytesAfter?: number
  /** Measured end to end, where it was: KL divergence in nats, perplexities, share of positions with the same likeliest token. */
  readonly kld?: number
  readonly perplexityBefore?: number
  readonly perplexityAfter?: number
  readonly sameTop?: number
  readonly tensors: readonly TensorAnalysis[]
}

export interface TensorAnalysis {
  readonly name: string
  readonly rows: number
  readonly cols: number
  /** Format and bytes in the file; method, and why it is another than the one asked for. */
  readonly type: string
  readonly bytes: number
  readonly method?: string
  readonly fallback?: string
  /** Share of the layer's output that rounding takes: tr(D H Dᵀ) / tr(W H Wᵀ). */
  readonly error: number
  /** KL divergence with this tensor quantized and all others float. */
  readonly sensitivity?: number
  readonly weights?: Distribution
  /** Quantized minus original. */
  readonly rounding?: Distribution
  /** Range (largest minus least) of the weights of each row. */
  readonly rowRanges?: Percentiles
  readonly inputs?: InputAnalysis
}

/** Of finite values; what is not finite was refused before. */
export interface Distribution {
  readonly least: number
  readonly most: number
  readonly mean: number
  /** Root of the mean squared distance from the mean. */
  readonly deviation: number
  /** Fourth moment over the square of the second: 3 for a normal distribution, more with heavy tails. */
  readonly kurtosis: number
  readonly histogram: Histogram
}

export interface Histogram {
  /** Counts of equal bins from `from` to `to`. */
  readonly from: number
  readonly to: number
  readonly counts: readonly number[]
}

/** 0, 5, 50, 95 and 100 %. */
export interface Percentiles {
  readonly least: number
  readonly p5: number
  readonly median: number
  readonly p95: number
  readonly most: number
}

/** What calibration saw of a layer's input. */
export interface InputAnalysis {
  readonly least?: number
  readonly most?: number
  /** Root mean square over tokens, by percentiles over columns. */
  readonly columns: Percentiles
  /** Columns that are never driven. */
  readonly dead: number
  /** The strongest columns, with their share of all columns' squares. */
  readonly strongest: readonly { readonly column: number; readonly share: number }[]
}
