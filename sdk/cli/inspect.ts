import { inspectDevice } from '../open.js'
import { type Command, engineOptions } from './command.js'
import { openFor } from './model-options.js'

/** `lutra inspect`: what is here, which back ends can run and why not, and the plan for a model. */
export const inspect: Command = {
  name: 'inspect',
  usage: '[MODEL]',
  about: 'The device, the board, the back ends; with MODEL its tensors and the plan, with reasons.',
  options: engineOptions,
  async run(call) {
    const { device, board, backends } = await inspectDevice()
    const name = call.words[0]
    if (name === undefined) {
      if (!call.json) print({ device, board, backends })
      return { device, board, backends }
    }
    const model = await openFor(call, name)
    try {
      const result = { device, board, backends, model: model.summary(), plan: model.plan }
      if (!call.json) print(result)
      return result
    } finally {
      await model.close()
    }
  },
}

/** Plain lines, two spaces a level: the same document, for people. */
function print(value: unknown, indent = ''): void {
  for (const [key, entry] of Object.entries(value as Record<string, unknown>)) {
    if (entry === undefined || (Array.isArray(entry) && entry.length === 0)) continue
    if (Array.isArray(entry) && entry.every((e) => typeof e !== 'object')) {
      process.stdout.write(`${indent}${key}: ${entry.join(' ')}\n`)
    } else if (typeof entry === 'object' && entry !== null) {
      process.stdout.write(`${indent}${key}:\n`)
      print(entry, `${indent}  `)
    } else {
      process.stdout.write(`${indent}${key}: ${String(entry)}\n`)
    }
  }
}
