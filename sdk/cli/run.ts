import { readFile } from 'node:fs/promises'
import { LutraError } from '../../hal/error.js'
import { type Command, engineOptions, number, text, UsageError, whole, word } from './command.js'
import { withModel } from './model-options.js'

/** `lutra run`: text in, text out, streamed. */
export const run: Command = {
  name: 'run',
  usage: 'MODEL --prompt TEXT [--tokens N] [--temperature 0] [--seed S] [--chat] [--schema FILE]',
  about:
    "Continues a prompt; --chat wraps it in the model's own chat template; --schema holds the output to a JSON schema.",
  options: {
    ...engineOptions,
    prompt: { type: 'string' },
    tokens: { type: 'string' },
    temperature: { type: 'string' },
    'top-k': { type: 'string' },
    'top-p': { type: 'string' },
    'min-p': { type: 'string' },
    seed: { type: 'string' },
    chat: { type: 'boolean' },
    schema: { type: 'string' },
  },
  async run(call) {
    const prompt = text(call, 'prompt')
    if (prompt === undefined) throw new UsageError('Missing --prompt')
    const options = {
      maxTokens: whole(call, 'tokens', 1, 1 << 20),
      temperature: number(call, 'temperature', 0, 100),
      topK: whole(call, 'top-k', 0, 1 << 20),
      topP: number(call, 'top-p', 0, 1),
      minP: number(call, 'min-p', 0, 1),
      seed: whole(call, 'seed', 0, 2 ** 32 - 1),
      chat: call.flags.chat === true,
      schema: await schemaOf(text(call, 'schema')),
    }
    return withModel(call, word(call, 0, 'MODEL'), async (model) => {
      const ids: number[] = []
      let written = ''
      const generation = model.generate(prompt, { ...options, signal: call.signal })
      for (;;) {
        const step = await generation.next()
        if (step.done) {
          const end = step.value
          if (!call.json) {
            process.stdout.write('\n')
            process.stderr.write(
              `${ids.length} tokens, ${(end.tokensPerSecond ?? 0).toFixed(1)} tokens/s, first after ${(end.ttftMs ?? 0).toFixed(0)} ms, ` +
                `${end.stopReason}, ${model.backend.name} ${model.backend.isa}, ${model.backend.threads} threads\n`,
            )
          }
          return {
            ids,
            text: written,
            stopReason: end.stopReason,
            backend: model.backend.name,
            simulated: model.backend.simulated,
            isa: model.backend.isa,
            threads: model.backend.threads,
            promptTokens: end.promptTokens,
            ttftMs: end.ttftMs ?? null,
            tokensPerSecond: end.tokensPerSecond ?? null,
            residentBytes: model.program.residentBytes,
          }
        }
        ids.push(step.value.id)
        written += step.value.text
        if (!call.json) process.stdout.write(step.value.text)
      }
    })
  },
}

async function schemaOf(path: string | undefined): Promise<unknown> {
  if (path === undefined) return undefined
  const source = await readFile(path, 'utf8').catch((cause) => {
    throw new LutraError('io', `Expected a JSON schema at ${path} but could not read it: ${cause.message}`, { cause })
  })
  try {
    return JSON.parse(source)
  } catch (cause) {
    throw new LutraError('format', `Expected JSON in ${path} but found: ${(cause as Error).message}`, { cause })
  }
}
