/**
 * POST /v1/embeddings: a vector for each text, as numbers or as base64 of little-endian float32.
 * takes  a Call · gives  JSON · before ./prompts, Model.embed
 */
import { sendJson } from '../answer.js'
import { invalid } from '../fault.js'
import type { Served } from '../options.js'
import type { Route } from '../route.js'
import { inTurn } from '../turn.js'
import { Fields } from './fields.js'
import { modelId } from './models.js'
import { promptsOf } from './prompts.js'
import type { Speaker } from './speaker.js'

/** As OpenAI's limit is 2048, for much larger machines. */
const mostInputs = 256

export function embeddingRoute(served: Served, speaker: Speaker): Route {
  const { model, watch, metrics } = served
  return {
    method: 'POST',
    path: '/v1/embeddings',
    handle: async (call) => {
      const fields = new Fields(await call.json())
      const base64 = fields.choice('encoding_format', ['float', 'base64']) === 'base64'
      fields.refuse({ dimensions: 'vectors have the width of the model' })
      const pooling = fields.choice('pooling', ['mean', 'last'])
      const inputs = await promptsOf(fields, speaker, call.signal, 'input')
      if (inputs.length > mostInputs)
        throw invalid('input', `Expected at most ${mostInputs} inputs but found ${inputs.length}`)
      const tokens = inputs.reduce((sum, { ids }) => sum + ids.length, 0)
      await inTurn(served, call, async () => {
        watch.emit({ type: 'request', request: call.id, kind: 'embedding', prompt: inputs[0].text.slice(0, 4000) })
        const began = performance.now()
        const data: object[] = []
        for (const [index, { ids }] of inputs.entries()) {
          const vector = await model.embed(ids, { pooling, signal: call.signal })
          data.push({ object: 'embedding', index, embedding: base64 ? base64Of(vector) : [...vector] })
        }
        const ms = performance.now() - began
        metrics.count('lutra_prompt_tokens_total', 'Tokens of prompts.', {}, tokens)
        watch.emit({ type: 'end', request: call.id, reason: 'stop', tokens: 0, ttftMs: ms, tokensPerSecond: 0 })
        const usage = { prompt_tokens: tokens, total_tokens: tokens }
        sendJson(call.response, { object: 'list', data, model: modelId(model), usage })
      })
    },
  }
}

/** All machines that Lutra runs on are little-endian. */
function base64Of({ buffer, byteOffset, byteLength }: Float32Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64')
}
