/**
 * Does prompt lookup pay? The same generation with and without drafts, in turns within one run: tokens a second (medians) and
 * whether the ids are equal. MODEL (a file or `pilot`), THREADS, TOKENS, ROUNDS, PROMPT; TEMPERATURE 0 unless given.
 * Prompts: a text that repeats itself (a list to copy), and plain ones that do not.
 */
import { open } from '../dist/sdk/index.js'

const { MODEL = 'pilot', THREADS, TOKENS = 64, ROUNDS = 5, PROMPT, TEMPERATURE = 0 } = process.env
const model = await open(MODEL, { threads: THREADS && Number(THREADS) })
const list = 'The cat sat on the mat. The dog ran to the big tree. '
const prompts = PROMPT ? { given: PROMPT } : { repeated: list.repeat(3), story: 'Once upon a time, there was a little' }
console.log(`${MODEL.split('/').at(-1)}, ${model.backend.name} ${model.backend.isa}, ${model.backend.threads} threads`)

async function generate(prompt, speculate) {
  const ids = []
  const stops = new Map([...model.tokenizer.stops].map((id) => [id, Number.NEGATIVE_INFINITY]))
  const options = { maxTokens: Number(TOKENS), temperature: Number(TEMPERATURE), seed: 1, logitBias: stops, speculate }
  const run = model.generate(prompt, options)
  for (;;) {
    const { value, done } = await run.next()
    if (done) return { ids, rate: value.tokensPerSecond ?? 0 }
    ids.push(value.id)
  }
}

for (const [name, prompt] of Object.entries(prompts)) {
  const rates = { plain: [], drafted: [] }
  let equal = true
  for (let round = 0; round <= ROUNDS; round++) {
    const plain = await generate(prompt, false)
    const drafted = await generate(prompt, true)
    equal &&= plain.ids.join() === drafted.ids.join()
    if (round === 0) continue
    rates.plain.push(plain.rate)
    rates.drafted.push(drafted.rate)
  }
  const median = (all) => all.sort((a, b) => a - b)[all.length >> 1]
  const [plain, drafted] = [median(rates.plain), median(rates.drafted)]
  console.log(
    `${name.padEnd(10)} plain ${plain.toFixed(1)}  drafted ${drafted.toFixed(1)} tokens/s  × ${(drafted / plain).toFixed(2)}` +
      `  ${equal ? 'same tokens' : 'OTHER TOKENS'}`,
  )
  if (!equal) process.exitCode = 1
}
await model.close()
