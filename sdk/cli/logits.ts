import { argmax } from '../decoder/argmax.js'
import { type Command, engineOptions, word } from './command.js'
import { withModel } from './model-options.js'
import { idList } from './tokenize.js'

/** `lutra logits`: the raw output of the model for given ids, for checks from outside. */
export const logits: Command = {
  name: 'logits',
  usage: 'MODEL --ids 1,403,407 [--last]',
  about: 'Logits and argmax at every position, or at the last.',
  options: { ...engineOptions, ids: { type: 'string' }, last: { type: 'boolean' } },
  async run(call) {
    const name = word(call, 0, 'MODEL')
    const ids = idList(call)
    return withModel(call, name, async (model) => {
      const flat = await model.logits(ids, call.flags.last ? 'last' : 'all', call.signal)
      const rows: number[][] = []
      for (let at = 0; at < flat.length; at += model.program.vocab) {
        rows.push(Array.from(flat.subarray(at, at + model.program.vocab)))
      }
      const result = { argmax: rows.map((row) => argmax(row)), logits: rows }
      if (!call.json) process.stdout.write(`argmax ${result.argmax.join(' ')}\n`)
      return result
    })
  },
}
