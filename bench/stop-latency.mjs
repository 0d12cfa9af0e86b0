/**
 * How long from robot.stop() to the stop frame at the far end of a pseudo-terminal, while a model generates? `npm run bench stop-latency`
 *   node bench/stop-latency.mjs [--stops 1000] [--shape tiny] [--layers 8] [--threads N]
 * The far end is a process of its own (the simulated rover) that notes when each stop arrives, by the system's monotonic
 * clock. Idle, with the pilot, and with a larger model of random weights, all cores generating. Goal: p99 under 5 ms.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const self = fileURLToPath(import.meta.url)
const { values } = parseArgs({
  options: {
    stops: { type: 'string', default: '1000' },
    shape: { type: 'string', default: 'tiny' },
    layers: { type: 'string', default: '8' },
    threads: { type: 'string', default: String(availableParallelism()) },
    'far-end': { type: 'boolean' },
  },
})
if (values['far-end']) await farEnd()
else await main()

/** The board: a simulated rover on a pseudo-terminal, and the time of each chunk that holds a stop frame. */
async function farEnd() {
  const { openPty } = await import('../dist/examples/simulated-rover/pty.js')
  const { Firmware } = await import('../dist/sdk/robot/simulated-rover/firmware.js')
  const pty = openPty()
  if (pty.path === undefined) return process.send({ reason: pty.reason })
  const stop = Buffer.from([0, 2, 4, 1, 3, 0x5c, 0x10, 0])
  pty.board.bytes.subscribe((bytes) => {
    if (Buffer.from(bytes).includes(stop)) process.send({ at: process.hrtime.bigint().toString() })
  })
  new Firmware(pty.board)
  process.send({ path: pty.path })
  process.on('disconnect', () => process.exit())
}

async function main() {
  const { open, robot } = await import('../dist/sdk/index.js')
  const { writeRandom } = await import('./models/random.mjs')
  const board = spawn(process.execPath, [self, '--far-end'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [hello] = await new Promise((heard) => board.once('message', (...message) => heard(message)))
  if (hello.reason) {
    console.log(`skipped: ${hello.reason}`)
    return board.disconnect()
  }
  const load = loadavg()[0].toFixed(1)
  console.log(`${cpus()[0].model}, ${availableParallelism()} cores, load ${load} before; ${values.stops} stops each`)
  const rover = await robot(hello.path)
  const arrivals = []
  board.on('message', ({ at }) => arrivals.push(BigInt(at)))

  await measure('idle', rover, arrivals, async () => {})
  await loaded('pilot', 'pilot')
  const folder = mkdtempSync(join(tmpdir(), 'lutra-stop-'))
  try {
    const file = join(folder, 'random.gguf')
    writeRandom(values.shape, 'Q4_0', file, { layers: Number(values.layers) })
    await loaded(`${values.shape}, ${values.layers} layers of random Q4_0`, file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  await rover.close()
  board.disconnect()

  async function loaded(name, what) {
    const model = await open(what, { threads: Number(values.threads) })
    const { name: backend, threads } = model.backend
    let going = true
    let tokens = 0
    const generate = async () => {
      const state = model.program.createState()
      while (going) {
        if (state.length + 1 >= model.program.context) state.truncate(0)
        await model.program.run(state, Int32Array.of(5), 'last')
        tokens++
      }
      state.close()
    }
    const generating = generate()
    await measure(`${name} (${backend}, ${threads} threads)`, rover, arrivals, async () => tokens)
    going = false
    await generating
    await model.close()
  }
}

async function measure(name, rover, arrivals, tokens) {
  const late = []
  const began = performance.now()
  const before = (await tokens()) ?? 0
  for (let i = 0; i < Number(values.stops); i++) {
    // At any moment of a token, in the middle of an action.
    const going = new Promise((done) => rover.perform({ skill: 'wait', seconds: 60 }).subscribe({ error: done }))
    await setTimeout(5 + Math.random() * 20)
    arrivals.length = 0
    const pressed = process.hrtime.bigint()
    const { confirmed } = await rover.stop()
    if (!confirmed) throw new Error('Expected the board to confirm its stop')
    while (arrivals.length === 0) await setTimeout(1)
    late.push(Number(arrivals[0] - pressed) / 1e6)
    await going
    await rover.reset()
  }
  late.sort((a, b) => a - b)
  const at = (share) => late[Math.min(late.length - 1, Math.floor(late.length * share))].toFixed(2)
  const seconds = (performance.now() - began) / 1000
  const rate = (((await tokens()) ?? 0) - before) / seconds
  console.log(
    `${name.padEnd(52)} p50 ${at(0.5)}  p99 ${at(0.99)}  max ${late.at(-1).toFixed(2)} ms  (${rate.toFixed(1)} tokens/s)`,
  )
}
