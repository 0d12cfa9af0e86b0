import type { Metadata } from './metadata.js'
import type { Weights } from './weights.js'

/** What an architecture builds its graph from. */
export interface Source {
  readonly metadata: Metadata
  readonly weights: Weights
  /** Tokens that the program is to hold; absent: as many as the model can. */
  readonly wanted?: number
}
