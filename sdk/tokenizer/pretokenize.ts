/**
 * How byte-level vocabularies cut a text into words before merging: rules as data, one list a family.
 * takes  text · gives  words that join to the text again
 * Each rule cuts what the rule before left; a match is a word, and so is the rest between two matches.
 */
import { LutraError } from '../../hal/error.js'

/** JavaScript's \s knows U+FEFF and not U+0085; vocabularies were made with Unicode's own property. */
const space = '\\p{White_Space}'
const other = `[^${space}\\p{L}\\p{N}]`

/** GPT-2: English clitics; letters, digits or signs with a space before them; spaces but the last. */
const gpt2 = `'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?${other}+|${space}+(?!\\P{White_Space})`

/** Llama 3 and Qwen 2: clitics in any case; any one sign may lead letters; line ends stay with what stands before. */
function modern(digits: string): string {
  const clitics = "'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])"
  return [
    clitics,
    '[^\\r\\n\\p{L}\\p{N}]?\\p{L}+',
    digits,
    ` ?${other}+[\\r\\n]*`,
    `${space}*[\\r\\n]+`,
    `${space}+(?!\\P{White_Space})`,
    `${space}+`,
  ].join('|')
}

const families: Record<string, readonly string[]> = {
  default: ['[\\p{P}$+<=>^~|]+', gpt2, '\\p{N}+', '[0-9][0-9][0-9]'],
  'gpt-2': [gpt2],
  'llama-bpe': [modern('\\p{N}{1,3}')],
  qwen2: [modern('\\p{N}')],
  starcoder: ['\\p{N}', gpt2],
  falcon: ['[\\p{P}$+<=>^~|`]+', gpt2, '[0-9][0-9][0-9]'],
}

/** Other names that files give to the same rules. */
const aliases: Record<string, string> = {
  'phi-2': 'gpt-2',
  mpt: 'gpt-2',
  olmo: 'gpt-2',
  jais: 'gpt-2',
  llama3: 'llama-bpe',
  'llama-v3': 'llama-bpe',
  falcon3: 'llama-bpe',
  stablelm2: 'qwen2',
  'deepseek-r1-qwen': 'qwen2',
  megrez: 'qwen2',
  smollm: 'starcoder',
  refact: 'starcoder',
  'command-r': 'starcoder',
  codeshell: 'starcoder',
  exaone: 'starcoder',
}

/** The family of a pre-tokenizer's name; LutraError unsupported where Lutra does not know its rules. */
export function familyOf(pre: string): string {
  const family = Object.hasOwn(aliases, pre) ? aliases[pre] : pre
  if (Object.hasOwn(families, family)) return family
  const known = [...Object.keys(families), ...Object.keys(aliases)].join(', ')
  throw new LutraError('unsupported', `Expected a pre-tokenizer among ${known} but found ${JSON.stringify(pre)}`)
}

/** Words come as they are asked for, so that a long text need not be cut at once. */
export function createPretokenizer(family: string): (text: string) => Iterable<string> {
  const rules = families[family].map((rule) => new RegExp(rule, 'gu'))
  return (text) => rules.reduce<Iterable<string>>(cut, [text])
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
