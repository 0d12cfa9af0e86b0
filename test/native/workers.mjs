/**
 * Ends worker threads in the middle of native work, in every order; the child process of doors.test.ts. With `first`
 * the main thread holds the addon too; without, the addon is unloaded with the last worker, and no thread may be left.
 */
import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'

function work({ createRequire, workerData, parentPort }) {
  const { path, graph, config, how } = workerData
  const addon = createRequire(path)(path)
  const engine = addon.engineOpen('scalar', 2, 'mad').id
  addon.programCompile(engine, graph).then(({ id: program }) => {
    const many = 3000
    const tokens = new Int32Array(many).fill(1)
    const starts = Int32Array.from({ length: many / 10 + 1 }, (_, i) => i * 10)
    new addon.Trainer(config).run(
      0,
      tokens,
      starts,
      tokens,
      undefined,
      Float64Array.from({ length: 16 }, (_, i) => (i < 15 ? 0.1 : -1)),
    )
    addon.measureBandwidth(2, 4, 40)
    for (let i = 0; i < 3; i++)
      addon.programRun(program, Uint32Array.of(addon.stateCreate(program), 128, 2), new Int32Array(128).fill(2))
    for (let i = 0; i < 3; i++) addon.engineLinear(engine, graph.weights[0], new Float32Array(40 * 8000), 8000, false)
    if (how > 0) addon.programClose(program)
    if (how > 1) addon.engineClose(engine)
    parentPort.postMessage('under way')
    if (how === 3) process.exit(0)
    if (how === 4) throw new Error('on purpose')
  })
}

process.once('message', async ({ path, graph, config, rounds, first }) => {
  if (first) createRequire(path)(path)
  const code = `(${work})({ ...require('node:module'), ...require('node:worker_threads') })`
  for (let round = 0; round < rounds; round++) {
    const how = round % 5
    const worker = new Worker(code, { eval: true, workerData: { path, graph, config, how } })
    worker.on('error', () => undefined)
    const ended = new Promise((done) => worker.once('exit', done))
    await Promise.race([new Promise((done) => worker.once('message', done)), ended])
    if (how < 3) await worker.terminate()
    await ended
  }
  process.disconnect()
})
