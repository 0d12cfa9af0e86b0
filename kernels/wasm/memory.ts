/**
 * The shared memory of one program, and an allocator in it: first fit, freed neighbours join.
 * takes  sizes in bytes · gives  addresses, multiples of 16, each with 64 bytes of slack behind it
 * after  ./coordinator, which alone allocates
 */
import { LutraError } from '../../hal/error.js'
import { type WasmMemory, webAssembly } from '../ladder/wasm/web-assembly.js'

export const pageBytes = 65536
/** Pages of a 32-bit memory. */
export const mostPages = 65536
/** Behind every allocation: kernels may read so far beyond an end. */
const slack = 64
/** Address 0 says "none" to kernels. */
const first = 64

interface Span {
  at: number
  bytes: number
}

/** Reserves as many addresses as the machine gives: 4 GiB where pointers have 64 bits, less elsewhere. */
export function reserveMemory(): WasmMemory {
  for (let maximum = mostPages; ; maximum /= 2)
    try {
      return new webAssembly.Memory({ initial: 1, maximum, shared: true })
    } catch (fault) {
      if (maximum <= 1024) throw fault
    }
}

export class Arena {
  readonly #free: Span[] = []
  readonly #taken = new Map<number, number>()
  /** Where the part begins that nothing was taken from yet. */
  #end = first
  #bytes = pageBytes

  constructor(readonly memory: WasmMemory) {}

  get residentBytes(): number {
    let total = 0
    for (const bytes of this.#taken.values()) total += bytes
    return total
  }

  allocate(bytes: number): number {
    const size = Math.ceil((bytes + slack) / 16) * 16
    const fit = this.#free.findIndex((span) => span.bytes >= size)
    const at = fit >= 0 ? this.cut(fit, size) : this.append(size)
    this.#taken.set(at, size)
    return at
  }

  free(at: number): void {
    const bytes = this.#taken.get(at)
    if (bytes === undefined) return
    this.#taken.delete(at)
    const place = this.#free.findIndex((span) => span.at > at)
    this.#free.splice(place < 0 ? this.#free.length : place, 0, { at, bytes })
    this.join()
  }

  floats(at: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, length)
  }

  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, at, length)
  }

  private cut(index: number, size: number): number {
    const span = this.#free[index]
    const { at } = span
    span.at += size
    span.bytes -= size
    if (span.bytes === 0) this.#free.splice(index, 1)
    return at
  }

  private append(size: number): number {
    const at = this.#end
    const needed = at + size
    // The last page stays empty, so that no end of an allocation wraps round to 0.
    if (needed > (mostPages - 1) * pageBytes) throw full(needed)
    if (needed > this.#bytes) {
      const pages = Math.ceil((needed - this.#bytes) / pageBytes)
      try {
        this.memory.grow(pages)
      } catch {
        throw full(needed)
      }
      this.#bytes += pages * pageBytes
    }
    this.#end = needed
    return at
  }

  private join(): void {
    for (let i = this.#free.length - 1; i > 0; i--) {
      const [span, before] = [this.#free[i], this.#free[i - 1]]
      if (before.at + before.bytes < span.at) continue
      before.bytes += span.bytes
      this.#free.splice(i, 1)
    }
    const last = this.#free.at(-1)
    if (!last || last.at + last.bytes < this.#end) return
    this.#end = last.at
    this.#free.pop()
  }
}

function full(needed: number): LutraError {
  return new LutraError(
    'limit',
    `Expected a model that fits in the 4 GiB of a WebAssembly memory but found ${(needed / 2 ** 30).toFixed(1)} GiB ` +
      'needed, or no memory left; take fewer bits per weight, a shorter context, or the native engine',
  )
}
