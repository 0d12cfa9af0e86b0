/**
 * Reads values, in the file's byte order, from the first bytes of a file of which only a prefix is in memory.
 * takes  prefix bytes, the file's whole size · gives  numbers, strings
 * Past the prefix: NeedMore, so that the caller reads on. Past the file: LutraError format.
 */

import { LutraError } from '../../hal/error.js'
import { utf8Texts } from '../../hal/text.js'

/** Thrown inside this room only: the header goes on behind the prefix; at least `bytes` are needed. */
export class NeedMore {
  constructor(readonly bytes: number) {}
}

export class GgufCursor {
  at = 0
  /** Byte order of all that is read from here on. */
  little = true
  readonly #bytes: Uint8Array
  readonly #text: (from: number, to: number) => string
  readonly #view: DataView

  constructor(
    prefix: Uint8Array,
    /** Size of the whole file. */
    readonly size: number,
  ) {
    this.#bytes = prefix
    this.#text = utf8Texts(prefix)
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
    if (end > this.#bytes.length) throw new NeedMore(end)
    this.at = end
    return from
  }

  u8 = (what: string): number => this.#bytes[this.take(1, what)]
  i8 = (what: string): number => this.#view.getInt8(this.take(1, what))
  u16 = (what: string): number => this.#view.getUint16(this.take(2, what), this.little)
  i16 = (what: string): number => this.#view.getInt16(this.take(2, what), this.little)
  u32 = (what: string): number => this.#view.getUint32(this.take(4, what), this.little)
  i32 = (what: string): number => this.#view.getInt32(this.take(4, what), this.little)
  f32 = (what: string): number => this.#view.getFloat32(this.take(4, what), this.little)
  f64 = (what: string): number => this.#view.getFloat64(this.take(8, what), this.little)

  i32s(count: number, what: string): Int32Array {
    const from = this.take(4 * count, what)
    const values = new Int32Array(count)
    for (let i = 0; i < count; i++) values[i] = this.#view.getInt32(from + 4 * i, this.little)
    return values
  }

  f32s(count: number, what: string): Float32Array {
    const from = this.take(4 * count, what)
    const values = new Float32Array(count)
    for (let i = 0; i < count; i++) values[i] = this.#view.getFloat32(from + 4 * i, this.little)
    return values
  }

  /** A size, count or offset: beyond 2^53 it is refused. */
  u64 = (what: string): number => {
    const at = this.at
    const value = this.u64Value(what)
    if (typeof value === 'number') return value
    throw new LutraError('limit', `Expected ${what} below 2^53 at byte ${at} but found ${value}`)
  }

  /** A value of metadata: a bigint where a number would round it. */
  u64Value = (what: string): number | bigint => exact(this.#view.getBigUint64(this.take(8, what), this.little))
  i64Value = (what: string): number | bigint => exact(this.#view.getBigInt64(this.take(8, what), this.little))

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
    const [low, high] = this.little ? [8, 4] : [4, 8]
    if (begin <= this.#bytes.length && this.#view.getUint32(begin - high, this.little) === 0) {
      const end = begin + this.#view.getUint32(begin - low, this.little)
      if (end <= this.#bytes.length && end - begin <= limit) {
        this.at = end
        return this.#text(begin, end)
      }
    }
    const bytes = this.count(`bytes of ${what}`, limit, 1)
    const from = this.take(bytes, what)
    return this.#text(from, from + bytes)
  }
}

function exact(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
