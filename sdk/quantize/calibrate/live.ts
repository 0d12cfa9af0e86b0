/**
 * What a graph's named buffers hold for all calibration tokens at once: (tokens × width) each, dropped after their last use.
 * takes  windows of ids · before ./apply
 */
import { LutraError } from '../../../hal/error.js'
import type { Op } from '../../../kernels/graph/graph.js'
import { reads, writes } from '../../../kernels/graph/rewrite.js'
import { sharedFloats } from '../rows/shared.js'

export class Live {
  readonly tokens: number
  /** Where windows begin, and at the end the number of tokens. */
  readonly starts: readonly number[]
  readonly ids: Int32Array
  readonly #buffers = new Map<string, Float32Array>()

  constructor(readonly windows: readonly Int32Array[]) {
    const starts = [0]
    for (const window of windows) starts.push(starts[starts.length - 1] + window.length)
    this.starts = starts
    this.tokens = starts[windows.length]
    this.ids = new Int32Array(this.tokens)
    windows.forEach((window, i) => {
      this.ids.set(window, starts[i])
    })
  }

  get(name: string): Float32Array {
    const found = this.#buffers.get(name)
    if (!found)
      throw new LutraError('mismatch', `Expected something in the buffer ${name} but nothing was written there`)
    return found
  }

  /** To be written from the start; what was there is gone. */
  put(name: string, width: number): Float32Array {
    const length = this.tokens * width
    const old = this.#buffers.get(name)
    const buffer = old?.length === length ? old : sharedFloats(length)
    this.#buffers.set(name, buffer)
    return buffer
  }

  set(name: string, values: Float32Array): void {
    this.#buffers.set(name, values)
  }

  names(): string[] {
    return [...this.#buffers.keys()]
  }

  /** Drops what none of the coming ops reads. */
  keep(coming: readonly Op[]): void {
    for (const name of this.#buffers.keys()) if (!isRead(name, coming)) this.#buffers.delete(name)
  }
}

function isRead(name: string, coming: readonly Op[]): boolean {
  for (const op of coming) {
    if (reads(op).includes(name)) return true
    if (writes(op).includes(name)) return false
  }
  return false
}
