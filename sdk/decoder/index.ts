/** From a prompt's ids to tokens, and from a text's ids to a score. */
export { argmax } from './argmax.js'
export { type GenerateOptions, type Generation, generate, type StopReason } from './decoder.js'
export { type EmbedOptions, embed } from './embed.js'
export type { LookupOptions } from './lookup.js'
export { type Score, type ScoreOptions, score } from './score.js'
export { Session } from './session.js'
export { SharedProgram } from './shared-program.js'
export { logSumExp } from './softmax.js'
