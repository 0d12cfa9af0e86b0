/**
 * Integer matrix times vector: what an accelerator does for a host engine, and nothing else. The host quantizes
 * activations, scales sums, and runs every other op. An accelerator's module exports `createAccelerator`.
 */
export interface IntegerKernel {
  readonly name: string
  /** Takes a weight in (packs it), or answers undefined: not for this kernel. */
  load(weight: IntegerWeight): IntegerLinear | undefined
  /** Takes one token's activations in, e.g. builds its lookup tables; every `multiply` that follows is about them. */
  prepare(x: Int8Array): void
}

export interface Accelerator extends IntegerKernel {
  readonly simulated: boolean
  /** Work done since creation, by name, e.g. `lookups`. */
  counters(): Readonly<Record<string, number>>
}

export type CreateAccelerator = () => Accelerator

/** A ternary or 2-bit weight as integers, without its scales. */
export interface IntegerWeight {
  readonly rows: number
  readonly cols: number
  /** Columns that share a scale; sums are given for each segment of a row. `cols`, or else a multiple of 4. */
  readonly segment: number
  /** Row by row, each in -1 … 2. */
  readonly values: Int8Array
}

export interface IntegerLinear {
  readonly residentBytes: number
  /** sums[s × rows + r] = Σ values[r][c] · x[c] over the columns c of segment s, for the x prepared last. Exact. */
  multiply(sums: Int32Array): void
}
