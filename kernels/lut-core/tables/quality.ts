/**
 * Perplexities measured by bench/lut-core-quality.mjs, as data.
 * after  ./table-5
 */

export interface Measured {
  readonly activation: string
  /** `none`: linears without tables. */
  readonly tables: string
  readonly perplexity: number
}

export interface Quality {
  readonly model: string
  readonly text: string
  readonly tokens: number
  readonly command: string
  readonly results: readonly Measured[]
}

export const quality: readonly Quality[] = []
