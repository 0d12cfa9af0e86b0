/**
 * Does the event loop stay free while a model decodes? A 100 Hz timer in the same process, for 20 seconds an engine;
 * prints how late it was (ms). SECONDS in the environment changes the time.
 */
import { open } from '../dist/sdk/index.js'

const seconds = Number(process.env.SECONDS ?? 20)

/** Lateness of a 10 ms timer until `work` resolves: sorted milliseconds. */
async function lateness(work) {
  const late = []
  let due = performance.now() + 10
  let running = true
  const tick = () => {
    const now = performance.now()
    late.push(now - due)
    due += 10 * Math.max(1, Math.ceil((now - due) / 10))
    if (running) setTimeout(tick, due - performance.now())
  }
  setTimeout(tick, 10)
  await work()
  running = false
  return late.sort((a, b) => a - b)
}

function row(name, late, tokens) {
  const at = (share) => late[Math.min(late.length - 1, Math.floor(late.length * share))].toFixed(2)
  console.log(
    `${name.padEnd(24)} p50 ${at(0.5)}  p99 ${at(0.99)}  max ${late.at(-1).toFixed(2)} ms  (${late.length} ticks, ${tokens})`,
  )
}

row('idle', await lateness(() => new Promise((done) => setTimeout(done, seconds * 1000))), 'no tokens')
for (const [backend, threads] of [
  ['native', 2],
  ['wasm', 2],
  ['ts', 1],
]) {
  const model = await open('pilot', { backend, threads }).catch((error) => error)
  if (model instanceof Error) {
    console.log(`${backend}: ${model.message}`)
    continue
  }
  let tokens = 0
  const late = await lateness(async () => {
    const state = model.program.createState()
    const end = performance.now() + seconds * 1000
    const id = Int32Array.of(5)
    while (performance.now() < end) {
      if (state.length + 1 >= model.program.context) state.truncate(0)
      await model.program.run(state, id, 'last')
      tokens++
    }
    state.close()
  })
  row(`${backend}, ${model.backend.threads} threads`, late, `${tokens} tokens`)
  await model.close()
}
