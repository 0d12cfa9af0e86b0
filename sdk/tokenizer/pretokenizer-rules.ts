/**
 * The rules of pre-tokenizers, as data: each is a regular expression that cuts a text into words (./pretokenize).
 * gives  one list of rules a family, by the names that GGUF files use
 * None may take more than linear time: a text may be one line of a million spaces.
 */
import { casedLetters, han } from './pretokenizer-letters.js'

/** JavaScript's \s knows U+FEFF and not U+0085; vocabularies were made with Unicode's own property. */
export const space = '\\p{White_Space}'
const other = `[^${space}\\p{L}\\p{N}]`
/** Spaces but the last, which leads the next word; at the end of the text all of them. */
const spaces = `${space}+(?!\\P{White_Space})`
const anyCase = "'(?:[sS]|[tT]|[rR][eE]|[vV][eE]|[mM]|[lL][lL]|[dD])"
const asciiSign = '[!"#$%&\'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~]'

/** English clitics; letters, digits or signs with a space before them. */
export const gpt2 = `'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?${other}+|${spaces}`

/** Clitics in any case; any one sign may lead letters; line ends stay with what stands before. */
export function modern(digits: string, { clitics = anyCase, lines = '[\\r\\n]+' } = {}): string {
  return `${clitics}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?${other}+[\\r\\n]*|${space}*${lines}|${spaces}|${space}+`
}

/** As modern, but marks count as letters. */
export const withMarks = `${anyCase}|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}| ?[^${space}\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|${space}*[\\r\\n]+|${spaces}|${space}+`

/** Words end where capitals follow small letters. */
export function camelCase(upper: string, lower: string, digits: string, clitics = ''): string {
  return (
    `[^\\r\\n\\p{L}\\p{N}]?${upper}*${lower}+${clitics}|[^\\r\\n\\p{L}\\p{N}]?${upper}+${lower}*${clitics}` +
    `|${digits}| ?${other}+[\\r\\n/]*|${space}*[\\r\\n]+|${spaces}|${space}+`
  )
}
const anyCaseSuffix = `(?:${anyCase})?`
/** llama.cpp knows letters but not their case, except in ASCII. */
const looseUpper = '(?:(?![a-z])\\p{L})'
const looseLower = '(?:(?![A-Z])\\p{L})'

/** Signs with ASCII letters behind them, letters with marks, signs. */
export function deepseek3(sign: string): readonly string[] {
  return [
    '\\p{N}{1,3}',
    '[一-龥\\u3040-ゟ゠-ヿ]+',
    `${asciiSign}[A-Za-z]+|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?${sign}+[\\r\\n]*|${space}*[\\r\\n]+|${spaces}|${space}+`,
  ]
}

/** llama.cpp sees spaces as spaces only; the models' own rules count the wide ones among signs and characters too. */
const hanOnly = `(?:(?!${space})[${han}])+`

export function deepseekLlm(own: boolean): readonly string[] {
  return [
    '[\\r\\n]',
    `${space}?[${casedLetters}]+`,
    `${space}?[!-/:-~！-／：-～‘-‟${own ? '\\u3000' : ''}、。]+`,
    // Looked for only where spaces begin: anywhere else it would read the same spaces again and again.
    `(?<!${space})${space}+$`,
    own ? `[${han}]+` : hanOnly,
    '\\p{N}+',
  ]
}

export function deepseekCoder(own: boolean): readonly string[] {
  return ['[\\r\\n]', `${space}?\\p{L}+`, `${space}?\\p{P}+`, own ? `[${han}]+` : hanOnly, '\\p{N}']
}

const commas = ` ?[^(${space}|.,!?…。，、।۔،)]+`
const halving = [512, 256, 128, 64, 32, 16, 8, 4].map((n) => `${space}{${n}}(?!\\P{White_Space})`).join('|')

export interface Family {
  readonly rules: readonly string[]
  /** A word that is a piece is taken as it is, even where the merges would not lead there. */
  readonly ignoreMerges?: boolean
  /** Puts bos first where the file does not say. */
  readonly addBos?: boolean
}

export const families: Readonly<Record<string, Family>> = {
  default: { rules: ['[\\p{P}$+<=>^~|]+', gpt2, '\\p{N}+', '[0-9][0-9][0-9]'] },
  'gpt-2': { rules: [gpt2] },
  'llama-bpe': { rules: [modern('\\p{N}{1,3}')], ignoreMerges: true, addBos: true },
  dbrx: { rules: [modern('\\p{N}{1,3}')] },
  qwen2: { rules: [modern('\\p{N}')] },
  qwen35: { rules: [withMarks] },
  starcoder: { rules: ['\\p{N}', gpt2] },
  falcon: { rules: ['[\\p{P}$+<=>^~|`]+', gpt2, '[0-9][0-9][0-9]'] },
  'deepseek-llm': { rules: deepseekLlm(false) },
  'deepseek-coder': { rules: deepseekCoder(false) },
  'deepseek-v3': { rules: deepseek3('[\\p{P}\\p{S}]') },
  tekken: { rules: [camelCase(looseUpper, looseLower, '\\p{N}')], ignoreMerges: true, addBos: true },
  'gpt-4o': { rules: [camelCase(looseUpper, looseLower, '\\p{N}{1,3}', anyCaseSuffix)] },
  bailingmoe: {
    rules: [modern('\\p{N}', { clitics: "'(?:[sSdDmMtT]|[lL][lL]|[vV][eE]|[rR][eE])", lines: '[\\r\\n]' })],
  },
  'seed-coder': {
    rules: [
      `${anyCase}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^${space}\\p{L}\\p{N}\\r\\n]+|${space}*[\\r\\n]+|${spaces}|${space}+`,
    ],
  },
  'jais-2': {
    rules: [
      `${anyCase}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?${other}+[\\r\\n]*|${space}*[\\r\\n]+|${halving}|${space}{1,2}(?!\\P{White_Space})|${space}`,
    ],
  },
  bloom: { rules: [commas] },
  viking: { rules: [commas, '\\p{N}'] },
}

/** Other names that files give to the same rules. */
export const aliases: Readonly<Record<string, string>> = {
  ...named('gpt-2', 'phi-2 mpt olmo jais jina-es jina-de jina-v2-es jina-v2-de jina-v1-en jina-v2-code roberta-bpe'),
  ...named('gpt-2', 'gigachat a.x-4.0 mellum modern-bert exaone4 trillion granite-docling'),
  ...named('llama-bpe', 'llama3 llama-v3 falcon3 falcon-h1 pixtral midm-2.0 lfm2 laguna jina-v5-nano'),
  ...named('dbrx', 'smaug-bpe glm4 chatglm-bpe'),
  ...named('qwen2', 'stablelm2 deepseek-r1-qwen megrez kormo openpangu f2llmv2 hunyuan solar-open grok-2'),
  ...named('starcoder', 'smollm refact command-r cohere2_moe codeshell exaone minerva-7b mellum2'),
  ...named('deepseek-v3', 'hunyuan-dense joyai-llm'),
  ...named('gpt-4o', 'llama4 kanana2 minimax-m2'),
  ...named('bailingmoe', 'bailingmoe2 llada-moe'),
  ...named('bloom', 'poro-chat gpt3-finnish'),
}

function named(family: string, names: string): Record<string, string> {
  return Object.fromEntries(names.split(' ').map((name) => [name, family]))
}
