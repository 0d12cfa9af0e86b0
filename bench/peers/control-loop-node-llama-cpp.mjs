/** A 100 Hz loop beside node-llama-cpp's decoder, for ./control-loop.mjs: {model, threads, ms, temperature} in, ticks and tokens out. */
import { getLlama, LlamaLogLevel } from 'node-llama-cpp'
import { ticks } from './ticks.mjs'

const { model: path, threads, ms, temperature } = JSON.parse(process.argv[2])
const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, maxThreads: threads })
const model = await llama.loadModel({ modelPath: path })
const context = await model.createContext({ threads, contextSize: 512, batchSize: 64 })
const prompt = model.tokenize('go forward two metres, then look left. ').slice(0, 8)
let tokens = 0
let stopped = false

async function speak() {
  while (!stopped) {
    const sequence = context.getSequence()
    let n = 0
    for await (const _ of sequence.evaluate(prompt, { temperature })) {
      tokens++
      if (stopped || ++n === 256) break
    }
    sequence.dispose()
  }
}

const speaking = speak()
await ticks(1000)
tokens = 0
const result = await ticks(ms)
console.log(JSON.stringify({ ...result, tokensPerSecond: (tokens * 1000) / ms }))
stopped = true
await speaking
process.exit(0)
