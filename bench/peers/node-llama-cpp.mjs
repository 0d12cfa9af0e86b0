/** One measurement of node-llama-cpp, for ./compare.mjs: {model, threads, prompt, decode} in, {prefill, decode} out. */
import { getLlama, LlamaLogLevel } from 'node-llama-cpp'

const { model: path, threads, prompt, decode } = JSON.parse(process.argv[2])
const llama = await getLlama({ gpu: false, build: 'never', logLevel: LlamaLogLevel.error, maxThreads: threads })
const model = await llama.loadModel({ modelPath: path })
const context = await model.createContext({
  threads,
  contextSize: prompt + decode + 8,
  batchSize: Math.max(64, prompt),
})
const ids = Array.from({ length: prompt }, (_, i) => (i * 7 + 300) % 32000)
let result
for (let round = 0; round < 2; round++) {
  const sequence = context.getSequence()
  const start = performance.now()
  await sequence.evaluateWithoutGeneratingNewTokens(ids)
  const middle = performance.now()
  let n = 0
  for await (const _ of sequence.evaluate([300], { temperature: 0 })) if (++n === decode) break
  result = { prefill: (prompt * 1000) / (middle - start), decode: (decode * 1000) / (performance.now() - middle) }
  sequence.dispose()
}
console.log(JSON.stringify(result))
process.exit(0)
