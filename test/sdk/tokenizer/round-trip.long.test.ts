/** Every text comes back from every real vocabulary: 100 000 texts in all, more than the default tests take time for. */

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { openGguf } from '../../../sdk/model/gguf.js'
import { readSentencePieceModel } from '../../../sdk/model/sentencepiece-model.js'
import { createTokenizer } from '../../../sdk/tokenizer/index.js'
import { sharedData } from '../model/shared-data.js'
import { roundTrip, spellable, spelled } from './round-trip.js'
import { beside, byteFallbackJson, byteLevelJson } from './tiny-json.js'

const runs = 12_500

describe('every text comes back', () => {
  it.skipIf(!sharedData.there).each(['llama-spm', 'gpt-2', 'starcoder', 'falcon'])(
    `from %s (${sharedData.reason} where skipped)`,
    async (name) => {
      const tokenizer = createTokenizer(await openGguf(sharedData.path('vocab', `ggml-vocab-${name}.gguf`)))
      roundTrip(name, tokenizer, name === 'llama-spm' ? spelled : spellable(tokenizer), runs)
    },
  )

  it.skipIf(!sharedData.there)(`from Llama 2's own file (${sharedData.reason} where skipped)`, () => {
    const metadata = readSentencePieceModel(readFileSync(sharedData.path('tinyllamas', 'tokenizer.model')))
    roundTrip('tokenizer.model', createTokenizer({ metadata }), spelled, runs)
  })

  it.skipIf(!sharedData.there)(`from stories260K (${sharedData.reason} where skipped)`, async () => {
    const tokenizer = createTokenizer(await openGguf(sharedData.path('tinyllamas', 'stories260Ktok512.gguf')))
    roundTrip('stories260K', tokenizer, spelled, runs)
  })

  it('from tokenizer.json, byte-level and with byte fallback', () => {
    roundTrip('bytes', createTokenizer(beside(byteLevelJson())), (s) => Buffer.from(s).toString(), runs)
    roundTrip('byte fallback', createTokenizer(beside(byteFallbackJson())), spelled, runs)
    expect(8 * runs).toBeGreaterThanOrEqual(100_000)
  })
})
