/** The door `lutra/ai-sdk`: an open model as Vercel's AI SDK takes it (versions 6 and 7, by its V3 interfaces). */
import type { EmbeddingModelV3, LanguageModelV3 } from '@ai-sdk/provider'
import type { Model } from '../open.js'
import { LutraEmbeddingModel } from './embedding-model.js'
import { LutraLanguageModel } from './language-model.js'

/**
 * A language model for `generateText`, `streamText` and all that stands on them: runs in this process, calls tools, holds
 * JSON to its schema while it is written. Settings that nothing here can do come back as warnings. The model's owner closes it.
 *
 * ```ts
 * const model = await open('model.gguf')
 * const { text } = await generateText({ model: lutra(model), prompt: 'hello' })
 * ```
 */
export function lutra(model: Model): LanguageModelV3 {
  return new LutraLanguageModel(model)
}

/** An embedding model for `embed` and `embedMany`. */
export function lutraEmbedding(model: Model): EmbeddingModelV3 {
  return new LutraEmbeddingModel(model)
}
