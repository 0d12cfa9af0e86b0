import { readFile } from 'node:fs/promises'
import { LutraError } from '../../hal/error.js'
import type { Token } from '../stream/token.js'
import type { Tokenizer } from '../tokenizer/tokenizer.js'
import { type Command, engineOptions, list, number, text, UsageError, whole, word } from './command.js'
import { CoreClock, describeCore, speedOf } from './core-time.js'
import { describeEnergy, joulesPerToken, type TokenEnergy, tokenMeter } from './energy.js'
import { withModel } from './model-options.js'
import { samplingOf, samplingOptions } from './sampling-options.js'

/** `lutra run`: text in, text out, streamed. */
export const run: Command = {
  name: 'run',
  usage:
    'MODEL --prompt TEXT [--tokens N] [--chat] [--schema FILE] [--stop TEXT]... [--temperature 0] [--seed S] [--top-k N] ' +
    '[--typical P] [--top-p P] [--min-p P] [--repetition-penalty X] [--presence-penalty X] [--frequency-penalty X] ' +
    '[--penalty-window N] [--logit-bias ID=BIAS]... [--logprobs N] [--speculate]',
  about:
    "Continues a prompt; --chat wraps it in the model's own chat template; --schema holds the output to a JSON schema; " +
    '--logprobs N tells the N likeliest at every place (--json); --speculate drafts what the text repeats.',
  options: {
    ...engineOptions,
    prompt: { type: 'string' },
    tokens: { type: 'string' },
    temperature: { type: 'string' },
    ...samplingOptions,
    stop: { type: 'string', multiple: true },
    logprobs: { type: 'string' },
    speculate: { type: 'boolean' },
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
      ...samplingOf(call),
      stop: list(call, 'stop'),
      logprobs: whole(call, 'logprobs', 0, 100),
      speculate: call.flags.speculate === true,
      seed: whole(call, 'seed', 0, 2 ** 32 - 1),
      chat: call.flags.chat === true,
      schema: await schemaOf(text(call, 'schema')),
    }
    return withModel(call, word(call, 0, 'MODEL'), async (model) => {
      const ids: number[] = []
      const logprobs: unknown[] = []
      let written = ''
      const clock = await CoreClock.of(model)
      let prefill: Awaited<ReturnType<CoreClock['lap']>> | undefined
      using meter = await tokenMeter(model)
      let promptEnergy: Promise<TokenEnergy> | undefined
      const generation = model.generate(prompt, { ...options, signal: call.signal })
      for (;;) {
        const step = await generation.next()
        if (step.done) {
          const end = step.value
          const [prompt, decode] = [await promptEnergy, await meter.lap()]
          const energy = typeof decode === 'string' ? decode : { prompt: prompt ?? null, decode }
          // The first token comes with the prompt's pass.
          const core = clock &&
            prefill && {
              prompt: speedOf(prefill, end.promptTokens),
              decode: speedOf(await clock.lap(), ids.length - 1),
            }
          if (!call.json) {
            process.stdout.write('\n')
            process.stderr.write(
              `${ids.length} tokens, ${(end.tokensPerSecond ?? 0).toFixed(1)} tokens/s, first after ${(end.ttftMs ?? 0).toFixed(0)} ms, ` +
                `${end.stopReason}, ${model.backend.name} ${model.backend.isa}, ${model.backend.threads} threads\n` +
                `energy: ${describeEnergy(decode, ids.length - 1)}\n`,
            )
            if (end.pausedMs) process.stderr.write(`${(end.pausedMs / 1000).toFixed(1)} s of it paused by the budget\n`)
            if (core)
              process.stderr.write(describeCore(model, core.prompt.tokensPerSecond, core.decode.tokensPerSecond))
          }
          return {
            ids,
            text: written,
            ...(options.logprobs === undefined ? {} : { logprobs }),
            stopReason: end.stopReason,
            backend: model.backend.name,
            simulated: model.backend.simulated,
            isa: model.backend.isa,
            threads: model.backend.threads,
            promptTokens: end.promptTokens,
            ttftMs: end.ttftMs ?? null,
            tokensPerSecond: end.tokensPerSecond ?? null,
            joulesPerToken: joulesPerToken(decode, ids.length - 1),
            energy,
            residentBytes: model.program.residentBytes,
            ...(model.governor
              ? { pausedMs: end.pausedMs, governor: { ...model.governor.state, events: model.governor.events } }
              : {}),
            ...(core ? { core } : {}),
          }
        }
        prefill ??= await clock?.lap()
        // The first token comes with the prompt's pass; the reading does not hold up the next.
        promptEnergy ??= meter.lap()
        ids.push(step.value.id)
        if (options.logprobs !== undefined) logprobs.push(withPieces(step.value, model.tokenizer))
        written += step.value.text
        if (!call.json) process.stdout.write(step.value.text)
      }
    })
  },
}

/** A token's logprob and what else was likely there, with their pieces. */
function withPieces({ id, logprob, top = [] }: Token, tokenizer: Tokenizer) {
  const told = (id: number, logprob: number) => ({ id, piece: tokenizer.piece(id), logprob })
  return { ...told(id, logprob), top: top.map((each) => told(each.id, each.logprob)) }
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
