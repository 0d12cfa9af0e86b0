import { readFile } from 'node:fs/promises'
import { LutraError } from '../../hal/error.js'
import { type Command, engineOptions, type Invocation, text, UsageError, whole, word } from './command.js'
import { readTask, scoreTask, tellTask } from './eval-task.js'
import { openFor, withModel } from './model-options.js'

/** `lutra eval`: perplexity of a text, distance from a reference model, accuracy on a task. */
export const evaluate: Command = {
  name: 'eval',
  usage: 'MODEL --text FILE [--context N] [--reference MODEL] | MODEL --task FILE',
  about:
    "Perplexity by llama.cpp's rules: chunks of N tokens, the second half of each scored. --task: the share of instructions in a file of [{ instruction, actions }] that are answered exactly.",
  options: {
    ...engineOptions,
    text: { type: 'string' },
    context: { type: 'string' },
    reference: { type: 'string' },
    task: { type: 'string' },
  },
  async run(call) {
    const path = text(call, 'text')
    const task = text(call, 'task')
    if ((path === undefined) === (task === undefined)) throw new UsageError('Expected --text or --task')
    if (path === undefined) return evaluateTask(call, task as string)
    const source = await readFile(path, 'utf8').catch((cause) => {
      throw new LutraError('io', `Expected a text at ${path} but could not read it: ${cause.message}`, { cause })
    })
    return withModel(call, word(call, 0, 'MODEL'), async (model) => {
      const name = text(call, 'reference')
      const reference = name === undefined ? undefined : await openFor(call, name)
      try {
        const context = whole(call, 'context', 8, 1 << 20)
        const result = await model.score(source, { context, reference, signal: call.signal })
        if (!call.json) {
          process.stdout.write(
            `${result.tokens} tokens, nll ${result.nll.toFixed(5)} ± ${result.nllError.toFixed(5)}, ` +
              `perplexity ${result.perplexity.toFixed(4)} ± ${result.perplexityError.toFixed(4)}\n`,
          )
          if (result.kld !== undefined) {
            const { kld, kldError = 0, kldMedian = 0, kld99 = 0, kldMax = 0, sameTop = 0, sameTopError = 0 } = result
            process.stdout.write(
              `kld ${kld.toFixed(6)} ± ${kldError.toFixed(6)}, median ${kldMedian.toFixed(6)}, ` +
                `99 % ${kld99.toFixed(6)}, max ${kldMax.toFixed(6)}, ` +
                `same top ${(100 * sameTop).toFixed(3)} ± ${(100 * sameTopError).toFixed(3)} %\n`,
            )
          }
        }
        return result
      } finally {
        await reference?.close()
      }
    })
  },
}

async function evaluateTask(call: Invocation, path: string) {
  for (const other of ['context', 'reference'])
    if (text(call, other) !== undefined) throw new UsageError(`Expected --${other} with --text but found --task`)
  const cases = await readTask(path)
  return withModel(call, word(call, 0, 'MODEL'), async (model) => {
    const result = await scoreTask(model, cases, call.signal)
    if (!call.json) process.stdout.write(tellTask(result))
    return result
  })
}
