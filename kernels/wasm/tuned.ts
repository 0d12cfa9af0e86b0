/**
 * Which kernels are fastest here for a program's weights: measured once, on the first open, then kept.
 * takes  weights and what their linears mean · gives  the algorithm of each, where there is a choice
 * before kernels/ladder/tune, ./host · after ./coordinator
 */
import type { ActivationMode } from '../../hal/backend.js'
import { type Tuned, tuneKey, tuneLinear } from '../ladder/tune.js'
import { ttypeOf } from '../ladder/type/registry.js'
import { formatOf } from './format.js'
import type { Host } from './host/host.js'
import { rivalsOf } from './linear/kernel.js'
import type { SentWeight } from './messages.js'

/** Smaller matrices are over before a choice could pay. */
const leastWeights = 1 << 19

/** Raised when kernels change so much that old measurements mislead. */
const version = 1
const file = `wasm-kernels-${version}.json`

export class TunedKernels {
  readonly #known: Record<string, Tuned>
  #fresh = 0

  constructor(
    readonly host: Host,
    readonly features: readonly string[],
  ) {
    this.#known = read(host)
  }

  /** Undefined where the engine's own first choice stands. */
  algorithm(weight: SentWeight, mode: ActivationMode): string | undefined {
    if (weight.algorithm !== undefined || weight.rows * weight.cols < leastWeights) return weight.algorithm
    const rivals = rivalsOf(weight, mode, this.features)
    const type = ttypeOf(formatOf(weight))
    if (!type || rivals.length < 2) return undefined
    const problem = { type, mode, rows: weight.rows, cols: weight.cols }
    const key = tuneKey(problem, this.features)
    const known = this.#known[key] ?? tuneLinear(problem, this.features)
    if (!known) return undefined
    if (!this.#known[key]) this.#fresh++
    this.#known[key] = known
    const fitting = known.trials.filter(({ algorithm }) => rivals.includes(algorithm))
    return fitting.toSorted((a, b) => a.measured - b.measured)[0]?.algorithm
  }

  /** Keeps what is new. */
  keep(): void {
    if (this.#fresh > 0) this.host.keep(file, JSON.stringify({ ...read(this.host), ...this.#known }, undefined, 1))
    this.#fresh = 0
  }
}

/** Nothing where none is kept, or what is there is spoilt: then it is measured again. */
function read(host: Host): Record<string, Tuned> {
  try {
    const found: unknown = JSON.parse(host.kept(file) ?? '{}')
    if (typeof found !== 'object' || found === null) return {}
    return Object.fromEntries(Object.entries(found).filter(([, tuned]) => isTuned(tuned)))
  } catch {
    return {}
  }
}

function isTuned(value: unknown): value is Tuned {
  const { trials } = (value ?? {}) as Partial<Tuned>
  return (
    Array.isArray(trials) &&
    trials.every((trial) => typeof trial?.algorithm === 'string' && Number.isFinite(trial.measured))
  )
}
