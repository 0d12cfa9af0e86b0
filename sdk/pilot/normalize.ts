/**
 * An instruction as people type it → the small alphabet that the pilot reads: lower case, printable ASCII, one space.
 * takes  any text · gives  { text, foreign, tooLong }; foreign or tooLong is for the caller to refuse as unclear
 */

export interface Normalized {
  readonly text: string
  /** More than a quarter of the letters had no place in the alphabet, or control characters stood among them. */
  readonly foreign: boolean
  readonly tooLong: boolean
}

/** The model's context holds 240 characters of prompt beside the answer. */
export const MAX_INSTRUCTION = 240

const letters: Readonly<Record<string, string>> = { ß: 'ss', ł: 'l', ø: 'o', æ: 'ae', œ: 'oe', đ: 'd', ı: 'i' }
/** Nobody types these: such a text is damaged, or not meant as one. */
const CONTROL = /(?![\t\n\r])\p{Cc}/u
const PLAIN = /^[a-z0-9 .,!?]*$/
const UNIT = '(?:m|cm|mm|met|cent|mill|ft|feet|foot|inch|in\\b|y[da]|s\\b|sec|min|h|deg|°)'
/** 1,000 mm and 1,5 m: the comma inside a number. */
const THOUSANDS = /(\d),(?=\d{3}(?!\d))/g
const DECIMAL_COMMA = new RegExp(`(\\d),(?=\\d{1,2}\\s?${UNIT})`, 'g')
/** 90-degree, 2-metre. */
const HYPHEN = new RegExp(`(\\d)-(?=${UNIT})`, 'g')

export function normalize(instruction: string): Normalized {
  let text = instruction.slice(0, 4 * MAX_INSTRUCTION).toLowerCase()
  let foreign = false
  if (/\d[,\-\u2010-\u2015]/.test(text)) {
    text = text.replace(/(\d)[\u2010-\u2015]/g, '$1-')
    text = text.replace(THOUSANDS, '$1').replace(DECIMAL_COMMA, '$1.').replace(HYPHEN, '$1 ')
  }
  if (!PLAIN.test(text)) {
    text = text
      .replace(/(\d)([¼½¾⅓⅔⅛])/g, '$1 $2')
      .normalize('NFKD')
      .toLowerCase()
      .replace(/\p{M}/gu, '')
      .replace(/[ßłøæœđı]/g, (c) => letters[c])
      .replace(/⁄/g, '/')
      .replace(/[‘’‚‛′`´]/g, "'")
      .replace(/[“”„‟″«»]/g, '"')
      .replace(/[‐‑‒–—―−]/g, '-')
      .replace(/[°º]\s*(?=degree)/g, ' ')
      .replace(/[°º]/g, ' degrees ')
      .replace(/…/g, '...')
    text = feetAndInches(text)
    text = quotes(text)
    const all = text.match(/\p{L}/gu)?.length ?? 0
    const kept = text.match(/[a-z]/g)?.length ?? 0
    foreign = CONTROL.test(text) || (all > 0 && all - kept > all / 4)
    text = text.replace(/[[\]{}\\<>]/g, ' ').replace(/[^\x20-\x7e\s]/g, '')
  }
  text = text.replace(/\s+/g, ' ').trim()
  // The mark after a removed sign ("90°.") belongs to the word before.
  text = text.replace(/degrees ([.,;:!?])/g, 'degrees$1')
  return { text: text.slice(0, MAX_INSTRUCTION), foreign, tooLong: text.length > MAX_INSTRUCTION }
}

/** 5'3" and 12" are lengths, not quotations. */
function feetAndInches(text: string): string {
  const feet = text
    .replace(/(\d)\s?'\s?(\d+(?:\.\d+)?)\s?(?:"|'')/g, '$1 feet $2 inches')
    .replace(/(\d)'(?![a-z\d])/g, '$1 feet')
  const marks = feet.split('"').length - 1
  return marks % 2 === 1 ? feet.replace(/(\d)"/, '$1 inches') : feet
}

/** Quotation marks stand alone, so that the words inside look as they do outside. */
function quotes(text: string): string {
  return text
    .replace(/(^|[\s(:,])'([^'"]*(?:'[a-z][^'"]*)*)'(?=[\s).,;:!?]|$)/g, '$1"$2"')
    .replace(/"/g, ' " ')
    .replace(/:(?=[a-z])/g, ': ')
}
