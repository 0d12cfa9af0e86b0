/**
 * The steps of a tokenizer.json before its model: normalizer and pre-tokenizer, recognized one by one.
 * takes  the file, the type of its model · gives  which of our tokenizers does the same, and its rules
 * before ./tokenizer-patterns · after  ./tokenizer-json
 */
import { LutraError } from '../../hal/error.js'
import { createFold } from './fold.js'
import { isObject, type Json, type JsonObject, list, object, shown } from './json-fields.js'
import { gpt2 } from './pretokenizer-rules.js'
import { rulesOfPattern } from './tokenizer-patterns.js'
import type { Vocabulary } from './vocabulary.js'

type Recognized = Pick<Vocabulary, 'kind' | 'rules' | 'spacePrefix' | 'onlyIfNone' | 'normalize'>

/** What the steps seen so far amount to. */
interface Seen {
  byteLevel: boolean
  /** Spaces are written as ▁. */
  spaces: boolean
  words: boolean
  spacePrefix: Vocabulary['spacePrefix']
  onlyIfNone: boolean
  readonly rules: string[]
  readonly normalize: ((text: string) => string)[]
}

export function stepsOf(file: JsonObject, model: 'BPE' | 'WordPiece'): Recognized {
  const seen: Seen = {
    byteLevel: false,
    spaces: false,
    words: false,
    spacePrefix: 'none',
    onlyIfNone: false,
    rules: [],
    normalize: [],
  }
  for (const step of flat(file.normalizer, 'normalizers')) normalizer(step, seen)
  for (const step of flat(file.pre_tokenizer, 'pretokenizers')) preTokenizer(step, seen)
  const { rules, spacePrefix, onlyIfNone, normalize } = seen
  const kind = kindOf(model, seen)
  const all = normalize.length > 0 && { normalize: (text: string) => normalize.reduce((t, step) => step(t), text) }
  return { kind, rules, spacePrefix, onlyIfNone, ...all }
}

function kindOf(model: 'BPE' | 'WordPiece', { byteLevel, spaces, words }: Seen): Vocabulary['kind'] {
  if (model === 'WordPiece' && words && !byteLevel && !spaces) return 'words'
  if (model === 'BPE' && !words && byteLevel !== spaces) return byteLevel ? 'bytes' : 'merges'
  throw new LutraError(
    'unsupported',
    'Expected byte-level BPE, BPE with ▁ for spaces, or WordPiece with its BERT steps in tokenizer.json but found another mixture',
  )
}

/** The steps of a sequence; sequences do not nest in any known file. */
function flat(step: Json, parts: string): JsonObject[] {
  if (step === null || step === undefined) return []
  const first = object(step, parts)
  return first.type === 'Sequence' ? list(first[parts], parts).map((each) => object(each, parts)) : [first]
}

function normalizer(step: JsonObject, seen: Seen): void {
  const { type } = step
  const pattern = isObject(step.pattern) ? step.pattern.String : undefined
  if (type === 'NFC' || type === 'NFD' || type === 'NFKC' || type === 'NFKD')
    seen.normalize.push((text) => text.normalize(type))
  else if (type === 'Prepend' && step.prepend === '▁') seen.spacePrefix = 'each'
  else if (type === 'Replace' && pattern === ' ' && step.content === '▁') seen.spaces = true
  else if (type === 'BertNormalizer') {
    const lowercase = step.lowercase !== false
    const strips = step.strip_accents ?? lowercase
    if (step.clean_text === false) throw unknown('normalizer', step)
    const chinese = step.handle_chinese_chars !== false
    seen.normalize.push(createFold({ lowercase, chinese, without: strips === true ? 'accents' : 'nothing' }))
  } else throw unknown('normalizer', step)
}

function preTokenizer(step: JsonObject, seen: Seen): void {
  const { type } = step
  const first = seen.rules.length === 0
  if (type === 'ByteLevel' && (first || step.add_prefix_space !== true)) {
    seen.byteLevel = true
    if (step.add_prefix_space !== false) Object.assign(seen, { spacePrefix: 'each', onlyIfNone: true })
    if (step.use_regex !== false) seen.rules.push(gpt2)
  } else if (type === 'Digits') seen.rules.push(step.individual_digits === true ? '\\p{N}' : '\\p{N}+')
  else if (type === 'Punctuation' && (step.behavior === 'Contiguous' || step.behavior === 'Isolated'))
    seen.rules.push(`[\\p{P}$+<=>^\`|~]${step.behavior === 'Contiguous' ? '+' : ''}`)
  else if (type === 'Split') split(step, seen)
  else if (type === 'Metaspace' && (step.replacement ?? '▁') === '▁') metaspace(step, seen)
  else if (type === 'BertPreTokenizer') seen.words = true
  else throw unknown('pre_tokenizer', step)
}

function split(step: JsonObject, seen: Seen): void {
  const pattern = object(step.pattern, 'pattern of a Split')
  // All spaces are ▁ by then: it finds none.
  if (pattern.String === ' ' && seen.spaces) return
  const rules = typeof pattern.Regex === 'string' ? rulesOfPattern(pattern.Regex) : undefined
  const isolated = step.behavior === 'Isolated' && step.invert !== true
  // What no match takes would be removed; the rules that are known to take everything may say so.
  const removed = step.behavior === 'Removed' && step.invert === true
  if (!rules || !(isolated || (removed && rules.whole))) throw unknown('pre_tokenizer', step)
  seen.rules.push(rules.rule)
}

function metaspace(step: JsonObject, seen: Seen): void {
  seen.spaces = true
  const scheme = step.prepend_scheme ?? (step.add_prefix_space === false ? 'never' : 'always')
  if (scheme !== 'never' && scheme !== 'always' && scheme !== 'first') throw unknown('pre_tokenizer', step)
  if (scheme !== 'never') Object.assign(seen, { spacePrefix: scheme === 'always' ? 'each' : 'first', onlyIfNone: true })
  if (step.split !== false) seen.rules.push('▁[^▁]*')
}

function unknown(where: string, step: JsonObject): LutraError {
  const pattern = isObject(step.pattern) ? ` with the pattern ${shown(step.pattern.Regex ?? step.pattern.String)}` : ''
  return new LutraError(
    'unsupported',
    `Expected a known ${where} in tokenizer.json but found ${shown(step.type)}${pattern}; use a GGUF file of the model`,
  )
}
