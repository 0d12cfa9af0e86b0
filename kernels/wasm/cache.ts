/**
 * The keys and values of the tokens so far, in shared memory: for every layer keys, then values, each (heads × capacity ×
 * headDim) float32; grown as needed.
 * gives  addresses for ./ops; saved as the ts engine saves: five uint32, then every layer's (positions × kvWidth) floats
 * before ./memory · after ./compiled
 */
import { LutraError } from '../../hal/error.js'
import type { Arena } from './memory.js'
import { rowsBehind } from './ops/attention.js'

/** "LTKV", little endian. */
const magic = 0x564b544c
const version = 1
const headerBytes = 20

/** Positions of a new cache; it doubles from there. */
const firstCapacity = 64

export interface CacheShape {
  readonly layers: number
  readonly kvHeads: number
  readonly headDim: number
  readonly context: number
}

export class Cache {
  #capacity = 0
  #at = 0

  constructor(
    readonly shape: CacheShape,
    readonly arena: Arena,
  ) {}

  get capacity(): number {
    return this.#capacity
  }

  keys(layer: number): number {
    return this.#at + 2 * layer * this.partBytes
  }

  values(layer: number): number {
    return this.#at + (2 * layer + 1) * this.partBytes
  }

  /** Makes room for `length` positions; the first `held` stay. */
  reserve(length: number, held: number): void {
    if (length <= this.#capacity) return
    const { context } = this.shape
    const [before, from] = [this.#capacity, this.#at]
    const capacity = Math.min(Math.max(length, before * 2, firstCapacity), context)
    const at = this.arena.allocate(this.bytes(capacity))
    const all = new Uint8Array(this.arena.memory.buffer)
    const { row, parts } = this
    for (let part = 0; part < parts; part++)
      all.copyWithin(at + part * capacity * row, from + part * before * row, from + (part * before + held) * row)
    this.close()
    this.#at = at
    this.#capacity = capacity
  }

  fork(length: number): Cache {
    const twin = new Cache(this.shape, this.arena)
    twin.reserve(length, 0)
    this.eachRow(length, (from, floats, place) => {
      const to = twin.row * (place.part * twin.#capacity + place.position) + twin.#at
      floats.copyWithin(to / 4, from / 4, from / 4 + this.shape.headDim)
    })
    return twin
  }

  save(length: number): Uint8Array<ArrayBuffer> {
    const { layers, kvHeads, headDim } = this.shape
    const part = length * kvHeads * headDim
    const bytes = new Uint8Array(headerBytes + layers * part * 8)
    new Uint32Array(bytes.buffer, 0, 5).set([magic, version, layers, kvHeads * headDim, length])
    const saved = new Float32Array(bytes.buffer, headerBytes)
    this.eachRow(length, (from, floats, { saved: to }) => {
      saved.set(floats.subarray(from / 4, from / 4 + headDim), to)
    })
    return bytes
  }

  /** Takes saved bytes in and gives the length they hold; on an error the cache stays as it was. */
  restore(bytes: Uint8Array): number {
    const { layers, kvHeads, headDim, context } = this.shape
    if (bytes.length < headerBytes)
      throw new LutraError('format', `Expected a saved state but found ${bytes.length} bytes`)
    const copy = bytes.slice()
    const [found, foundVersion, foundLayers, width, length] = new Uint32Array(copy.buffer, 0, 5)
    if (found !== magic || foundVersion !== version)
      throw new LutraError('format', 'Expected a state saved by the wasm or ts engine but found something else')
    if (foundLayers !== layers || width !== kvHeads * headDim)
      throw new LutraError(
        'mismatch',
        `Expected a state of ${layers} layers of ${kvHeads * headDim} but found ${foundLayers} of ${width}`,
      )
    if (length > context)
      throw new LutraError('limit', `Expected a state of up to ${context} tokens but found ${length}`)
    const wanted = headerBytes + layers * length * width * 8
    if (bytes.length !== wanted) throw new LutraError('format', `Expected ${wanted} bytes but found ${bytes.length}`)
    this.reserve(length, 0)
    const saved = new Float32Array(copy.buffer, headerBytes)
    this.eachRow(length, (to, floats, { saved: from }) => {
      floats.set(saved.subarray(from, from + headDim), to / 4)
    })
    return length
  }

  close(): void {
    if (this.#capacity > 0) this.arena.free(this.#at)
    this.#capacity = 0
  }

  /** Every head's row of the first positions: its address; its part and position; its place among saved floats. */
  private eachRow(
    length: number,
    take: (
      at: number,
      floats: Float32Array,
      place: { readonly part: number; readonly position: number; readonly saved: number },
    ) => void,
  ): void {
    const { kvHeads, headDim } = this.shape
    const floats = new Float32Array(this.arena.memory.buffer)
    for (let part = 0; part < this.parts; part++)
      for (let position = 0; position < length; position++) {
        const half = Math.floor(part / kvHeads)
        const saved = ((half * length + position) * kvHeads + (part % kvHeads)) * headDim
        take(this.#at + this.row * (part * this.#capacity + position), floats, { part, position, saved })
      }
  }

  private get row(): number {
    return 4 * this.shape.headDim
  }

  /** Heads of all layers, keys and values. */
  private get parts(): number {
    return 2 * this.shape.layers * this.shape.kvHeads
  }

  private get partBytes(): number {
    return this.shape.kvHeads * this.#capacity * this.row
  }

  private bytes(capacity: number): number {
    return this.row * (this.parts * capacity + rowsBehind)
  }
}
