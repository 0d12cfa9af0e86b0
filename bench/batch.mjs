/**
 * What does decoding several sequences at once give? Tokens a second of 1, 2, 4 and 8 sequences, all together, in turns
 * within one run; medians. First the program's own batches, then whole generations that run at the same time.
 * MODEL (a file, default `pilot`), THREADS, TOKENS (a sequence, default 16), DEPTH (tokens before them, default 64), ROUNDS.
 */
import { open } from '../dist/sdk/index.js'

const { MODEL = 'pilot', THREADS, TOKENS = 16, DEPTH = 64, ROUNDS = 3 } = process.env
const counts = [1, 2, 4, 8]
const context = Number(DEPTH) + Number(TOKENS) + 8
const model = await open(MODEL, { threads: THREADS && Number(THREADS), context })
const { vocab } = model.program
const ids = (seed, count) => Int32Array.from({ length: count }, (_, i) => (i * 7 + seed * 13 + 3) % vocab)

/** Milliseconds of TOKENS steps of so many states. */
async function steps(count) {
  const states = Array.from({ length: count }, () => model.program.createState())
  for (const [i, state] of states.entries()) await model.program.run(state, ids(i, Number(DEPTH)), 'none')
  const start = performance.now()
  for (let t = 0; t < TOKENS; t++)
    await model.program.runBatch(states.map((state, i) => ({ state, ids: ids(i + t, 1), wanted: 'last' })))
  const ms = performance.now() - start
  for (const state of states) state.close()
  return ms
}

/** Milliseconds of so many generations at the same time, prompt included; no stop, so that all give TOKENS. */
async function generations(count) {
  let tokens = 0
  const start = performance.now()
  const one = async (seed) => {
    const options = { maxTokens: Number(TOKENS), temperature: 1, seed, logitBias: biases }
    for await (const _ of model.generate([...ids(seed, 4)], options)) tokens++
  }
  await Promise.all(Array.from({ length: count }, (_, seed) => one(seed)))
  return ((performance.now() - start) * count * Number(TOKENS)) / tokens
}
const biases = new Map([...model.tokenizer.stops].map((id) => [id, Number.NEGATIVE_INFINITY]))

console.log(`${MODEL.split('/').at(-1)}, ${model.backend.name} ${model.backend.isa}, ${model.backend.threads} threads`)
for (const [name, measure] of [
  ['batches of the program', steps],
  ['generations at once', generations],
]) {
  const found = new Map(counts.map((count) => [count, []]))
  for (let round = 0; round <= ROUNDS; round++)
    for (const count of counts) {
      const ms = await measure(count)
      if (round > 0) found.get(count).push((count * TOKENS * 1000) / ms)
    }
  const median = (all) => all.sort((a, b) => a - b)[all.length >> 1]
  const rates = counts.map((count) => median(found.get(count)))
  const cell = (rate, i) => `${counts[i]}: ${rate.toFixed(1)} (× ${(rate / rates[0]).toFixed(2)})`
  console.log(`${name.padEnd(24)} tokens/s  ${rates.map(cell).join('   ')}`)
}
await model.close()
