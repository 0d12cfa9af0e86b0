/**
 * Matrix times vectors: what an accelerator does for a host engine, and nothing else. The host runs every other op. An
 * accelerator's module exports `createAccelerator`.
 */

/** Exact integer sums; the host quantizes activations and scales sums. */
export interface IntegerKernel {
  readonly name: string
  /** Tokens that it takes side by side; a host that has more brings them in parts. */
  readonly tokens: number
  /** Takes a weight in (packs it), or answers undefined: not for this kernel. */
  load(weight: IntegerWeight): IntegerLinear | undefined
  /**
   * Takes the activations of `tokens` tokens in (tokens × cols), e.g. builds their lookup tables; every `multiply` that
   * follows is about them.
   */
  prepare(x: Int8Array, tokens: number): void
}

/** Activations stay floats at the door; the kernel rounds them in its own way, and says in docs how far it may be off. */
export interface FloatKernel {
  readonly name: string
  readonly tokens: number
  load(weight: ScaledWeight): FloatLinear | undefined
  prepare(x: Float32Array, tokens: number): void
}

export interface Accelerator extends IntegerKernel {
  readonly simulated: boolean
  /** For linears that are not in the model's own int8 meaning; absent: the host computes those. */
  readonly float?: FloatKernel
  /** Work done since creation, by name, e.g. `lookups`. */
  counters(): Readonly<Record<string, number>>
  /** Ends what it started (a process at the end of a pipe). Idempotent. */
  close?(): void
}

/** `options` is what EngineOptions.accelerator carries: plain data. */
export type CreateAccelerator = (options?: unknown) => Accelerator | Promise<Accelerator>

/** A weight of a few bits as integers, without its scales. */
export interface IntegerWeight {
  readonly rows: number
  readonly cols: number
  /** Columns that share a scale; sums are given for each segment of a row. `cols`, or else a multiple of 4. */
  readonly segment: number
  /** Width of a code, 1 … 8. */
  readonly bits: number
  /** Value of code 0: -1 for ternary weights. */
  readonly lowest: number
  /** Row by row, each in lowest … lowest + 2^bits - 1. */
  readonly values: Int8Array
}

/** weight[r][c] = scales[r][s] · value + minima[r][s], s the segment of c; no minima: none is added. */
export interface ScaledWeight extends IntegerWeight {
  readonly scales: Float32Array
  readonly minima?: Float32Array
}

export interface IntegerLinear {
  readonly residentBytes: number
  /**
   * sums[(t × segments + s) × rows + r] = Σ values[r][c] · x[t][c] over the columns c of segment s, for the x prepared last.
   * Exact.
   */
  multiply(sums: Int32Array): void
}

export interface FloatLinear {
  readonly residentBytes: number
  /** y[t × rows + r] = Σ weight[r][c] · x[t][c]. */
  multiply(y: Float32Array): void
}
