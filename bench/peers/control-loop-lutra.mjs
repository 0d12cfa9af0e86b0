/** A 100 Hz loop beside Lutra's decoder, for ./control-loop.mjs: {model, threads, ms, temperature} in, ticks and tokens out. */
import { open } from '../../dist/sdk/index.js'
import { ticks } from './ticks.mjs'

const { model: name, threads, ms, temperature } = JSON.parse(process.argv[2])
const model = await open(name, { backend: 'native', threads })
const prompt = model.tokenizer.encode('go forward two metres, then look left. ', { bos: false }).slice(0, 8)
const most = Math.min(256, model.program.context - prompt.length)
let tokens = 0
let stopped = false

/** One generation after another, as an app has them: the stream's operators and the sampler run in this process, too. */
async function speak() {
  while (!stopped) {
    await new Promise((done, failed) => {
      const subscription = model.tokens(prompt, { maxTokens: most, temperature }).subscribe({
        next: () => {
          tokens++
          if (stopped) subscription.unsubscribe()
          if (stopped) done()
        },
        error: failed,
        complete: done,
      })
    })
  }
}

const speaking = speak()
await ticks(1000)
tokens = 0
const result = await ticks(ms)
console.log(JSON.stringify({ ...result, tokensPerSecond: (tokens * 1000) / ms }))
stopped = true
await speaking
await model.close()
