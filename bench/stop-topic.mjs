/**
 * How long from publishing on a service's stop topic to robot.stop() in another process, over mosquitto? `npm run bench stop-topic`
 *   node bench/stop-topic.mjs [--stops 500]
 * The service is a process of its own with a simulated robot; it notes when its stop is called, by the system's monotonic
 * clock. Idle, and while the pilot reads instructions all the time. The way on to the board: stop-latency.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const self = fileURLToPath(import.meta.url)
const options = { stops: { type: 'string', default: '500' }, service: { type: 'string' } }
const { values } = parseArgs({ options })
if (values.service) await service(values.service)
else await main()

async function service(url) {
  const { open, robot } = await import('../dist/sdk/index.js')
  const { mqttService } = await import('../dist/sdk/iot/index.js')
  const rover = await robot('simulated')
  const actor = {
    name: rover.name,
    simulated: true,
    skills: rover.skills,
    get now() {
      return rover.now
    },
    perform: (actions) => rover.perform(actions),
    reset: () => rover.reset(),
    stop: (reason) => {
      process.send({ at: process.hrtime.bigint().toString() })
      return rover.stop(reason)
    },
  }
  const model = await open('pilot')
  const on = await mqttService(model, { url, prefix: 'bench', robot: actor })
  let busy = false
  process.on('message', async (message) => {
    if (message.reset) await on.reset()
    busy = message.busy ?? busy
    process.send({ ready: true })
    while (message.busy && busy) await model.interpret('drive two metres forward, then turn left')
  })
  process.on('disconnect', () => process.exit())
  process.send({ ready: true })
}

async function main() {
  const program = ['/usr/sbin/mosquitto', 'mosquitto'].find((path) => spawnSync(path, ['-h']).error === undefined)
  if (program === undefined) return console.log('skipped: mosquitto is not here (apt-get install mosquitto)')
  const { connect } = await import('../dist/sdk/iot/index.js')
  const folder = mkdtempSync(join(tmpdir(), 'lutra-stop-'))
  const port = await freePort()
  const user = process.getuid?.() === 0 ? 'user root\n' : ''
  writeFileSync(join(folder, 'conf'), `listener ${port} 127.0.0.1\nallow_anonymous true\nlog_dest none\n${user}`)
  const broker = spawn(program, ['-c', join(folder, 'conf')], { stdio: 'ignore' })
  const url = `mqtt://127.0.0.1:${port}`
  await setTimeout(500)
  const child = spawn(process.execPath, [self, '--service', url], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const next = () => new Promise((heard) => child.once('message', heard))
  child.once('exit', () => {
    broker.kill('SIGKILL')
    process.exit(1)
  })
  try {
    await next()
    const line = await connect({ url })
    const load = loadavg()[0].toFixed(1)
    console.log(
      `${cpus()[0].model}, ${availableParallelism()} cores, load ${load} before; ${values.stops} stops each, simulated robot`,
    )
    for (const busy of [false, true]) {
      child.send({ busy })
      await next()
      const late = []
      for (let i = 0; i < Number(values.stops); i++) {
        await setTimeout(2 + Math.random() * 10)
        const called = next()
        const pressed = process.hrtime.bigint()
        line.publish('bench/stop', 'bench')
        late.push(Number(BigInt((await called).at) - pressed) / 1e6)
        child.send({ reset: true })
        await next()
      }
      late.sort((a, b) => a - b)
      const at = (share) => late[Math.min(late.length - 1, Math.floor(late.length * share))].toFixed(2)
      console.log(
        `${(busy ? 'pilot at work' : 'idle').padEnd(16)} p50 ${at(0.5)}  p99 ${at(0.99)}  max ${late.at(-1).toFixed(2)} ms`,
      )
    }
    await line.close()
  } finally {
    child.removeAllListeners('exit')
    child.disconnect()
    broker.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((ready) => server.once('listening', ready))
  const { port } = server.address()
  await new Promise((done) => server.close(done))
  return port
}
