import { openVocabulary } from '../open.js'
import { type Command, text, UsageError, word } from './command.js'
import { readAll } from './stdin.js'

/** `lutra tokenize`: text → ids; a GGUF that holds only a vocabulary is enough. */
export const tokenize: Command = {
  name: 'tokenize',
  usage: 'MODEL [--stdin | TEXT] [--special] [--bos]',
  about:
    'Token ids and pieces of a text. --special reads control tokens in the text; --bos puts the start token first.',
  options: { stdin: { type: 'boolean' }, special: { type: 'boolean' }, bos: { type: 'boolean' } },
  async run(call) {
    const { tokenizer } = await openVocabulary(word(call, 0, 'MODEL'))
    if (!call.flags.stdin && call.words[1] === undefined) throw new UsageError('Missing TEXT (or --stdin)')
    const input = call.flags.stdin ? await readAll(call.signal) : call.words.slice(1).join(' ')
    const ids = tokenizer.encode(input, { special: call.flags.special === true, bos: call.flags.bos === true })
    const pieces = ids.map((id) => tokenizer.piece(id))
    if (!call.json) process.stdout.write(`${ids.map((id, i) => `${id}\t${JSON.stringify(pieces[i])}`).join('\n')}\n`)
    return { ids, pieces }
  },
}

/** The ids of `--ids 1,403,407`. */
export function idList(call: Parameters<Command['run']>[0]): Int32Array {
  const list = text(call, 'ids')
  if (list === undefined) throw new UsageError('Missing --ids, for example --ids 1,403,407')
  // Number('') is 0: a number left out must not become a token.
  const ids = list.split(',').map((part) => (/^\s*\d+\s*$/.test(part) ? Number(part) : -1))
  if (ids.some((id) => id < 0 || id > 0x7fffffff)) {
    throw new UsageError(`Expected --ids to be whole numbers with commas between but got "${list}"`)
  }
  return Int32Array.from(ids)
}
