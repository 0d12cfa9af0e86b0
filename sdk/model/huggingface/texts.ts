/**
 * The texts beside the weights that a tokenizer and a chat template are made from.
 * takes  a folder · gives  texts by name, those that are there
 * after  sdk/tokenizer
 */
import { join } from 'node:path'
import { look, readWhole } from '../file-range.js'
import { utf8 } from '../json.js'
import { maxConfigBytes } from './config.js'

/** Most bytes of each. The largest known tokenizer.json has about 35 MB; templates have at most 30 KB. */
const most: ReadonlyMap<string, number> = new Map([
  ['tokenizer.json', 128 * 1024 * 1024],
  ['tokenizer_config.json', 32 * 1024 * 1024],
  ['special_tokens_map.json', 4 * 1024 * 1024],
  ['generation_config.json', 1024 * 1024],
  ['config.json', maxConfigBytes],
  ['chat_template.jinja', 1024 * 1024],
  ['chat_template.json', 1024 * 1024],
])

export async function readTexts(folder: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>()
  for (const [name, bytes] of most) {
    const path = join(folder, name)
    if ((await look(path)) === 'file') texts.set(name, utf8(await readWhole(path, bytes), path))
  }
  return texts
}
