/**
 * A float model with some tensors changed, added, or untied: nothing is computed before a tensor is read.
 * takes  FloatWeights, edits by tensor name · gives  FloatWeights, its graph built anew over the changed list of tensors
 * before ../source/weights · after every transform beside this file
 */
import { F32 } from '../../../hal/dtypes/index.js'
import { LutraError } from '../../../hal/error.js'
import type { Tensor } from '../../../hal/tensor.js'
import { buildGraph } from '../../model/arch/index.js'
import type { FloatWeights } from '../source/weights.js'

/** Changes a tensor's values (rows × cols; a vector has one row) in place. */
export type Edit = (values: Float32Array, cols: number) => void

/** Edits are kept in their order; `apply` may be called once all are told. */
export class Changes {
  readonly #edits = new Map<string, Edit[]>()
  /** New tensors: their shape, and whose values they begin with (zeros where that is nobody's). */
  readonly #added = new Map<string, { readonly shape: readonly number[]; readonly from?: string }>()

  constructor(readonly base: FloatWeights) {}

  edit(name: string, edit: Edit): void {
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
    }
  }

  async #read(name: string): Promise<Float32Array> {
    const added = this.#added.get(name)
    const values =
      added && added.from === undefined
        ? new Float32Array(new SharedArrayBuffer(4 * added.shape.reduce((a, b) => a * b, 1)))
        : await this.base.read(added?.from ?? name)
    const edits = this.#edits.get(name)
    if (!edits) return values
    const [cols] = added?.shape ?? shapeOf(this.base, name)
    for (const edit of edits) edit(values, cols)
    const bad = values.findIndex((value) => !Number.isFinite(value))
    if (bad >= 0)
      throw new LutraError(
        'format',
        `Expected finite weights in ${name}, transformed, but weight ${bad} is ${values[bad]}`,
      )
    return values
  }
}

export function shapeOf(weights: FloatWeights, name: string): readonly number[] {
  const shape = weights.shapes.get(name)
  if (!shape) throw new LutraError('mismatch', `Expected a tensor ${name} but the model has none`)
  return shape
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
