/**
 * Finds where sentences end in text that comes in pieces; looks at each character once, and only as far ahead as it must.
 * takes  pieces of text · gives  each sentence with the white space round it
 * after ./sentences
 */

/** Never the end of a sentence: something belongs to them. Without their last full stop. */
const bound = [
  ...['Dr', 'Mr', 'Mrs', 'Ms', 'Mx', 'Prof', 'Rev', 'Hon', 'Gen', 'Col', 'Capt', 'Lt', 'Sgt', 'St', 'Mt', 'Messrs'],
  ...[
    'e.g',
    'i.e',
    'vs',
    'cf',
    'viz',
    'approx',
    'max',
    'min',
    'resp',
    'ca',
    'z.B',
    'd.h',
    'u.a',
    'bzw',
    'Hr',
    'Fr',
    'Mme',
    'Mlle',
  ],
]
/** They end one unless it goes on in lower case. */
const open = new Set([
  'etc',
  'a.m',
  'p.m',
  'Inc',
  'Ltd',
  'Co',
  'Corp',
  'Jr',
  'Sr',
  'Ph.D',
  'M.D',
  'al',
  'usw',
  'max',
  'min',
])
/** They end one unless a number follows. */
const numbered = new Set(['No', 'no', 'Nr', 'Fig', 'fig', 'Eq', 'Sec', 'Ch', 'Vol', 'p', 'pp', 'Art', 'ver', 'Abb'])

const stop = /[.!?…؟۔।॥]/
/** Nothing need follow these. */
const fullWidthStop = /[。！？｡]/
const closer = /["'”’»)\]}」』）】》〉]/
const space = /\s/
const lower = /\p{Ll}/u
const digit = /\p{Nd}/u

/** What follows white space decides: lower case, or a digit, goes on with the sentence. */
type Awaited = typeof lower | typeof digit

export class SentenceScanner {
  readonly #bound: ReadonlySet<string>
  #sentence = ''
  /** The run of visible characters before the stop, as far as an abbreviation can be long. */
  #word = ''
  #words = 0
  /** The stops at the end, and whether quotes or brackets have closed behind them. */
  #stops = ''
  #closed = false
  #awaited: Awaited | undefined

  constructor(abbreviations: readonly string[] = []) {
    this.#bound = new Set([...bound, ...abbreviations])
  }

  *push(piece: string): Generator<string> {
    let from = 0
    for (let i = 0; i < piece.length; i++) {
      const character = piece[i]
      const ends = this.#look(character)
      if (ends === undefined) continue
      const at = ends === 'behind' ? i + 1 : i
      const sentence = this.#sentence + piece.slice(from, at)
      this.#sentence = ''
      this.#begin()
      from = at
      if (ends === 'before') this.#look(character)
      yield sentence
    }
    this.#sentence += piece.slice(from)
  }

  /** What is left. */
  end(): string {
    const rest = this.#sentence
    this.#sentence = ''
    this.#begin()
    return rest
  }

  #begin(): void {
    this.#word = ''
    this.#words = 0
    this.#stops = ''
    this.#closed = false
    this.#awaited = undefined
  }

  /** Whether the sentence ends before or behind this character. */
  #look(character: string): 'before' | 'behind' | undefined {
    if (character === '\n') return 'behind'
    const blank = space.test(character)
    if (this.#awaited !== undefined) {
      if (blank) return undefined
      if (!this.#awaited.test(character)) return 'before'
      this.#goOn('')
    }
    if (this.#stops !== '') return this.#behindStop(character, blank)
    if (stop.test(character) || fullWidthStop.test(character)) this.#stops = character
    else if (blank) this.#goOn('')
    else if (this.#word.length < 16) this.#word += character
    return undefined
  }

  #behindStop(character: string, blank: boolean): 'before' | 'behind' | undefined {
    if (!this.#closed && (stop.test(character) || fullWidthStop.test(character))) this.#stops += character
    else if (closer.test(character)) this.#closed = true
    else if (fullWidthStop.test(this.#stops)) return 'before'
    else if (!blank) this.#goOn(this.#word + this.#stops + character)
    else return this.#decide()
    return undefined
  }

  /** White space stands behind a stop. */
  #decide(): 'behind' | undefined {
    const word = this.#word.replace(/^[^\p{L}\p{Nd}]+/u, '')
    if (this.#closed || this.#stops !== '.') {
      // "Stop!" he said. And so on... and on.
      if (!this.#closed && !/\.\.|…/.test(this.#stops)) return 'behind'
      this.#awaited = lower
    } else if (this.#bound.has(word) || isInitial(word) || (this.#words === 0 && /^\d{1,3}$/.test(word))) this.#goOn('')
    else if (open.has(word) || /^(\p{L}\.)+\p{L}$/u.test(word)) this.#awaited = lower
    else if (numbered.has(word)) this.#awaited = digit
    else return 'behind'
    return undefined
  }

  /** The sentence goes on, with so much of a word. */
  #goOn(word: string): void {
    if (word === '' && this.#word !== '') this.#words++
    this.#word = word.slice(0, 16)
    this.#stops = ''
    this.#closed = false
    this.#awaited = undefined
  }
}

/** J. in J. Smith; "I." is more often a word. */
function isInitial(word: string): boolean {
  return /^\p{Lu}$/u.test(word) && word !== 'I'
}
