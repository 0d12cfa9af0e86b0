/** node-llama-cpp's first token, for ./start.mjs: says {ids} of the prompt as soon as the token is there. */
import { getLlama, LlamaLogLevel } from 'node-llama-cpp'

const { model: path, threads, prompt } = JSON.parse(process.argv[2])
const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, maxThreads: threads })
const model = await llama.loadModel({ modelPath: path })
const context = await model.createContext({ threads, contextSize: prompt + 8, batchSize: 64 })
const text = 'go forward two metres, then look left. '.repeat(prompt)
const ids = model.tokenize(text).slice(0, prompt)
for await (const id of context.getSequence().evaluate(ids, { temperature: 0 })) {
  console.log(JSON.stringify({ ids, token: model.detokenize([id], true) }))
  break
}
process.exit(0)
