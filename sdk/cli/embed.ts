import { type Command, engineOptions, text, UsageError, word } from './command.js'
import { withModel } from './model-options.js'

/** `lutra embed`: a text → one vector. */
export const embed: Command = {
  name: 'embed',
  usage: 'MODEL TEXT [--pooling mean|last] [--raw]',
  about:
    "A vector for a text, from the model's last layer: the mean over its tokens or the last one's; --raw keeps its length.",
  options: { ...engineOptions, pooling: { type: 'string' }, raw: { type: 'boolean' } },
  async run(call) {
    const name = word(call, 0, 'MODEL')
    if (call.words[1] === undefined) throw new UsageError('Missing TEXT')
    const input = call.words.slice(1).join(' ')
    const pooling = text(call, 'pooling') ?? 'mean'
    if (pooling !== 'mean' && pooling !== 'last')
      throw new UsageError(`Expected --pooling to be mean or last but got "${pooling}"`)
    return withModel(call, name, async (model) => {
      const normalize = call.flags.raw !== true
      const embedding = Array.from(await model.embed(input, { pooling, normalize, signal: call.signal }))
      if (!call.json) process.stdout.write(`${embedding.join('\n')}\n`)
      return { embedding, pooling, normalize }
    })
  },
}
