/**
 * A program's weights in its memory: matrices placed for packing, once each; small tensors decoded.
 * takes  SentWeights · gives  addresses, and the jobs that packing is
 * before ./linear/kernel, ./source · after ./compiled
 */
import type { ActivationMode } from '../../hal/backend.js'
import { kernelOf } from './linear/kernel.js'
import type { Placed } from './linears.js'
import type { Arena } from './memory.js'
import type { PackJob, SentWeight } from './messages.js'
import { jobsOf } from './pack.js'
import { type Files, Source, vectorOf } from './source.js'
import type { TunedKernels } from './tuned.js'

export class PlacedWeights {
  readonly #placed = new Map<string, Placed>()
  readonly #vectors = new Map<string, number>()
  readonly #sources = new Map<string, Source>()
  jobs: PackJob[] = []

  constructor(
    private sent: ReadonlyMap<string, SentWeight>,
    readonly features: readonly string[],
    readonly arena: Arena,
    readonly files: Files,
    readonly tuned: TunedKernels,
  ) {}

  placed(name: string, mode: ActivationMode): Placed {
    const key = `${mode} ${name}`
    const held = this.#placed.get(key) ?? this.place(this.sent.get(name) as SentWeight, mode)
    this.#placed.set(key, held)
    return held
  }

  vector(name: string, as?: 'places'): number {
    const held = this.#vectors.get(name)
    if (held !== undefined) return held
    const values = vectorOf(this.source(name))
    const at = this.arena.allocate(4 * values.length)
    if (as === 'places') new Int32Array(this.arena.memory.buffer, at, values.length).set(values)
    else this.arena.floats(at, values.length).set(values)
    this.#vectors.set(name, at)
    return at
  }

  /** Lets go of what was handed over; embeddings hold what they read. */
  release(): void {
    this.sent = new Map()
    this.#sources.clear()
    this.jobs = []
  }

  source(name: string): Source {
    const held = this.#sources.get(name) ?? new Source(this.sent.get(name) as SentWeight, this.files)
    this.#sources.set(name, held)
    return held
  }

  private place(sent: SentWeight, mode: ActivationMode): Placed {
    const weight = { ...sent, algorithm: this.tuned.algorithm(sent, mode) }
    const kernel = kernelOf(weight, mode, this.features)
    const { rows, cols } = weight
    const at = this.arena.allocate(kernel.packedBytes(rows, cols))
    this.jobs.push(...jobsOf(weight, mode, this.features, at))
    return { kernel, rows, cols, at }
  }
}
