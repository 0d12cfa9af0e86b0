/**
 * A float model with some tensors changed, added, or untied: nothing is computed before a tensor is read.
 * takes  FloatWeights, edits by tensor name · gives  FloatWeights, its graph built anew over the changed list of tensors
 * before ../source/weights · after every transform beside this file
 */
import { F32 } from '../../../hal/dtypes/index.js'
import { LutraError } from '../../../hal/error.js'
import type { Tensor } from '../../../hal/tensor.js'
import { buildGraph } from '../../model/arch/index.js'
import { sharedFloats } from '../rows/shared.js'
import { type FloatWeights, shapeOf } from '../source/weights.js'

/** Changes values in place: whole rows of a tensor (a vector is one), `first` being the place of the first of them. */
export type Edit = (values: Float32Array, cols: number, first: number) => void

/** Edits are kept in their order; `apply` may be called once all are told. */
export class Changes {
  readonly #edits = new Map<string, Edit[]>()
  /** Tensors with an edit that needs all rows at once. */
  readonly #whole = new Set<string>()
  /** The last of those that was computed: readers of a few rows come again for the next few. */
  #held: { readonly name: string; readonly values: Promise<Float32Array> } | undefined
  /** New tensors: their shape, and whose values they begin with (zeros where that is nobody's). */
  readonly #added = new Map<string, { readonly shape: readonly number[]; readonly from?: string }>()

  constructor(readonly base: FloatWeights) {}

  /** `whole`: the edit mixes rows and is to be called with all of them. */
  edit(name: string, edit: Edit, whole = false): void {
    if (whole) this.#whole.add(name)
    const edits = this.#edits.get(name)
    if (edits) edits.push(edit)
    else this.#edits.set(name, [edit])
  }

  /** A new tensor that begins as `from` is before any change of this object. */
  copy(name: string, from: string): void {
    this.#added.set(name, { shape: shapeOf(this.base, from), from })
  }

  zeros(name: string, shape: readonly number[]): void {
    this.#added.set(name, { shape })
  }

  apply(): FloatWeights {
    const { base } = this
    const shapes = new Map([...base.shapes, ...[...this.#added].map(([name, { shape }]) => [name, shape] as const)])
    const changed = (name: string) => this.#added.has(name) || this.#edits.has(name)
    const stored = (name: string) => (changed(name) ? undefined : base.stored(name))
    const tensors = new Map([...shapes].map(([name, shape]) => [name, stored(name) ?? unread(name, shape)]))
    return {
      metadata: base.metadata,
      graph: buildGraph({ metadata: base.metadata, tensors }, { context: base.graph.context }),
      shapes,
      stored,
      read: (name) => this.#read(name),
      rows: (name, from, to) => this.#rows(name, from, to),
    }
  }

  async #read(name: string): Promise<Float32Array> {
    const added = this.#added.get(name)
    const values =
      added && added.from === undefined
        ? sharedFloats(added.shape.reduce((a, b) => a * b, 1))
        : await this.base.read(added?.from ?? name)
    return this.#edited(name, values, 0)
  }

  async #rows(name: string, from: number, to: number): Promise<Float32Array> {
    const source = this.#added.get(name)
    const { base } = this
    const [cols] = source?.shape ?? shapeOf(base, name)
    if (base.rows && !this.#whole.has(name) && !(source && source.from === undefined))
      return this.#edited(name, await base.rows(source?.from ?? name, from, to), from)
    if (this.#held?.name !== name) this.#held = { name, values: this.#read(name) }
    const part = sharedFloats(cols * (to - from))
    part.set((await this.#held.values).subarray(from * cols, to * cols))
    return part
  }

  #edited(name: string, values: Float32Array, first: number): Float32Array {
    const edits = this.#edits.get(name)
    if (!edits) return values
    const [cols] = this.#added.get(name)?.shape ?? shapeOf(this.base, name)
    for (const edit of edits) edit(values, cols, first)
    for (let i = 0; i < values.length; i++)
      if (!Number.isFinite(values[i]))
        throw new LutraError(
          'format',
          `Expected finite weights in ${name}, transformed, but weight ${first * cols + i} is ${values[i]}`,
        )
    return values
  }
}

/** Graphs are built from names and shapes; a changed tensor has no bytes yet. */
function unread(name: string, shape: readonly number[]): Tensor {
  return {
    name,
    shape,
    dtype: F32,
    get bytes(): Uint8Array {
      throw new LutraError('unsupported', `Expected ${name} as the file holds it, but a transform has changed it`)
    },
  }
}
