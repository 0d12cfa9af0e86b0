/**
 * Lutra's wasm engine in a page: tokens per second of decode, greedy, without what its user does with them.
 * takes  { model (address), threads } · gives  ./main.mjs
 */
import { open as openModel } from '/dist/sdk/browser.js'

const prompt = Int32Array.of(1, 300, 307, 314, 321, 328, 335, 342)

export async function open({ model, threads }) {
  const { program, backend, close } = await opened(model, threads)
  return {
    about: backend,
    async decode(tokens) {
      const state = program.createState()
      let logits = await program.run(state, prompt, 'last')
      const begin = performance.now()
      for (let i = 0; i < tokens; i++) logits = await program.run(state, Int32Array.of(largest(logits)), 'last')
      const seconds = (performance.now() - begin) / 1000
      state.close()
      return tokens / seconds
    },
    close,
  }
}

async function opened(address, threads) {
  const model = await openModel(address, { threads, context: 512 })
  const { program, backend } = model
  return { program, backend, close: () => model.close() }
}

function largest(logits) {
  let best = 0
  for (let i = 1; i < logits.length; i++) if (logits[i] > logits[best]) best = i
  return best
}
