/**
 * One measurement of Lutra, for ./compare.mjs: {model, threads, prompt, decode} in, {prefill, decode} out, and beside them
 * the milliseconds that opening took and the most memory that the process held, in MB.
 */
import { open } from '../../dist/sdk/index.js'

const { model: path, threads, prompt, decode, ...rest } = JSON.parse(process.argv[2])
const begin = performance.now()
const model = await open(path, { backend: 'native', threads, context: prompt + decode + 8, ...rest })
const opened = performance.now() - begin
const { program } = model
const ids = Int32Array.from({ length: prompt }, (_, i) => (i * 7 + 300) % program.vocab)
let result
for (let round = 0; round < 2; round++) {
  const state = program.createState()
  const start = performance.now()
  await program.run(state, ids, 'last')
  const middle = performance.now()
  for (let i = 0; i < decode; i++) await program.run(state, ids.subarray(i % prompt, (i % prompt) + 1), 'last')
  result = { prefill: (prompt * 1000) / (middle - start), decode: (decode * 1000) / (performance.now() - middle) }
  state.close()
}
await model.close()
console.log(JSON.stringify({ ...result, opened, memory: process.resourceUsage().maxRSS / 1000 }))
