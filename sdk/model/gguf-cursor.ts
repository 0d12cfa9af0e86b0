/**
 * Reads little-endian values from the first bytes of a file of which only a prefix is in memory.
 * takes  prefix bytes, the file's whole size · gives  numbers, strings
 * Past the prefix: NeedMore, so that the caller reads on. Past the file: LutraError format.
 */
import { LutraError } from '../../hal/error.js'

/** Thrown inside this room only: the header goes on behind the prefix; at least `bytes` are needed. */
export class NeedMore {
  constructor(readonly bytes: number) {}
}

export class GgufCursor {
  at = 0
  readonly #buffer: Buffer
  readonly #view: DataView

  constructor(
    prefix: Uint8Array,
    /** Size of the whole file. */
    readonly size: number,
  ) {
    this.#buffer = Buffer.from(prefix.buffer, prefix.byteOffset, prefix.byteLength)
    this.#view = new DataView(prefix.buffer, prefix.byteOffset, prefix.byteLength)
  }

  get remaining(): number {
    return this.size - this.at
  }

  /** Moves over `bytes` and answers where they begin; `what` names them in errors. */
  take(bytes: number, what: string): number {
    const from = this.at
    const end = from + bytes
    if (end > this.size)
      throw new LutraError(
        'format',
        `Expected ${bytes} bytes of ${what} at byte ${from} but the file ends at ${this.size}; copy or download it again`,
      )
    if (end > this.#buffer.length) throw new NeedMore(end)
    this.at = end
    return from
  }

  u8 = (what: string): number => this.#buffer[this.take(1, what)]
  i8 = (what: string): number => this.#buffer.readInt8(this.take(1, what))
  u16 = (what: string): number => this.#buffer.readUInt16LE(this.take(2, what))
  i16 = (what: string): number => this.#buffer.readInt16LE(this.take(2, what))
  u32 = (what: string): number => this.#buffer.readUInt32LE(this.take(4, what))
  i32 = (what: string): number => this.#buffer.readInt32LE(this.take(4, what))
  f32 = (what: string): number => this.#buffer.readFloatLE(this.take(4, what))
  f64 = (what: string): number => this.#buffer.readDoubleLE(this.take(8, what))

  i32s(count: number, what: string): Int32Array {
    const from = this.take(4 * count, what)
    const values = new Int32Array(count)
    for (let i = 0; i < count; i++) values[i] = this.#view.getInt32(from + 4 * i, true)
    return values
  }

  f32s(count: number, what: string): Float32Array {
    const from = this.take(4 * count, what)
    const values = new Float32Array(count)
    for (let i = 0; i < count; i++) values[i] = this.#view.getFloat32(from + 4 * i, true)
    return values
  }

  u64 = (what: string): number => {
    const from = this.take(8, what)
    return safe(this.#buffer.readUInt32LE(from + 4), this.#buffer.readUInt32LE(from), what, from)
  }

  i64 = (what: string): number => {
    const from = this.take(8, what)
    return safe(this.#buffer.readInt32LE(from + 4), this.#buffer.readUInt32LE(from), what, from)
  }

  bool = (what: string): boolean => {
    const value = this.u8(what)
    if (value > 1)
      throw new LutraError('format', `Expected 0 or 1 as ${what} at byte ${this.at - 1} but found ${value}`)
    return value === 1
  }

  /** A u64 that counts things of at least `least` bytes each: above `limit` or what the file can hold is refused. */
  count(what: string, limit: number, least: number): number {
    const at = this.at
    const n = this.u64(`number of ${what}`)
    if (n > limit)
      throw new LutraError('limit', `Expected at most ${limit} ${what} but byte ${at} says ${n}; the file is damaged`)
    if (n * least > this.remaining)
      throw new LutraError(
        'format',
        `Expected room for ${n} ${what} after byte ${at} but only ${this.remaining} bytes remain; copy or download it again`,
      )
    return n
  }

  /** Invalid UTF-8 becomes U+FFFD, since some vocabularies hold pieces cut inside a character. */
  string(what: string, limit: number): string {
    // A vocabulary has one a token: what lies whole in the prefix is read at once, the careful way is for the rest.
    const begin = this.at + 8
    if (begin <= this.#buffer.length && this.#view.getUint32(begin - 4, true) === 0) {
      const end = begin + this.#view.getUint32(begin - 8, true)
      if (end <= this.#buffer.length && end - begin <= limit) {
        this.at = end
        return this.#buffer.toString('utf8', begin, end)
      }
    }
    const bytes = this.count(`bytes of ${what}`, limit, 1)
    const from = this.take(bytes, what)
    return this.#buffer.toString('utf8', from, from + bytes)
  }
}

/** high · 2^32 + low, exact or refused. */
function safe(high: number, low: number, what: string, at: number): number {
  const value = high * 2 ** 32 + low
  if (Number.isSafeInteger(value)) return value
  throw new LutraError('limit', `Expected ${what} below 2^53 at byte ${at} but found about ${value.toExponential(3)}`)
}
