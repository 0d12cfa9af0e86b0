/** Texts to vectors of length 1, one after the other. */
import type { EmbeddingModelV3, EmbeddingModelV3CallOptions, EmbeddingModelV3Result } from '@ai-sdk/provider'
import type { Model } from '../open.js'
import { encodeInTurns } from '../tokenizer/encode-in-turns.js'

export class LutraEmbeddingModel implements EmbeddingModelV3 {
  readonly specificationVersion = 'v3'
  readonly provider = 'lutra'
  readonly modelId: string
  readonly maxEmbeddingsPerCall = Number.POSITIVE_INFINITY
  readonly supportsParallelCalls = true

  constructor(readonly model: Model) {
    this.modelId = model.name
  }

  async doEmbed({ values, abortSignal: signal }: EmbeddingModelV3CallOptions): Promise<EmbeddingModelV3Result> {
    const embeddings: number[][] = []
    let tokens = 0
    for (const value of values) {
      const ids = await encodeInTurns(this.model.tokenizer, value, {}, signal)
      tokens += ids.length
      embeddings.push([...(await this.model.embed(ids, { signal }))])
    }
    return { embeddings, usage: { tokens }, warnings: [] }
  }
}
