/**
 * Typed reading of a model's metadata: every value is checked for its type and range before anyone uses it.
 * takes  the metadata and the architecture's key prefix · gives  numbers within their bounds
 * before sdk/model/gguf · after ./llama, ./bitnet
 */
import { LutraError } from '../../../hal/error.js'
import type { MetadataValue } from '../model-file.js'

export class Metadata {
  constructor(
    readonly values: ReadonlyMap<string, MetadataValue>,
    readonly architecture: string,
  ) {}

  /** A whole number in [least, most]; `fallback` where the key is absent, else LutraError format. */
  integer(name: string, least: number, most: number, fallback?: number): number {
    const value = this.number(name, fallback)
    if (!Number.isInteger(value))
      throw new LutraError('format', `Expected a whole number for ${this.key(name)} but found ${value}`)
    return this.within(name, value, least, most)
  }

  real(name: string, least: number, most: number, fallback?: number): number {
    return this.within(name, this.number(name, fallback), least, most)
  }

  text(name: string): string | undefined {
    const value = this.values.get(this.key(name))
    if (value === undefined || typeof value === 'string') return value
    throw new LutraError('format', `Expected a text for ${this.key(name)} but found ${describe(value)}`)
  }

  has(name: string): boolean {
    return this.values.has(this.key(name))
  }

  key(name: string): string {
    return `${this.architecture}.${name}`
  }

  private number(name: string, fallback?: number): number {
    const value = this.values.get(this.key(name)) ?? fallback
    if (typeof value === 'number') return value
    if (value === undefined)
      throw new LutraError(
        'format',
        `Expected the key ${this.key(name)} but the file does not have it; convert it again`,
      )
    if (Array.isArray(value) || ArrayBuffer.isView(value))
      throw new LutraError('unsupported', `Expected one number for ${this.key(name)} but found one per layer`)
    throw new LutraError('format', `Expected a number for ${this.key(name)} but found ${describe(value)}`)
  }

  private within(name: string, value: number, least: number, most: number): number {
    if (value >= least && value <= most) return value
    const kind = value > most ? 'limit' : 'format'
    throw new LutraError(kind, `Expected ${this.key(name)} in ${least} to ${most} but found ${value}`)
  }
}

function describe(value: MetadataValue): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : typeof value
}
