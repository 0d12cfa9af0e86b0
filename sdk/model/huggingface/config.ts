/**
 * Typed reading of config.json: null counts as absent, as in transformers, and every value has its type or is an error.
 * takes  an object of JSON, and its name in messages · gives  numbers, texts, flags, lists, objects
 * before ../json · after ./metadata, ./rope, ./quantization; ranges are checked by sdk/model/arch
 */
import { LutraError } from '../../../hal/error.js'
import { isObject, type Json, type JsonObject, kindOf, parseJsonObject } from '../json.js'

/** Real ones nest four deep; longrope lists and layer types are long, not deep. */
const maxDepth = 12

/** The largest known config.json has 40 KB. */
export const maxConfigBytes = 4 * 1024 * 1024

export class Config {
  constructor(
    readonly values: JsonObject,
    readonly what: string,
  ) {}

  static parse(source: Uint8Array | string, what: string): Config {
    return new Config(parseJsonObject(source, what, maxDepth), what)
  }

  has(key: string): boolean {
    return this.value(key) !== undefined
  }

  number(key: string, fallback?: number): number {
    const value = this.value(key) ?? fallback
    if (typeof value === 'number' && Number.isFinite(value)) return value
    throw this.wrong(key, 'a number', value)
  }

  /** Undefined where the key is absent or null. */
  numberIf(key: string): number | undefined {
    return this.has(key) ? this.number(key) : undefined
  }

  /** A whole number above 0: a size to divide by or to count to. */
  size(key: string, fallback?: number): number {
    const value = this.number(key, fallback)
    if (Number.isSafeInteger(value) && value > 0) return value
    throw this.wrong(key, 'a whole number above 0', value)
  }

  text(key: string): string | undefined {
    const value = this.value(key)
    if (value === undefined || typeof value === 'string') return value
    throw this.wrong(key, 'a text', value)
  }

  flag(key: string, fallback: boolean): boolean {
    const value = this.value(key) ?? fallback
    if (typeof value === 'boolean') return value
    throw this.wrong(key, 'true or false', value)
  }

  numbers(key: string): readonly number[] | undefined {
    const value = this.value(key)
    if (value === undefined) return undefined
    if (Array.isArray(value) && value.every((each) => typeof each === 'number')) return value as readonly number[]
    throw this.wrong(key, 'a list of numbers', value)
  }

  texts(key: string): readonly string[] | undefined {
    const value = this.value(key)
    if (value === undefined) return undefined
    if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value as readonly string[]
    throw this.wrong(key, 'a list of texts', value)
  }

  object(key: string): Config | undefined {
    const value = this.value(key)
    if (value === undefined) return undefined
    if (isObject(value)) return new Config(value, `${key} of ${this.what}`)
    throw this.wrong(key, 'an object', value)
  }

  private value(key: string): Json | undefined {
    return Object.hasOwn(this.values, key) ? (this.values[key] ?? undefined) : undefined
  }

  private wrong(key: string, expected: string, found: Json | undefined): LutraError {
    return new LutraError('format', `Expected ${expected} for ${key} in ${this.what} but found ${kindOf(found)}`)
  }
}
