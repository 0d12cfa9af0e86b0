import { inspectDevice, inspectModel } from '../open.js'
import { type Command, engineOptions, whole } from './command.js'
import { optionsOf } from './model-options.js'

/** `lutra inspect`: what is here, which back ends can run and why not; what a model holds, takes, and how it would run. */
export const inspect: Command = {
  name: 'inspect',
  usage: '[MODEL] [--context N]',
  about:
    'The device, the board, the back ends; with MODEL its metadata, tensors, memory for a context and the plan, with reasons. No weights are read.',
  options: { ...engineOptions, context: { type: 'string' } },
  async run(call) {
    const options = { ...optionsOf(call), context: whole(call, 'context', 1, 2 ** 24) }
    const { device, board, backends } = await inspectDevice()
    const name = call.words[0]
    if (name === undefined) {
      if (!call.json) print({ device, board, backends })
      return { device, board, backends }
    }
    const absent = backends.flatMap(({ name, reason }) => (reason === undefined ? [] : [{ name, reason }]))
    const { model, plan } = await inspectModel(name, options, absent)
    const result = { device, board, backends, model, plan }
    if (!call.json) print(result)
    return result
  },
}

/** Plain lines, two spaces a level: the same document, for people. */
function print(value: unknown, indent = ''): void {
  for (const [key, entry] of Object.entries(value as Record<string, unknown>)) {
    if (entry === undefined || (Array.isArray(entry) && entry.length === 0)) continue
    if (Array.isArray(entry) && entry.every((e) => typeof e !== 'object')) {
      process.stdout.write(`${indent}${key}: ${entry.map(plain).join(' ')}\n`)
    } else if (typeof entry === 'object' && entry !== null) {
      process.stdout.write(`${indent}${key}:\n`)
      print(entry, `${indent}  `)
    } else {
      process.stdout.write(`${indent}${plain(key)}: ${plain(entry)}\n`)
    }
  }
}

/** A file's own words must not steer the terminal. */
function plain(entry: unknown): string {
  return typeof entry === 'string' ? JSON.stringify(entry).slice(1, -1) : String(entry)
}
