/**
 * An importance matrix: how strongly each input column of each matrix is driven, as calibration saw it.
 * after  ../calibrate, or ./dat and ./gguf (files) · before  ../method: a Problem's `diagonal`
 */
import { LutraError } from '../../../hal/error.js'
import { quote } from '../../model/quote.js'

/** Mean squared inputs of every matrix; what llama.cpp calls an imatrix. */
export interface Importance {
  /** Mean of x² per input column, by name of the weight; the experts of a stacked tensor one after another. */
  readonly diagonal: ReadonlyMap<string, Float32Array>
  /** Tokens that a mean is over, by the same names: one number, or one an expert. */
  readonly counts: ReadonlyMap<string, Float32Array>
  /** What text it was made from, as the files name it. */
  readonly datasets: readonly string[]
  /** Windows of text, and tokens in each. */
  readonly chunks: number
  readonly chunkSize: number
}

/** llama.cpp's default window; .dat files do not say theirs. */
export const usualChunk = 512

/**
 * One importance of several, as if their texts had been one: means weighted by tokens. A matrix may be in some only.
 *
 * @throws LutraError mismatch, where a matrix has other sizes in another one
 */
export function mergeImportances(all: readonly Importance[]): Importance {
  const diagonal = new Map<string, Float32Array>()
  const counts = new Map<string, Float32Array>()
  for (const each of all)
    for (const [name, means] of each.diagonal) {
      const tokens = tokensOf(each, name)
      const [before, had] = [diagonal.get(name), counts.get(name)]
      if (!before || !had) {
        diagonal.set(name, means.slice())
        counts.set(name, tokens.slice())
        continue
      }
      if (before.length !== means.length || had.length !== tokens.length)
        throw new LutraError(
          'mismatch',
          `Expected ${before.length} columns of ${had.length} matrices for ${quote(name)} in every importance matrix but ` +
            `found ${means.length} of ${tokens.length}; they are of different models`,
        )
      const cols = means.length / tokens.length
      for (let i = 0; i < means.length; i++) {
        const m = Math.floor(i / cols)
        const sum = had[m] + tokens[m]
        // Where neither saw a token both say 1.
        if (sum > 0) before[i] = (before[i] * had[m] + means[i] * tokens[m]) / sum
      }
      for (let m = 0; m < had.length; m++) had[m] += tokens[m]
    }
  return {
    diagonal,
    counts,
    datasets: [...new Set(all.flatMap(({ datasets }) => datasets))],
    chunks: all.reduce((sum, { chunks }) => sum + chunks, 0),
    chunkSize: all[0]?.chunkSize ?? usualChunk,
  }
}

/** Tokens behind a matrix's means; LutraError mismatch where the importance has none for it. */
export function tokensOf({ diagonal, counts }: Importance, name: string): Float32Array {
  const means = diagonal.get(name)
  const tokens = counts.get(name)
  if (means && tokens && tokens.length > 0 && means.length % tokens.length === 0) return tokens
  throw new LutraError(
    'mismatch',
    `Expected a count for each matrix of ${quote(name)} but found ${tokens?.length ?? 0} for ${means?.length ?? 0} columns`,
  )
}

/** Means from the sums of a file: sum / count, and 1 where no token was seen, as llama.cpp has it. LutraError format. */
export function meansOf(name: string, sums: Float32Array, counts: Float32Array): Float32Array {
  const cols = sums.length / counts.length
  return sums.map((sum, i) => {
    const count = counts[Math.floor(i / cols)]
    const mean = count > 0 ? Math.fround(sum / count) : 1
    if (!(sum >= 0 && count >= 0 && count < Infinity && mean < Infinity))
      throw new LutraError(
        'format',
        `Expected finite sums of squares and counts for ${quote(name)} but column ${i} has ${sum} over ${count} tokens`,
      )
    return mean
  })
}
