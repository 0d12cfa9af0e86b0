/** Lutra's first token, for ./start.mjs: says {ids} of the prompt as soon as the token is there. */
import { open } from '../../dist/sdk/index.js'

const { model: name, threads, prompt } = JSON.parse(process.argv[2])
const model = await open(name, { backend: 'native', threads, context: prompt + 8 })
const text = 'go forward two metres, then look left. '.repeat(prompt)
const ids = model.tokenizer.encode(text, { bos: false }).slice(0, prompt)
const state = model.program.createState()
const logits = await model.program.run(state, Int32Array.from(ids), 'last')
const token = model.tokenizer.piece(logits.indexOf(Math.max(...logits)))
console.log(JSON.stringify({ ids, token }))
state.close()
await model.close()
