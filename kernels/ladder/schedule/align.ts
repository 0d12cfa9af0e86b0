/**
 * Ladder's `pad` and `slice`: how a group of weights becomes whole units, or half of one. 32 columns are a common multiple of
 * what all our cores and layouts take at once, so one unit serves them all.
 * takes  a type's group, the unit that a layout packs · gives  the padded group and the panel, in columns
 */
export interface Alignment {
  readonly group?: number
  readonly padded?: number
  /** Columns that share a scale of activations, summed in whole numbers. */
  readonly panel: number
}

/** Columns of a register's worth of the smallest part: codes of one bit, 4 rows, as ../tile/layout has them. */
export const unit = 32

/** Two groups of at most half a unit share one. */
export function align(group: number | undefined): Alignment {
  if (group === undefined) return { panel: unit }
  if (group <= unit / 2) return { group, padded: unit / 2, panel: unit / 2 }
  return { group, padded: Math.ceil(group / unit) * unit, panel: unit }
}
