/**
 * A request's fields, each read with its type and range; what is wrong is told with the field's path.
 * takes  a JSON object from anyone · gives  values, or a Fault 400 that names the field · after ./chat, ./completions
 * `null` stands for an absent field, as in OpenAI's API.
 */
import { isObject, type Json, type JsonObject, kindOf } from '../../model/json.js'
import { type Fault, invalid } from '../fault.js'

export class Fields {
  constructor(
    readonly all: JsonObject,
    readonly path = '',
  ) {}

  at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`
  }

  get(name: string): Json | undefined {
    // Only its own: nobody may ask for what every object has.
    return Object.hasOwn(this.all, name) ? (this.all[name] ?? undefined) : undefined
  }

  text(name: string): string | undefined {
    const value = this.get(name)
    if (value === undefined || typeof value === 'string') return value
    throw this.wrong(name, 'a string')
  }

  number(name: string, least: number, most: number): number | undefined {
    const value = this.get(name)
    if (value === undefined || (typeof value === 'number' && value >= least && value <= most)) return value
    throw this.wrong(name, `a number from ${least} to ${most}`)
  }

  whole(name: string, least: number, most: number): number | undefined {
    const value = this.number(name, least, most)
    if (value === undefined || Number.isInteger(value)) return value
    throw this.wrong(name, 'a whole number')
  }

  flag(name: string): boolean | undefined {
    const value = this.get(name)
    if (value === undefined || typeof value === 'boolean') return value
    throw this.wrong(name, 'true or false')
  }

  list(name: string, most: number): readonly Json[] | undefined {
    const value = this.get(name)
    if (value === undefined) return undefined
    if (!Array.isArray(value)) throw this.wrong(name, 'a list')
    if (value.length > most)
      throw invalid(this.at(name), `Expected at most ${most} entries in ${this.at(name)} but found ${value.length}`)
    return value
  }

  object(name: string): Fields | undefined {
    const value = this.get(name)
    if (value === undefined) return undefined
    if (isObject(value)) return new Fields(value, this.at(name))
    throw this.wrong(name, 'an object')
  }

  choice<T extends string>(name: string, options: readonly T[]): T | undefined {
    const value = this.get(name)
    if (value === undefined || options.includes(value as T)) return value as T | undefined
    throw this.wrong(name, options.map((option) => JSON.stringify(option)).join(', '))
  }

  needs<T>(name: string, value: T | undefined): T {
    if (value !== undefined) return value
    throw invalid(this.at(name), `Expected ${this.at(name)} but found none`, 'missing_required_parameter')
  }

  /** Fields that would change the answer and that nothing here can do; `false`, empty and null ask for nothing. */
  refuse(reasons: Readonly<Record<string, string>>): void {
    for (const [name, instead] of Object.entries(reasons)) {
      const value = this.get(name)
      if (value === undefined || value === false || (Array.isArray(value) && value.length === 0)) continue
      throw invalid(
        this.at(name),
        `Expected no ${this.at(name)}, which is not supported; ${instead}`,
        'unsupported_parameter',
      )
    }
  }

  wrong(name: string, expected: string): Fault {
    const found = kindOf(this.get(name)).slice(0, 100)
    return invalid(this.at(name), `Expected ${this.at(name)} to be ${expected} but found ${found}`, 'invalid_value')
  }
}
