/**
 * @wllama/wllama in a page: tokens per second of decode as its core counts them, without messages between its worker and
 * the page.
 * takes  { model (address), threads } · gives  ./main.mjs
 */
import { LoggerWithoutDebug, Wllama } from '/wllama/index.js'

/** What a prompt costs is not asked here; a few words, so that the cache is not empty. */
const prompt = 'go forward two metres, then look left'
const silent = { ...LoggerWithoutDebug, log() {}, warn() {} }

export async function open({ model, threads }) {
  const wllama = new Wllama({ default: '/wllama/wasm/wllama.wasm' }, { logger: silent, suppressNativeLog: true })
  const file = await (await fetch(model)).blob()
  await wllama.loadModel([file], { n_ctx: 512, n_threads: threads, n_gpu_layers: 0 })
  // Greedy, and never the end: every engine makes as many tokens.
  const options = { prompt, temperature: 0, top_k: 1, cache_prompt: false, logit_bias: { [wllama.getEOS()]: -1e9 } }
  return {
    about: { threads: wllama.getNumThreads(), multi: wllama.isMultithread(), core: Wllama.getLibllamaVersion() },
    async decode(tokens) {
      const { timings } = await wllama.createCompletion({ ...options, max_tokens: tokens })
      // The first token belongs to the prompt.
      if (timings.predicted_n < tokens - 1) throw new Error(`Expected ${tokens} tokens but got ${timings.predicted_n}`)
      return timings.predicted_per_second
    },
    close: () => wllama.exit(),
  }
}
