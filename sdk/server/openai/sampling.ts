/**
 * How the next token is chosen and when it ends: OpenAI's fields and llama-server's, as our options.
 * takes  Fields · gives  GenerateOptions · before sdk/sampler · after ./chat, ./completions
 * What a request leaves out is as in llama-server: temperature 0.8, top-k 40, top-p 0.95, min-p 0.05.
 */
import type { GenerateOptions, Model } from '../../open.js'
import { invalid } from '../fault.js'
import type { Fields } from './fields.js'

const mostStops = 16
const mostBiases = 1024

export function samplingOf(fields: Fields, model: Model): GenerateOptions {
  const penalties = {
    presencePenalty: fields.number('presence_penalty', -2, 2),
    frequencyPenalty: fields.number('frequency_penalty', -2, 2),
    repetitionPenalty: fields.number('repeat_penalty', 0.01, 100),
  }
  return {
    temperature: fields.number('temperature', 0, 100) ?? 0.8,
    topK: fields.whole('top_k', 0, 1 << 20) ?? 40,
    topP: fields.number('top_p', 0, 1) ?? 0.95,
    minP: fields.number('min_p', 0, 1) ?? 0.05,
    typical: fields.number('typical_p', 0, 1),
    ...penalties,
    // OpenAI's penalties look at the whole text.
    repetitionWindow: model.program.context,
    seed: fields.whole('seed', -(2 ** 53), 2 ** 53),
    logitBias: biasesOf(fields, model),
    stop: stopsOf(fields),
  }
}

function stopsOf(fields: Fields): readonly string[] {
  const given = fields.get('stop')
  if (typeof given === 'string') return [given]
  return (fields.list('stop', mostStops) ?? []).map((each) => {
    if (typeof each === 'string') return each
    throw fields.wrong('stop', 'a string or a list of strings')
  })
}

function biasesOf(fields: Fields, { tokenizer }: Model): ReadonlyMap<number, number> {
  const given = fields.object('logit_bias')
  const entries = Object.keys(given?.all ?? {})
  if (entries.length > mostBiases)
    throw invalid('logit_bias', `Expected at most ${mostBiases} tokens in logit_bias but found ${entries.length}`)
  return new Map(
    entries.map((key) => {
      const id = Number(key)
      if (!/^\d+$/.test(key) || id >= tokenizer.size)
        throw invalid('logit_bias', `Expected token ids from 0 to ${tokenizer.size - 1} but found ${key.slice(0, 40)}`)
      const amount = given?.number(key, -100, 100) ?? 0
      // OpenAI's word for never.
      return [id, amount === -100 ? Number.NEGATIVE_INFINITY : amount]
    }),
  )
}
