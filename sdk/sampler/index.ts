/** Choosing the next token from logits. */
export { createRandom } from './random.js'
export { createSampler, type Sampler, type SamplerOptions } from './sampler.js'
