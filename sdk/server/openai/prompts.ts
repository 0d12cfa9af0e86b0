/**
 * What is to be gone on with, or embedded: a text, ids, or a list of either.
 * takes  the field `prompt` or `input` · gives  ids and text of each · before ./speaker · after ./completion-request, ./embeddings
 */
import type { Json } from '../../model/json.js'
import type { Fields } from './fields.js'
import type { Speaker } from './speaker.js'

export interface PromptText {
  readonly ids: readonly number[]
  readonly text: string
}

const mostPrompts = 2048
/** Ids of one prompt: more than any context. */
const mostIds = 1 << 20

export async function promptsOf(
  fields: Fields,
  speaker: Speaker,
  signal: AbortSignal,
  name = 'prompt',
): Promise<readonly PromptText[]> {
  const given = fields.needs(name, fields.get(name))
  if (typeof given === 'string') return [await fromText(given, speaker, signal, fields.at(name))]
  const list = fields.list(name, mostIds) ?? []
  if (list.length === 0) throw fields.wrong(name, 'a text, a list of texts, or token ids')
  if (list.every((each) => typeof each === 'number')) return [fromIds(list, speaker, fields.at(name))]
  if (list.length > mostPrompts) throw fields.wrong(name, `at most ${mostPrompts} prompts`)
  const found: PromptText[] = []
  for (const [i, each] of list.entries()) {
    const path = `${fields.at(name)}[${i}]`
    if (typeof each === 'string') found.push(await fromText(each, speaker, signal, path))
    else if (isIds(each)) found.push(fromIds(each, speaker, path))
    else throw fields.wrong(name, 'a text, a list of texts, or token ids')
  }
  return found
}

async function fromText(text: string, speaker: Speaker, signal: AbortSignal, path: string): Promise<PromptText> {
  return { ids: await speaker.encode(text, signal, path), text }
}

function fromIds(ids: readonly number[], speaker: Speaker, path: string): PromptText {
  return { ids: speaker.checkIds(ids, path), text: speaker.model.tokenizer.decode(ids) }
}

function isIds(value: Json): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'number')
}
