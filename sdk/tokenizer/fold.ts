/**
 * How BERT's tokenizers fold a text: no accents, no capitals, no control characters, signs apart.
 * takes  text · gives  words with spaces between
 * after  ./word-piece
 */

export interface Folding {
  readonly lowercase: boolean
  /** `accents` takes away what Unicode calls nonspacing marks. */
  readonly without: 'accents' | 'nothing'
  /** Chinese characters are words of their own. */
  readonly chinese: boolean
}

const space = /\p{White_Space}/u
const control = /[\p{C}\ufffd]/u
const sign = /[\p{P}$+<=>^`|~]/u
const accent = /\p{Mn}/u
const mark = /\p{M}/u
const han =
  /[\u4e00-\u9fff\u3400-\u4dbf\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b920}-\u{2ceaf}\uf900-\ufaff\u{2f800}-\u{2fa1f}]/u

export function createFold({ lowercase, without, chinese }: Folding): (text: string) => string {
  return (text) => {
    let out = ''
    for (const char of without === 'accents' ? text.normalize('NFD') : text)
      if (without === 'nothing' || !accent.test(char))
        out += apart(char, lowercase ? char.toLowerCase() : char, chinese)
    return out
  }
}

/**
 * What llama.cpp does with every vocabulary of BERT's kind: of a composed character only its first part stays (of a
 * Korean syllable the first letter), and no mark.
 */
export function llamaFold(text: string): string {
  let out = ''
  for (const char of text) {
    const first = String.fromCodePoint(char.normalize('NFD').codePointAt(0)!)
    if (!mark.test(first)) out += apart(first, first.toLowerCase(), true)
  }
  return out
}

function apart(char: string, folded: string, chinese: boolean): string {
  if (space.test(char)) return ' '
  if (control.test(char)) return ''
  return sign.test(char) || (chinese && han.test(char)) ? ` ${folded} ` : folded
}
