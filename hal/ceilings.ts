/**
 * How fast a board could decode at most: arithmetic on declared figures, never a measurement.
 * takes  a board, models · gives  for each the ceiling = peak of the memory bus / bytes per token, and what speaks against it
 * A plan's own ceiling (./plan) is about the machine at hand and prefers measured bandwidth.
 */
import type { Board, Chip, NotKnown } from './board.js'
import { type ReferenceModel, referenceModels } from './reference-models.js'

export interface BoardCeiling {
  readonly model: string
  readonly computed: true
  readonly formula: string
  readonly bytesPerToken: number
  readonly tokensPerSecond: number | NotKnown
  /**
   * The same from the memcpy figure of one core. Not a bound: a copy moves each byte twice, and other cores add. It is
   * what a report says was there.
   */
  readonly byMemcpy: number | NotKnown
  /** Whether the weights may stay in the caches: then DRAM is read once and its ceiling is no bound. */
  readonly fitsCaches: boolean | NotKnown
}

/** No chip here has a cache of more bytes than this, known or not. */
const MOST_CACHE = 256 * 2 ** 20

const FORMULA = 'memory bus peak (bytes/s) / weight bytes read per token'

export function ceilingsOf(
  { chip, figures }: Board,
  models: readonly ReferenceModel[] = referenceModels,
): readonly BoardCeiling[] {
  const memcpy = figures.find(({ what }) => what === 'memcpy')?.value ?? 'not known'
  return models.map(({ name, bytesPerToken }) => ({
    model: name,
    computed: true,
    formula: FORMULA,
    bytesPerToken,
    tokensPerSecond: perToken(chip.peakBandwidth.value, bytesPerToken),
    byMemcpy: perToken(memcpy, bytesPerToken),
    fitsCaches: fits(chip, bytesPerToken),
  }))
}

function perToken(bandwidth: number | NotKnown, bytes: number): number | NotKnown {
  return bandwidth === 'not known' || bytes === 0 ? 'not known' : bandwidth / bytes
}

/** Every core keeps the part that it computes on: second levels add up, and the shared cache backs them. */
function fits({ clusters, sharedCache }: Chip, bytes: number): boolean | NotKnown {
  const sizes = [
    sharedCache,
    ...clusters.map(({ count, l2, l2SharedBy = 1 }) => (l2 === 'not known' ? l2 : (l2 * count) / l2SharedBy)),
  ]
  const sum = sizes.reduce<number>((total, size) => total + (size === 'not known' ? 0 : size), 0)
  if (bytes <= sum) return true
  return sizes.includes('not known') && bytes <= MOST_CACHE ? 'not known' : false
}
