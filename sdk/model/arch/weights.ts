/**
 * A file's tensors as an architecture takes them: by name and shape, and which of them nobody asked for.
 * takes  tensors, trusted in nothing · gives  tensors of the expected shape, short lists of numbers, slices for the graph
 * before sdk/model/gguf · after ./transformer, ./rope
 */
import { LutraError } from '../../../hal/error.js'
import type { Tensor } from '../../../hal/tensor.js'
import type { Slice } from '../../../kernels/graph/graph.js'

export class Weights {
  readonly #known = new Set<string>()
  readonly slices: Record<string, Slice> = {}

  constructor(readonly tensors: ReadonlyMap<string, Tensor>) {}

  has(name: string): boolean {
    return this.tensors.has(name)
  }

  expect(name: string, ...shape: number[]): Tensor {
    const tensor = this.tensors.get(name)
    if (!tensor) throw new LutraError('format', `Expected a tensor ${name} but the file has none; convert it again`)
    // Writers may leave dimensions of 1 at the end.
    const fits = tensor.shape.length >= shape.length && tensor.shape.every((dim, i) => dim === (shape[i] ?? 1))
    if (!fits)
      throw new LutraError('mismatch', `Expected ${name} of ${shape.join(' x ')} but found ${tensor.shape.join(' x ')}`)
    this.#known.add(name)
    return tensor
  }

  /** The numbers of a short vector. */
  values(name: string, count: number): Float32Array {
    const { dtype, bytes } = this.expect(name, count)
    const values = new Float32Array(count)
    dtype.decode(bytes, count, 0, count, values)
    return values
  }

  /** Where the columns of a matrix come from, each place once. */
  places(name: string, count: number): Float32Array {
    const { dtype } = this.expect(name, count)
    if (dtype.name !== 'I32') throw new LutraError('mismatch', `Expected ${name} in I32 but found ${dtype.name}`)
    const places = this.values(name, count)
    const taken = new Uint8Array(count)
    for (const place of places) {
      if (!(place >= 0 && place < count) || taken[place])
        throw new LutraError('format', `Expected each place from 0 to ${count - 1} once in ${name} but found ${place}`)
      taken[place] = 1
    }
    return places
  }

  /** Rows of a matrix that was expected, as a weight by itself; gives its name. */
  slice(weight: string, from: number, rows: number): string {
    const name = `${weight}[${from}:${from + rows}]`
    this.slices[name] = { weight, from, rows }
    return name
  }

  /** A tensor that the graph does not use means a computation that it does not have. */
  refuseStrangers(architecture: string): void {
    const strangers = [...this.tensors.keys()].filter((name) => !this.#known.has(name))
    if (strangers.length === 0) return
    throw new LutraError(
      'unsupported',
      `Expected only tensors of the architecture ${architecture} but found ${strangers.length} others, ` +
        `such as ${JSON.stringify(strangers[0].slice(0, 80))}`,
    )
  }
}
