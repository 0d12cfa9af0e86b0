import { readFile } from 'node:fs/promises'
import { LutraError } from '../../hal/error.js'
import { type Command, type Invocation, number, text, UsageError, whole, word } from './command.js'

/** `lutra quantize`: a float model to a low-bit file that Lutra and llama.cpp load. */
export const quantizeCommand: Command = {
  name: 'quantize',
  usage: 'IN OUT --type T [--method M] [--calibration FILE] [--context N] [--windows N] [--fresh]',
  about: 'Layer by layer on the CPU; cut off at any point it goes on where it was (docs/quantize.md).',
  options: {
    type: { type: 'string' },
    method: { type: 'string' },
    calibration: { type: 'string' },
    context: { type: 'string' },
    windows: { type: 'string' },
    damping: { type: 'string' },
    order: { type: 'string' },
    passes: { type: 'string' },
    symmetric: { type: 'boolean' },
    threads: { type: 'string' },
    fresh: { type: 'boolean' },
  },
  async run(call) {
    const [input, output] = [word(call, 0, 'IN'), word(call, 1, 'OUT')]
    const type = text(call, 'type')
    if (type === undefined) throw new UsageError('Missing --type')
    const { quantize } = await import('../quantize/quantize.js')
    const result = await quantize(input, output, {
      type,
      method: oneOf(call, 'method', (await import('../quantize/walk/plan.js')).methodNames),
      calibration: await readText(text(call, 'calibration')),
      context: whole(call, 'context', 8, 1 << 20),
      windows: whole(call, 'windows', 1, 1 << 20),
      damping: number(call, 'damping', 0, 1000),
      order: oneOf(call, 'order', ['file', 'activation'] as const),
      passes: whole(call, 'passes', 0, 1000),
      asymmetric: call.flags.symmetric !== true,
      threads: whole(call, 'threads', 1, 1024),
      resume: call.flags.fresh !== true,
      signal: call.signal,
      onLayer: ({ name, type: became, error, fallback, seconds }, done, all) =>
        process.stderr.write(
          `${done}/${all} ${name} ${became} error ${(100 * error).toFixed(3)} % ${seconds.toFixed(1)} s${fallback ? ` (${fallback})` : ''}\n`,
        ),
    })
    if (!call.json)
      process.stdout.write(
        `${output}: ${result.bytes} bytes, ${result.bitsPerWeight.toFixed(3)} bits per weight, ${result.tokens} calibration tokens, ${result.seconds.toFixed(1)} s\n`,
      )
    return result
  },
}

async function readText(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined
  return readFile(path, 'utf8').catch((cause) => {
    throw new LutraError('io', `Expected a text at ${path} but could not read it: ${cause.message}`, { cause })
  })
}

function oneOf<T extends string>(call: Invocation, flag: string, among: readonly T[]): T | undefined {
  const found = text(call, flag)
  if (found === undefined || among.includes(found as T)) return found as T | undefined
  throw new UsageError(`Expected --${flag} ${among.join(', ')} but found ${found}`)
}
