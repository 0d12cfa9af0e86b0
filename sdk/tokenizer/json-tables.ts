/**
 * The two long tables of a tokenizer.json, its vocabulary and its merges, read apart from the rest: JSON.parse would
 * make an object of 128k keys of the one, which takes longer than all the rest together, and nobody could pause it.
 * takes  the file's text · gives  the rest with a placeholder for each table that was read, and those tables
 * before ./tokenizer-json
 * Whatever is unusual (a fraction as an id, a table inside a table) is left to JSON.parse, which knows what to say.
 */
import type { Steps } from '../../hal/turns.js'

export interface Tables {
  readonly rest: string
  readonly vocab?: Vocab
  readonly merges?: readonly string[]
}

/** Pieces and their ids, in the file's order. */
export interface Vocab {
  readonly pieces: readonly string[]
  readonly ids: readonly number[]
}

/** What stands for a table that was read; never a table itself. */
export const placeholder = 0

/** Entries read between pauses: below a millisecond. */
const part = 2048
/** Shorter pieces of a text are copies; longer ones would keep all of it in memory. */
const copied = 13

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c

/** Thrown inside this room only. */
class Unusual extends Error {}

export function* readTables(text: string): Steps<Tables> {
  // Quotes inside strings have a backslash before them, so that these can only be keys.
  const vocab = yield* cut(text, /(?<!\\)"vocab"[ \t\r\n]*:[ \t\r\n]*\{/, readVocab)
  const merges = yield* cut(vocab.rest, /(?<!\\)"merges"[ \t\r\n]*:[ \t\r\n]*\[/, readMerges)
  return { rest: merges.rest, vocab: vocab.found, merges: merges.found }
}

function* cut<T>(
  text: string,
  opening: RegExp,
  read: (scan: Scan) => Steps<T>,
): Steps<{ readonly rest: string; readonly found?: T }> {
  const match = opening.exec(text)
  if (!match) return { rest: text }
  const from = match.index + match[0].length
  const scan = new Scan(text, from)
  try {
    const found = yield* read(scan)
    return { rest: `${text.slice(0, from - 1)}${placeholder}${text.slice(scan.at)}`, found }
  } catch (cause) {
    if (cause instanceof Unusual) return { rest: text }
    throw cause
  }
}

function* readVocab(scan: Scan): Steps<Vocab> {
  const pieces: string[] = []
  const ids: number[] = []
  if (scan.take('}')) return { pieces, ids }
  do {
    pieces.push(scan.string())
    scan.need(':')
    ids.push(scan.integer())
    if (ids.length % part === 0) yield
  } while (scan.more('}'))
  return { pieces, ids }
}

/** Each is a string, or a pair of them. */
function* readMerges(scan: Scan): Steps<string[]> {
  const merges: string[] = []
  if (scan.take(']')) return merges
  do {
    if (scan.take('[')) {
      const left = scan.string()
      scan.need(',')
      merges.push(`${left} ${scan.string()}`)
      scan.need(']')
    } else merges.push(scan.string())
    if (merges.length % part === 0) yield
  } while (scan.more(']'))
  return merges
}

class Scan {
  constructor(
    readonly text: string,
    public at: number,
  ) {}

  /** The next character but white space; NaN behind the end. */
  #next(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return code
      this.at++
    }
  }

  take(char: string): boolean {
    if (this.#next() !== char.charCodeAt(0)) return false
    this.at++
    return true
  }

  need(char: string): void {
    if (!this.take(char)) throw new Unusual()
  }

  /** Over a comma; false over the end of the table. */
  more(end: string): boolean {
    if (this.#next() === comma) {
      this.at++
      return true
    }
    this.need(end)
    return false
  }

  integer(): number {
    let code = this.#next()
    const from = this.at
    let value = 0
    for (; code >= 0x30 && code <= 0x39 && this.at - from < 10; code = this.text.charCodeAt(++this.at))
      value = 10 * value + code - 0x30
    const digits = this.at - from
    if (digits === 0 || (digits > 1 && this.text.charCodeAt(from) === 0x30)) throw new Unusual()
    return value
  }

  string(): string {
    if (this.#next() !== quote) throw new Unusual()
    const { text } = this
    const from = this.at + 1
    let at = from
    let escapes = false
    for (let code = text.charCodeAt(at); code !== quote; code = text.charCodeAt(++at)) {
      // Also behind the end, where it is NaN.
      if (!(code >= 0x20)) throw new Unusual()
      if (code !== backslash) continue
      escapes = true
      at++
    }
    this.at = at + 1
    if (!escapes && at - from < copied) return text.slice(from, at)
    try {
      return JSON.parse(text.slice(from - 1, at + 1)) as string
    } catch {
      throw new Unusual()
    }
  }
}
