/**
 * Text ↔ ids, from the vocabulary in a model file.
 * takes  metadata · gives  Tokenizer
 * before sdk/model · after sdk/decoder
 */
export { type ChatMessage, ChatTemplate, type TemplateOptions } from './chat.js'
export { createTokenizer, createTokenizerInTurns } from './create.js'
export { Detokenizer } from './detokenizer.js'
export { encodeInTurns } from './encode-in-turns.js'
export type { EncodeOptions, Tokenizer } from './tokenizer.js'
