/**
 * The regular expressions that tokenizer.json files of known models split by, written for JavaScript.
 * takes  a pattern as the file has it · gives  our rule; undefined for any other, since a file's own may run for ever
 * after  ./tokenizer-steps
 */
import {
  camelCase,
  deepseek3,
  deepseekCoder,
  deepseekLlm,
  gpt2,
  modern,
  space,
  withMarks,
} from './pretokenizer-rules.js'

export interface PatternRule {
  readonly rule: string
  /** Its matches leave nothing between them. */
  readonly whole: boolean
}

/** `(?i:…)` knows that ſ is a long s. */
const clitics = "'(?:[sSſ]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])"
const shortClitics = "'(?:[sSſdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])"
const upper = '[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]'
const lower = '[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]'

const tail = ' ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+'
const anyCase = "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
const cased = `[^\\r\\n\\p{L}\\p{N}]?${upper}*${lower}+`
const capitals = `[^\\r\\n\\p{L}\\p{N}]?${upper}+${lower}*`
const pathTail = ' ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+'
const possessive = (digits: string) =>
  `'(?i:[sdmt]|ll|ve|re)|[^\\r\\n\\p{L}\\p{N}]?+\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]++[\\r\\n]*|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+`
const gpt2Pattern = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)"

const withFolding = (rule: string) => rule.replaceAll("'(?:[sS]|", "'(?:[sSſ]|")

/** Rules that take every character, and what GGUF files call them. */
const whole: readonly (readonly [pattern: string, rule: string, name?: string])[] = [
  // GPT-2.
  [`${gpt2Pattern}|\\s+`, `${gpt2}|${space}+`, 'gpt-2'],
  // Llama 3, GPT-4.
  [`${anyCase}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|${tail}`, modern('\\p{N}{1,3}', { clitics }), 'dbrx'],
  [possessive('\\p{N}{1,3}'), modern('\\p{N}{1,3}', { clitics: shortClitics, lines: '[\\r\\n]' })],
  // Qwen 2 to 3, then 3.5.
  [`${anyCase}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|${tail}`, modern('\\p{N}', { clitics }), 'qwen2'],
  [
    `${anyCase}|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`,
    withFolding(withMarks),
    'qwen35',
  ],
  // Bailing.
  [possessive('\\p{N}'), modern('\\p{N}', { clitics: shortClitics, lines: '[\\r\\n]' }), 'bailingmoe'],
  // GPT-4o, Llama 4.
  [
    `${cased}${anyCase}?|${capitals}${anyCase}?|\\p{N}{1,3}|${pathTail}`,
    camelCase(upper, lower, '\\p{N}{1,3}', `(?:${clitics})?`),
    'gpt-4o',
  ],
  // Mistral's Tekken.
  [`${cased}|${capitals}|\\p{N}|${pathTail}`, camelCase(upper, lower, '\\p{N}'), 'tekken'],
]

/** Rules that each take some. */
const parts: readonly (readonly [pattern: string, rule: string])[] = [
  [gpt2Pattern, gpt2],
  // Falcon.
  ['[0-9][0-9][0-9]', '[0-9][0-9][0-9]'],
  ['\\p{N}', '\\p{N}'],
  ['\\p{N}+', '\\p{N}+'],
  // DeepSeek; the line ends as characters.
  ['[\r\n]', '[\\r\\n]'],
  ...asTheyStand(deepseekLlm(true)),
  ...asTheyStand(deepseekCoder(true)),
  ...asTheyStand(deepseek3('[\\p{P}\\p{S}]')),
]

/** DeepSeek's patterns differ from our rules only in how white space is spelled and code points are written. */
function asTheyStand(rules: readonly string[]): (readonly [string, string])[] {
  return rules.map((rule) => [spelled(rule), rule])
}

/** One spelling for patterns that mean the same. */
function spelled(pattern: string): string {
  return pattern
    .replace(`(?<!${space})${space}+$`, '\\s+$')
    .replaceAll('\\P{White_Space}', '\\S')
    .replaceAll(space, '\\s')
    .replace(/\\u\{?([0-9a-f]{2,5})\}?/g, (_, hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
    .replaceAll('\\r', '\r')
    .replaceAll('\\n', '\n')
}

const known = new Map<string, PatternRule>([
  ...parts.map(([pattern, rule]) => [spelled(pattern), { rule, whole: false }] as const),
  ...whole.map(([pattern, rule]) => [spelled(pattern), { rule, whole: true }] as const),
])

/** Families of several rules. */
const several: readonly (readonly [name: string, rules: readonly string[]])[] = [
  ['gpt-2', [gpt2]],
  ['starcoder', ['\\p{N}', gpt2]],
  ['falcon', ['[\\p{P}$+<=>^`|~]+', gpt2, '[0-9][0-9][0-9]']],
  ['deepseek-llm', deepseekLlm(true)],
  ['deepseek-coder', deepseekCoder(true)],
  ['deepseek-v3', deepseek3('[\\p{P}\\p{S}]')],
]

/** What GGUF files call these rules; undefined where llama.cpp has no name for them. */
export function nameOfRules(rules: readonly string[]): string | undefined {
  if (rules.length === 1) {
    const [, , name] = whole.find(([, rule]) => rule === rules[0]) ?? []
    if (name !== undefined) return name
  }
  return several.find(([, own]) => own.length === rules.length && own.every((rule, i) => rule === rules[i]))?.[0]
}

export function rulesOfPattern(pattern: string): PatternRule | undefined {
  // The longest known one has 700 characters.
  return pattern.length > 4096 ? undefined : known.get(spelled(pattern))
}
