/**
 * One line of assembler text, read from left to right; whatever is not there as expected is told with line and column.
 * takes  a line and its number · gives  words, numbers and signs; LutraError format
 * after  ./assemble
 */
import { LutraError } from '../../../hal/error.js'

export class Scanner {
  #at = 0
  readonly #text: string

  /** A comment runs from `;` or `#` to the end of the line. */
  constructor(
    line: string,
    private readonly number: number,
  ) {
    this.#text = line.replace(/[;#].*$/s, '').trimEnd()
    this.#skip()
  }

  get done(): boolean {
    return this.#at === this.#text.length
  }

  /** What a pattern finds here (it must be sticky), without it the error says what was expected. */
  take(pattern: RegExp, expected: string): string {
    const found = this.try(pattern)
    if (found === undefined) throw this.error(expected)
    return found
  }

  try(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found === undefined) return undefined
    this.#at += found.length
    this.#skip()
    return found
  }

  /** A whole number, decimal or hexadecimal, maybe with a sign. */
  whole(name: string, min: number, max: number): number {
    const before = this.#at
    const text = this.take(/[+-]?\s*(0x[0-9a-f]+|\d+)(?!\w)/iy, `${name}, a whole number`)
    const [, sign, digits] = /^([+-]?)\s*(.*)$/.exec(text) as RegExpExecArray
    const value = Number(digits) * (sign === '-' ? -1 : 1) || 0 // never -0
    if (value >= min && value <= max) return value
    this.#at = before
    throw this.error(`${name} from ${min} to ${max}`)
  }

  /** A register of a file: `r`, `t`, `w` or `a` and its number. */
  register(file: string, count: number): number {
    const before = this.#at
    const expected = `a register ${file}0 … ${file}${count - 1}`
    const found = Number(this.take(new RegExp(`${file}\\d{1,4}(?!\\w)`, 'y'), expected).slice(1))
    if (found < count) return found
    this.#at = before
    throw this.error(expected)
  }

  end(): void {
    if (!this.done) throw this.error('the end of the line')
  }

  error(expected: string): LutraError {
    const rest = /^(\w+|.)/u.exec(this.#text.slice(this.#at))?.[0].slice(0, 40)
    const found = rest === undefined ? 'the end of the line' : JSON.stringify(rest)
    return new LutraError(
      'format',
      `Line ${this.number}, column ${this.#at + 1}: Expected ${expected} but found ${found}`,
    )
  }

  #skip(): void {
    while (this.#at < this.#text.length && /\s/.test(this.#text[this.#at])) this.#at++
  }
}
