/**
 * How byte-level vocabularies cut a text into words before merging.
 * takes  text · gives  words that join to the text again
 * before ./pretokenizer-rules
 * Each rule cuts what the rule before left; a match is a word, and so is the rest between two matches.
 */
import { LutraError } from '../../hal/error.js'
import { aliases, type Family, families } from './pretokenizer-rules.js'

/** The rules of a pre-tokenizer's name; LutraError unsupported where Lutra does not know them. */
export function familyOf(pre: string): Family {
  const name = Object.hasOwn(aliases, pre) ? aliases[pre] : pre
  if (Object.hasOwn(families, name)) return families[name]
  const known = [...Object.keys(families), ...Object.keys(aliases)].join(', ')
  throw new LutraError('unsupported', `Expected a pre-tokenizer among ${known} but found ${JSON.stringify(pre)}`)
}

/** Words come as they are asked for, so that a long text need not be cut at once. */
export function createPretokenizer(rules: readonly string[]): (text: string) => Iterable<string> {
  const expressions = rules.map((rule) => new RegExp(rule, 'gu'))
  return (text) => expressions.reduce<Iterable<string>>(cut, [text])
}

function* cut(words: Iterable<string>, rule: RegExp): Generator<string> {
  for (const text of words) {
    let at = 0
    for (const match of text.matchAll(rule)) {
      if (match.index > at) yield text.slice(at, match.index)
      yield match[0]
      at = match.index + match[0].length
    }
    if (at < text.length) yield text.slice(at)
  }
}
