/**
 * Finds where JSON values close in text that comes in pieces; the elements of a top-level array count one by one.
 * takes  pieces of text · gives the source text of each value that has closed
 * after ./json
 */
import { LutraError } from '../../hal/error.js'

/** Deepest nesting and longest value: what is larger is not what a model was asked for. */
const MAX_DEPTH = 128
const MAX_LENGTH = 1 << 20

const SPACE = new Set([' ', '\n', '\r', '\t'])

/** Where we stand outside of values. `top`: outside of all; the others are inside the top-level array. */
type Place = 'top' | 'first' | 'element' | 'after'

export class JsonScanner {
  #place: Place = 'top'
  /** Text of the value being read, and the brackets open in it. */
  #value: string[] = []
  #open: string[] = []
  #kind: 'none' | 'string' | 'nested' | 'bare' = 'none'
  #inString = false
  #escaped = false
  #read = 0

  /** Nothing is open: what was read, if anything, is whole. */
  get closed(): boolean {
    return this.#kind === 'none' && this.#place === 'top'
  }

  /** The values that closed within this piece, as text. LutraError format where it cannot be JSON. */
  *push(piece: string): Generator<string> {
    for (const character of piece) {
      if (this.#kind === 'bare' && (SPACE.has(character) || character === ',' || character === ']')) yield this.#close()
      if (this.#kind === 'none') this.#outside(character)
      else if (this.#inside(character)) yield this.#close()
      this.#read++
    }
  }

  /** To be called at the end: a number at the top level closes only there. */
  *end(): Generator<string> {
    if (this.#kind === 'bare' && this.#place === 'top') yield this.#close()
    if (this.#kind !== 'none' || this.#place !== 'top') throw this.#bad('more', 'the end')
  }

  #outside(character: string): void {
    if (SPACE.has(character)) return
    if (this.#place === 'after') {
      if (character === ',') this.#place = 'element'
      else if (character === ']') this.#place = 'top'
      else throw this.#bad('"," or "]"', character)
    } else if (character === ']' && this.#place === 'first') this.#place = 'top'
    else if (character === '[' && this.#place === 'top') this.#place = 'first'
    else this.#begin(character)
  }

  #begin(character: string): void {
    if (!/["{[\-0-9tfn]/.test(character)) throw this.#bad('a value', character)
    this.#kind = character === '"' ? 'string' : character === '{' || character === '[' ? 'nested' : 'bare'
    this.#inString = character === '"'
    this.#escaped = false
    this.#open = this.#kind === 'nested' ? [character] : []
    this.#value = [character]
  }

  /** Takes one character of a value; true when it closed the value. */
  #inside(character: string): boolean {
    if (this.#value.push(character) > MAX_LENGTH)
      throw new LutraError('limit', `Expected a JSON value of at most ${MAX_LENGTH} characters but found more`)
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false
      else if (character === '\\') this.#escaped = true
      else if (character === '"') this.#inString = false
      return this.#kind === 'string' && !this.#inString
    }
    if (character === '"') this.#inString = true
    else if (character === '{' || character === '[') {
      if (this.#open.push(character) > MAX_DEPTH)
        throw new LutraError('limit', `Expected JSON nested at most ${MAX_DEPTH} deep but found more`)
    } else if (character === '}' || character === ']') {
      if (this.#open.pop() !== (character === '}' ? '{' : '[')) throw this.#bad('a matching bracket', character)
      return this.#open.length === 0
    }
    return false
  }

  #close(): string {
    const text = this.#value.join('')
    this.#value = []
    this.#kind = 'none'
    if (this.#place !== 'top') this.#place = 'after'
    return text
  }

  #bad(expected: string, found: string): LutraError {
    return new LutraError(
      'format',
      `Expected ${expected} at character ${this.#read} of the JSON text but found ${JSON.stringify(found)}`,
    )
  }
}
