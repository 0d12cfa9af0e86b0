/**
 * How much a GGUF header may ask for, each bound with its reason. Reading a header allocates at most
 * `headerMemoryFactor` times the file's own bytes, whatever the counts in it claim.
 */

/** Vocabularies of 256k tokens with merges need about 25 MB of header; ten times that is nobody's model. */
export const maxHeaderBytes = 256 * 1024 * 1024

/** First read; covers small models whole. The prefix then grows fourfold, so that what is read in vain is a third at most. */
export const firstPrefixBytes = 1024 * 1024

/** Real files hold 20 to 60 keys. */
export const maxMetadata = 16_384

/** The specification's bound on keys (2^16 - 1 bytes). */
export const maxKeyBytes = 65_535

/** The largest known value is an embedded tokenizer.json of about 20 MB. */
export const maxStringBytes = 64 * 1024 * 1024

/** The largest known vocabulary has 262 144 entries, its merges twice that. */
export const maxArrayLength = 8 * 1024 * 1024

/** No known key nests arrays deeper than 2; deeper ones only serve to exhaust the stack. */
export const maxArrayDepth = 4

/** Deepest known models have about 130 layers of 20 tensors; a mixture of experts stacks its experts in one tensor. */
export const maxTensors = 65_536

/** Files of one split model; the largest published models have some 150. */
export const maxShards = 1024

/** ggml cuts names at 64 bytes; room for other writers. */
export const maxNameBytes = 256

/** ggml's bound (GGML_MAX_DIMS). */
export const maxDims = 4

/** Files use 32, sometimes a page (4096 to 65 536). */
export const maxAlignment = 1024 * 1024

/**
 * An array slot (8 bytes) and a small string (24) for the 8 bytes that the shortest string takes in the file, a map
 * entry and its key for the 13 bytes of the shortest key: below 16 times in every case.
 */
export const headerMemoryFactor = 16
