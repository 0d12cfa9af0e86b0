/**
 * What is worth knowing of a sensor's readings, kept in a few numbers however many there are.
 * takes  values with their times · gives  Stats
 * after ./windows
 */
export interface NumberStats {
  readonly kind: 'number'
  readonly count: number
  readonly min: number
  readonly mean: number
  readonly max: number
  readonly last: number
  /** Slope of the straight line through all of them (least squares), in units per minute. */
  readonly trend: number
  /** Values more than four standard deviations from the mean of those before, once there were eight. */
  readonly outliers: number
}

export interface WordStats {
  readonly kind: 'word'
  readonly count: number
  readonly last: string
  /** How often each came; at most eight of them, the rest under `…`. */
  readonly values: Readonly<Record<string, number>>
}

export type Stats = (NumberStats | WordStats) & {
  readonly unit?: string
  /** Readings that were neither finite numbers nor words. */
  readonly bad: number
}

const SURE = 8
const FAR = 4
const MAX_WORDS = 8
/** Longest word that is kept, in characters. */
const MAX_WORD = 200

export class Gauge {
  unit: string | undefined
  bad = 0
  #n = 0
  #mean = 0
  /** Sum of squared distances from the mean (Welford). */
  #m2 = 0
  #min = Number.POSITIVE_INFINITY
  #max = Number.NEGATIVE_INFINITY
  #last = 0
  #outliers = 0
  /** Mean of the times, and the sums for the slope. */
  #time = 0
  #tt = 0
  #tv = 0
  #words = new Map<string, number>()
  #wordCount = 0
  #lastWord = ''

  /** `at` in ms. */
  add(value: unknown, at: number): void {
    if (typeof value === 'number' && Number.isFinite(value)) this.#number(value, at)
    else if (typeof value === 'string' || typeof value === 'boolean') this.#word(String(value).slice(0, MAX_WORD))
    else this.bad++
  }

  /** Undefined where nothing usable came. */
  get stats(): Stats | undefined {
    const { unit, bad } = this
    const common = { ...(unit !== undefined && { unit }), bad }
    if (this.#n > 0) {
      const trend = this.#tt > 0 ? (this.#tv / this.#tt) * 60_000 : 0
      const [count, min, mean, max, last] = [this.#n, this.#min, this.#mean, this.#max, this.#last]
      return { kind: 'number', count, min, mean, max, last, trend, outliers: this.#outliers, ...common }
    }
    if (this.#wordCount > 0 || bad > 0) {
      const values = Object.fromEntries(this.#words)
      return { kind: 'word', count: this.#wordCount, last: this.#lastWord, values, ...common }
    }
    return undefined
  }

  #number(value: number, at: number): void {
    const deviation = Math.sqrt(this.#m2 / Math.max(1, this.#n - 1))
    if (this.#n >= SURE && Math.abs(value - this.#mean) > FAR * Math.max(deviation, 1e-9 * Math.abs(this.#mean)))
      this.#outliers++
    this.#n++
    const off = value - this.#mean
    this.#mean += off / this.#n
    this.#m2 += off * (value - this.#mean)
    const late = at - this.#time
    this.#time += late / this.#n
    this.#tt += late * (at - this.#time)
    this.#tv += late * (value - this.#mean)
    this.#min = Math.min(this.#min, value)
    this.#max = Math.max(this.#max, value)
    this.#last = value
  }

  #word(word: string): void {
    this.#wordCount++
    this.#lastWord = word
    const key = this.#words.has(word) || this.#words.size < MAX_WORDS ? word : '…'
    this.#words.set(key, (this.#words.get(key) ?? 0) + 1)
  }
}
