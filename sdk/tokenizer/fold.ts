/**
 * How BERT's tokenizers fold a text: no accents, no capitals, no control characters, signs apart.
 * takes  text · gives  words with spaces between
 * after  ./word-piece
 */

export interface Folding {
  readonly lowercase: boolean
  /** `all` takes away every accent; `joined` only those that are one with their letter, as llama.cpp does; `none` keeps them. */
  readonly accents: 'all' | 'joined' | 'none'
  /** Chinese characters are words of their own. */
  readonly chinese: boolean
  /** Whether all ASCII signs are apart, or only punctuation and ASCII symbols below `~`, as llama.cpp has it. */
  readonly asciiSigns: boolean
}

/** What llama.cpp does with every vocabulary of BERT's kind. */
export const llamaFolding: Folding = { lowercase: true, accents: 'joined', chinese: true, asciiSigns: false }

const space = /\p{White_Space}/u
const control = /[\p{C}\ufffd]/u
const punctuation = /\p{P}/u
const symbol = /\p{S}/u
const mark = /\p{Mn}/u
const han =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/u

export function createFold(folding: Folding): (text: string) => string {
  return (text) => {
    let out = ''
    for (const char of folding.accents === 'all' ? text.normalize('NFD') : text) out += folded(char, folding)
    return out
  }
}

function folded(char: string, { lowercase, accents, chinese, asciiSigns }: Folding): string {
  if (space.test(char)) return ' '
  if (control.test(char) || (accents === 'all' && mark.test(char))) return ''
  const bare = accents === 'joined' ? String.fromCodePoint(char.normalize('NFD').codePointAt(0)!) : char
  const text = lowercase ? bare.toLowerCase() : bare
  const sign = punctuation.test(char) || (char < (asciiSigns ? '\u007f' : '~') && symbol.test(char))
  return sign || (chinese && han.test(char)) ? ` ${text} ` : text
}
