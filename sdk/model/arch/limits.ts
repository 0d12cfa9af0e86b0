/**
 * How large a model's sizes may be, whatever its metadata claims. Widths are bound by the file as well (a tensor must
 * be there in full); these bound what is not: layers to loop over, context to plan for, angles to compute.
 */

/** The deepest published models have about 130 layers. */
export const maxLayers = 512

/** Model width; the widest published are 18 432. */
export const maxWidth = 131_072

/** Feed-forward width; the widest published are about 80 000. */
export const maxHidden = 1_048_576

export const maxHeads = 4096
export const maxHeadDim = 4096

/** Entries of a vocabulary; the largest published have 262 144. */
export const maxVocab = 4_194_304

/** Tokens of context; the longest claims are 10 million. */
export const maxContext = 16_777_216

/** Rotary base; published ones lie between 10 000 and 10 million. */
export const maxTheta = 1e12

/** Factors by which rotary positions are stretched; published ones are up to 64. */
export const maxStretch = 1e6

/** What scores are multiplied by; 1 over the root of a head's size, or near it. */
export const maxAttentionScale = 1000
