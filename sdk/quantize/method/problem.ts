/**
 * What every method solves: rows of one matrix into blocks of one grid, so that the layer's output changes least.
 * Rows are independent of each other, so threads share them; all arrays may lie in shared memory.
 * after  ../calibrate · before  one file a method beside this one
 */
export interface Problem {
  readonly name: string
  readonly rows: number
  readonly cols: number
  /** rows × cols, row major; methods may spoil it (error feedback does). */
  readonly weights: Float32Array
  /** Name of the grid's dtype, see ../grid. */
  readonly grid: string
  /** Mean of x² per column: the Hessian's diagonal, an importance matrix. */
  readonly diagonal?: Float32Array
  /** H = mean of x xᵀ over calibration tokens, cols × cols, symmetric, as measured (no damping). */
  readonly hessian?: Float32Array
  /** Upper U with inverse(H + damping) = Uᵀ U, cols × cols; in the order of `order`. */
  readonly upper?: Float32Array
  /** Columns in the order of feedback, where it is not the file's own. */
  readonly order?: Int32Array
  /** rows × bytes of a row: what the method writes. */
  readonly bytes: Uint8Array
}

/** What of the calibration a method reads. */
export type Needs = 'nothing' | 'diagonal' | 'hessian' | 'feedback'

export interface Method<Options = unknown> {
  readonly name: string
  readonly needs: Needs
  /** Rows that only make sense together, where there are such: `from` and `to` are multiples of it. */
  together?(problem: Problem): number
  /** Quantizes rows [from, to) into `problem.bytes`. Runs in a worker thread, in one go. */
  run(problem: Problem, from: number, to: number, options: Options): void
}
