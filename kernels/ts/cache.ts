/**
 * The keys and values of the tokens so far, for every layer: (positions × kvWidth) float32 each, grown as needed.
 * takes  a chunk's keys and values · gives  a layer's whole; saved as a header of five uint32, then keys, then values
 * after  ./compiled
 */
import { LutraError } from '../../hal/error.js'

/** "LTKV", little endian. */
const magic = 0x564b544c
const version = 1
const headerBytes = 20

/** Positions of a new cache; it doubles from there. */
const firstCapacity = 64

export class Cache {
  #capacity = 0
  keys: Float32Array[]
  values: Float32Array[]

  constructor(
    readonly layers: number,
    readonly kvWidth: number,
    readonly context: number,
  ) {
    this.keys = Array.from({ length: layers }, () => new Float32Array(0))
    this.values = Array.from({ length: layers }, () => new Float32Array(0))
  }

  /** Makes room for `length` positions. */
  reserve(length: number): void {
    if (length <= this.#capacity) return
    this.#capacity = Math.min(Math.max(length, this.#capacity * 2, firstCapacity), this.context)
    const grow = (old: Float32Array): Float32Array => {
      const grown = new Float32Array(this.#capacity * this.kvWidth)
      grown.set(old)
      return grown
    }
    this.keys = this.keys.map(grow)
    this.values = this.values.map(grow)
  }

  append(layer: number, position: number, n: number, k: Float32Array, v: Float32Array): void {
    this.keys[layer].set(k.subarray(0, n * this.kvWidth), position * this.kvWidth)
    this.values[layer].set(v.subarray(0, n * this.kvWidth), position * this.kvWidth)
  }

  fork(length: number): Cache {
    const twin = new Cache(this.layers, this.kvWidth, this.context)
    twin.reserve(length)
    for (let layer = 0; layer < this.layers; layer++) {
      twin.keys[layer].set(this.keys[layer].subarray(0, length * this.kvWidth))
      twin.values[layer].set(this.values[layer].subarray(0, length * this.kvWidth))
    }
    return twin
  }

  save(length: number): Uint8Array<ArrayBuffer> {
    const part = length * this.kvWidth
    const bytes = new Uint8Array(headerBytes + this.layers * part * 8)
    new Uint32Array(bytes.buffer, 0, 5).set([magic, version, this.layers, this.kvWidth, length])
    const floats = new Float32Array(bytes.buffer, headerBytes)
    for (let layer = 0; layer < this.layers; layer++) {
      floats.set(this.keys[layer].subarray(0, part), 2 * layer * part)
      floats.set(this.values[layer].subarray(0, part), (2 * layer + 1) * part)
    }
    return bytes
  }

  /** Takes saved bytes in and gives the length they hold; on an error the cache stays as it was. */
  restore(bytes: Uint8Array): number {
    if (bytes.length < headerBytes)
      throw new LutraError('format', `Expected a saved state but found ${bytes.length} bytes`)
    const copy = bytes.slice()
    const [found, foundVersion, layers, kvWidth, length] = new Uint32Array(copy.buffer, 0, 5)
    if (found !== magic || foundVersion !== version)
      throw new LutraError('format', 'Expected a state saved by the ts engine but found something else')
    if (layers !== this.layers || kvWidth !== this.kvWidth)
      throw new LutraError(
        'mismatch',
        `Expected a state of ${this.layers} layers of ${this.kvWidth} but found ${layers} of ${kvWidth}`,
      )
    if (length > this.context)
      throw new LutraError('limit', `Expected a state of up to ${this.context} tokens but found ${length}`)
    const part = length * kvWidth
    if (bytes.length !== headerBytes + layers * part * 8)
      throw new LutraError('format', `Expected ${headerBytes + layers * part * 8} bytes but found ${bytes.length}`)
    this.reserve(length)
    const floats = new Float32Array(copy.buffer, headerBytes)
    for (let layer = 0; layer < layers; layer++) {
      this.keys[layer].set(floats.subarray(2 * layer * part, (2 * layer + 1) * part))
      this.values[layer].set(floats.subarray((2 * layer + 1) * part, (2 * layer + 2) * part))
    }
    return length
  }
}
