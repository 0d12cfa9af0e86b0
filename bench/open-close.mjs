/** Does opening and closing leak? 1,000 cycles of open, one token, close; prints resident memory on the way. */
import { open } from '../dist/sdk/index.js'

const cycles = Number(process.env.CYCLES ?? 1000)
const backend = process.env.LUTRA_BACKEND
const megabytes = () => {
  globalThis.gc?.()
  return (process.memoryUsage().rss / 2 ** 20).toFixed(1)
}
for (let i = 0; i <= cycles; i++) {
  const model = await open('pilot', { backend })
  const state = model.program.createState()
  await model.program.run(state, Int32Array.of(1), 'last')
  state.close()
  await model.close()
  if (i % Math.ceil(cycles / 10) === 0)
    console.log(`${String(i).padStart(6)} cycles  ${megabytes()} MiB  (${model.backend.name})`)
}
