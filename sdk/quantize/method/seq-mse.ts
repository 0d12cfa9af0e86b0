/**
 * SeqMSE (AIMET): of twenty shares of each block's range, the one whose output error is least. AIMET measures that error by
 * running tokens; here it is exact through the Hessian, e H eᵀ for e = w − q, and other blocks' errors count as well.
 * takes  a Problem with H · gives  its rows in blocks · before ./trial, ./quadratic
 */
import { LutraError } from '../../../hal/error.js'
import type { Grid } from '../grid/grid.js'
import { gridOf } from '../grid/index.js'
import type { Method } from './problem.js'
import { panel, quadratic } from './quadratic.js'
import { rowBytes, Trial } from './trial.js'

export interface SeqMseOptions {
  /** Shares of the range that are tried: i / candidates; default 20, as AIMET. */
  readonly candidates?: number
  /**
   * Default `sequential`: block after block, knowing the errors of all others, and never worse than the format's reference
   * encoder, whose choice is a candidate too. `independent`: each block by its own part of H, as AIMET's blockwise search.
   */
  readonly blocks?: 'sequential' | 'independent'
  /** Times through all blocks; more than one only helps `sequential`. Default 1. */
  readonly sweeps?: number
}

/** Rows that are taken through H together, while a panel of it is in the cache. */
const tile = 32

export const seqMse: Method<SeqMseOptions> = {
  name: 'seq-mse',
  needs: 'hessian',
  run(problem, from, to, { candidates = 20, blocks = 'sequential', sweeps = 1 }) {
    const { hessian } = problem
    if (!hessian) throw new LutraError('mismatch', `Expected the Hessian of ${problem.name} for seq-mse but found none`)
    const grid = gridOf(problem.grid)
    const size = rowBytes(problem, grid)
    const { cols, weights, bytes } = problem
    const { block, dtype } = grid
    const search = new BlockSearch(grid, candidates)
    const diagonal = Float32Array.from({ length: cols }, (_, i) => hessian[i * cols + i])
    const errors = new Float32Array(tile * cols)
    const others = new Float32Array(tile * block)
    for (let first = from; first < to; first += tile) {
      const count = Math.min(tile, to - first)
      for (let r = 0; r < count; r++) {
        const values = weights.subarray((first + r) * cols, (first + r + 1) * cols)
        const row = bytes.subarray((first + r) * size, (first + r + 1) * size)
        grid.encode(values, diagonal, row)
        const error = errors.subarray(r * cols, (r + 1) * cols)
        dtype.decode(row, cols, 0, cols, error)
        for (let c = 0; c < cols; c++) error[c] = values[c] - error[c]
      }
      for (let sweep = 0; sweep < sweeps; sweep++)
        for (let at = 0; at < cols; at += block) {
          search.enter(hessian, cols, at)
          if (blocks === 'sequential') panel(errors, count, hessian, cols, at, block, others)
          for (let r = 0; r < count; r++) {
            const error = errors.subarray(r * cols + at, r * cols + at + block)
            const other = blocks === 'sequential' ? others.subarray(r * block, (r + 1) * block) : undefined
            const values = weights.subarray((first + r) * cols + at, (first + r) * cols + at + block)
            search.improve(values, error, other, bytes, (first + r) * size + (at / block) * dtype.blockBytes)
          }
        }
    }
  },
}

/** Chooses among candidates for one block of one row. */
class BlockSearch {
  readonly #trial: Trial
  readonly #part: Float32Array
  readonly #importance: Float32Array
  readonly #error: Float32Array
  readonly #pull: Float32Array
  readonly #shares: Float32Array

  constructor(
    readonly grid: Grid,
    readonly candidates: number,
  ) {
    const { block, segment } = grid
    this.#trial = new Trial(grid)
    this.#part = new Float32Array(block * block)
    this.#importance = new Float32Array(block)
    this.#error = new Float32Array(block)
    this.#pull = new Float32Array(block)
    this.#shares = new Float32Array(block / segment)
  }

  /** Takes the block's own part of H. */
  enter(hessian: Float32Array, cols: number, at: number): void {
    const { block } = this.grid
    for (let i = 0; i < block; i++) {
      const from = (at + i) * cols + at
      this.#part.set(hessian.subarray(from, from + block), i * block)
      this.#importance[i] = hessian[from + i]
    }
  }

  /**
   * `error`: w − q of this block as it is, replaced by that of what is kept; `all`: row of (w − q) H, all blocks; absent:
   * others do not count.
   */
  improve(
    values: Float32Array,
    error: Float32Array,
    all: Float32Array | undefined,
    bytes: Uint8Array,
    at: number,
  ): void {
    const { block } = this.grid
    const pull = this.#pull
    pull.fill(0)
    // What the other blocks' errors pull with: all of it without this block's own.
    if (all)
      for (let i = 0; i < block; i++) {
        let own = 0
        for (let j = 0; j < block; j++) own += error[j] * this.#part[j * block + i]
        pull[i] = all[i] - own
      }
    let least = quadratic(error, this.#part, block, 0, block, pull)
    const keep = () => {
      const loss = this.#lossOf(values, 0, block)
      if (!(loss < least)) return
      least = loss
      error.set(this.#error)
      this.#trial.write(bytes, at)
    }
    this.#trial.fit(values, this.#importance)
    this.#trial.round(values)
    keep()
    const shares = this.#shares
    if (shares.length === 1)
      for (let i = 1; i <= this.candidates; i++) {
        shares[0] = i / this.candidates
        this.#trial.range(values, shares)
        this.#trial.round(values)
        keep()
      }
    else {
      this.#bySegments(values)
      keep()
    }
  }

  /** Each segment's best share, one after the other, then all stored together. */
  #bySegments(values: Float32Array): void {
    const { segment, block } = this.grid
    const shares = this.#shares
    const least = new Float64Array(shares.length).fill(Number.POSITIVE_INFINITY)
    const best = new Float32Array(shares.length)
    for (let i = 1; i <= this.candidates; i++) {
      shares.fill(i / this.candidates)
      this.#trial.range(values, shares)
      this.#trial.round(values)
      for (let s = 0; s < shares.length; s++) {
        const loss = this.#lossOf(values, s * segment, Math.min(block, (s + 1) * segment))
        if (loss >= least[s]) continue
        least[s] = loss
        best[s] = shares[s]
      }
    }
    this.#trial.range(values, best)
    this.#trial.round(values)
  }

  /** What the trial loses in places [from, to), as if all others of the block were exact. */
  #lossOf(values: Float32Array, from: number, to: number): number {
    const { quantized } = this.#trial
    for (let i = from; i < to; i++) this.#error[i] = values[i] - quantized[i]
    return quadratic(this.#error, this.#part, this.grid.block, from, to, this.#pull)
  }
}
