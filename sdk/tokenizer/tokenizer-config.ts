/**
 * What stands beside a tokenizer.json: which tokens begin and end a text, which end a generation.
 * takes  tokenizer_config.json, generation_config.json, the file's post-processor · gives  ids
 * after  ./tokenizer-json
 */
import { LutraError } from '../../hal/error.js'
import { isId, isObject, type Json, type JsonObject, list, object, parse, shown, string } from './json-fields.js'

export interface TokenizerConfig {
  readonly bos?: number
  readonly eos?: number
  readonly addBos: boolean
  readonly last: readonly number[]
  readonly stops: readonly number[]
}

type IdOf = (piece: string) => number | undefined

export function readTokenizerConfig(
  texts: ReadonlyMap<string, string>,
  postProcessor: Json,
  idOf: IdOf,
): TokenizerConfig {
  const config = configOf(texts, 'tokenizer_config.json')
  const frame = frameOf(postProcessor, idOf)
  const eos = idIn(config.eos_token, idOf)
  const bos = idIn(config.bos_token, idOf) ?? frame.first
  const addsEos = typeof config.add_eos_token === 'boolean' ? config.add_eos_token : true
  return {
    bos,
    eos,
    addBos: typeof config.add_bos_token === 'boolean' ? config.add_bos_token : frame.first !== undefined,
    last: addsEos ? (frame.last ?? (config.add_eos_token === true && eos !== undefined ? [eos] : [])) : [],
    stops: [...(eos === undefined ? [] : [eos]), ...generationStops(texts)],
  }
}

/** The ids that end a generation by generation_config.json, which names one or a list. */
export function generationStops(texts: ReadonlyMap<string, string> | undefined): number[] {
  const named = texts ? configOf(texts, 'generation_config.json').eos_token_id : undefined
  return (Array.isArray(named) ? named : [named]).filter(isId)
}

function configOf(texts: ReadonlyMap<string, string>, name: string): JsonObject {
  const text = texts.get(name)
  return text === undefined ? {} : parse(text, name)
}

/** Tokens are written as strings, or as objects with their content. */
function idIn(token: Json, idOf: IdOf): number | undefined {
  const content = isObject(token) ? token.content : token
  return typeof content === 'string' ? idOf(content) : undefined
}

interface Frame {
  readonly first?: number
  readonly last?: readonly number[]
}

/** Which tokens the file puts round a single text. */
function frameOf(processor: Json, idOf: IdOf, depth = 0): Frame {
  if (processor === null || processor === undefined) return {}
  const { type, ...fields } = object(processor, 'post_processor')
  switch (type) {
    case 'ByteLevel':
      return {}
    case 'BertProcessing':
    case 'RobertaProcessing':
      return { first: pairId(fields.cls, idOf), last: known([pairId(fields.sep, idOf)]) }
    case 'Sequence':
      if (depth > 0) break
      return Object.assign({}, ...list(fields.processors, 'processors').map((each) => frameOf(each, idOf, depth + 1)))
    case 'TemplateProcessing':
      return templateFrame(list(fields.single, 'single'), idOf)
  }
  throw new LutraError('unsupported', `Expected a known post_processor in tokenizer.json but found ${shown(type)}`)
}

/** `[["[CLS]", 101]]`: the id by its piece, since only that is sure to be in the vocabulary. */
function pairId(pair: Json, idOf: IdOf): number | undefined {
  return idIn(list(pair, 'a token of post_processor')[0], idOf)
}

function templateFrame(single: readonly Json[], idOf: IdOf): Frame {
  const names = single.map((each) => {
    const part = object(each, 'a part of post_processor.single')
    return isObject(part.SpecialToken) ? string(part.SpecialToken.id, 'a special token') : undefined
  })
  const text = names.indexOf(undefined)
  if (text < 0 || text > 1 || names.lastIndexOf(undefined) > text)
    throw new LutraError('unsupported', 'Expected one text and at most one token before it in post_processor.single')
  const ids = names.map((name) => (name === undefined ? undefined : idOf(name)))
  const last = known(ids.slice(text + 1))
  return { first: text === 1 ? ids[0] : undefined, ...(last.length > 0 && { last }) }
}

function known(ids: readonly (number | undefined)[]): number[] {
  return ids.filter((id) => id !== undefined)
}
