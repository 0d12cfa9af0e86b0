/**
 * How does the WebAssembly engine stand beside native C++ and plain TypeScript? Whole models, prompt and decode, each engine
 * in turn within one process; medians of tokens a second, and the ratio of wasm to each of the others.
 * MODEL (a file, default `pilot`), THREADS (default 1; ts has one), PROMPT, TOKENS, ROUNDS, BACKENDS.
 */
import { open } from '../dist/sdk/index.js'

const { MODEL = 'pilot', THREADS = 1, PROMPT = 64, TOKENS = 32, ROUNDS = 5, BACKENDS = 'wasm,ts,native' } = process.env
const context = Number(PROMPT) + Number(TOKENS) + 8
const engines = []
for (const backend of BACKENDS.split(',')) {
  const start = performance.now()
  const model = await open(MODEL, { backend, threads: backend === 'ts' ? 1 : Number(THREADS), context }).catch(
    (error) => error,
  )
  if (model instanceof Error) console.log(`${backend}: skipped: ${model.message}`)
  else engines.push({ backend, model, opened: performance.now() - start, prompt: [], decode: [] })
}

/** Tokens a second of the prompt, then of the tokens after it. */
async function round({ model }) {
  const { program } = model
  const state = program.createState()
  const ids = Int32Array.from({ length: Number(PROMPT) }, (_, i) => (i * 7 + 3) % program.vocab)
  const begin = performance.now()
  await program.run(state, ids, 'last')
  const between = performance.now()
  for (let t = 0; t < TOKENS; t++) await program.run(state, Int32Array.of((t * 11 + 5) % program.vocab), 'last')
  const end = performance.now()
  state.close()
  return [(1000 * PROMPT) / (between - begin), (1000 * TOKENS) / (end - between)]
}

for (let i = 0; i <= ROUNDS; i++)
  for (const engine of engines) {
    const [prompt, decode] = await round(engine)
    if (i === 0) continue // kernels are compiled, caches filled
    engine.prompt.push(prompt)
    engine.decode.push(decode)
  }

const median = (all) => all.toSorted((a, b) => a - b)[all.length >> 1]
const [first] = engines
console.log(`${MODEL.split('/').at(-1)}, ${ROUNDS} rounds, ${PROMPT} tokens of prompt, ${TOKENS} after it`)
for (const { backend, model, opened, prompt, decode } of engines) {
  const { isa, threads } = model.backend
  const ratio = (own, others) =>
    backend === first.backend ? '' : `(${first.backend} × ${(median(own) / median(others)).toFixed(2)})`
  console.log(
    `${`${backend} ${isa}, ${threads} thread${threads > 1 ? 's' : ''}`.padEnd(32)} ` +
      `prompt ${median(prompt).toFixed(1)} tokens/s ${ratio(first.prompt, prompt)}  ` +
      `decode ${median(decode).toFixed(1)} tokens/s ${ratio(first.decode, decode)}  opened in ${opened.toFixed(0)} ms`,
  )
}
for (const { model } of engines) await model.close()
