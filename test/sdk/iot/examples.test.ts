/** The IoT examples as a newcomer meets them: from dist, without a broker, a PLC or Node-RED. At once: most of it is waiting. */
import { execFile } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const root = new URL('../../../', import.meta.url)
const noDist = existsSync(new URL('dist/examples/greenhouse.js', root))
  ? undefined
  : 'dist/ is not built (npm run build:ts)'
if (noDist) console.warn(`skipped: ${noDist}`)

const run = async (file: string) =>
  (
    await promisify(execFile)(process.execPath, [fileURLToPath(new URL(`dist/examples/${file}`, root))], {
      timeout: 55_000,
    })
  ).stdout

it.skipIf(noDist).concurrent('the greenhouse acts by its rules, within its skills, and tells what it saw', async () => {
  const out = await run('greenhouse.js')
  expect(out).toMatch(/sensors are simulated/)
  expect(out).toMatch(/heat at 3\d\.\d: allowed \{.*"percent":80/)
  expect(out).toMatch(/dry at 2\d\.\d: clamped \{.*"seconds":30/)
  expect(out).toMatch(/"air": \d+ readings, unit "°C", 1\d/)
})

it.skipIf(noDist).concurrent(
  'the fleet shares its work, spares the hot board and goes on without the one that left',
  async () => {
    const out = await run('fleet.js')
    expect(out).toMatch(/broker is simulated/)
    for (const words of ['drive one metre forward', 'turn left', 'switch the light on'])
      expect(out).toContain(`"${words}": done`)
    expect(out).toMatch(/goes to garage/)
    expect(out).not.toMatch(/goes to attic/)
    expect(out).toMatch(/garage has left\n"switch the light on" goes to kitchen/)
    expect(out).toMatch(/kitchen did \{"metres":1,"skill":"drive"\}|kitchen did \{"skill":"drive","metres":1\}/)
  },
)

it.skipIf(noDist).concurrent('registers of a PLC become readings', async () => {
  const out = await run('modbus.js')
  expect(out).toMatch(/PLC is simulated/)
  expect(out).toMatch(/"boiler": \d+ readings, unit "°C", 2\d.*rising/)
  expect(out).toMatch(/"pressure": \d+ readings, unit "bar", 1\.5 to 1\.5.*steady/)
})

/** As much of Node-RED's runtime as a node sees when it is loaded, wired and removed. */
function runtime(settings: object) {
  const types = new Map<string, new (config: object) => FakeNode>()
  class FakeNode extends EventEmitter {
    statuses: { text: string }[] = []
    status(status: { text: string }) {
      this.statuses.push(status)
    }
  }
  const RED = {
    settings,
    nodes: {
      createNode: (node: object) => {
        const fresh = new FakeNode()
        Object.setPrototypeOf(node, FakeNode.prototype)
        Object.assign(node, fresh)
      },
      registerType: (name: string, type: new (config: object) => FakeNode) => types.set(name, type),
    },
  }
  /** Sends a message in; gives what came out, by output. */
  const send = (node: FakeNode, msg: object) =>
    new Promise<{ out: { payload: unknown; why?: string }[][]; error?: Error }>((resolve) => {
      const out: { payload: unknown }[][] = [[], []]
      const take = (msgs: ({ payload: unknown } | null)[]) => {
        for (const [i, one] of msgs.entries()) if (one) out[i].push(one)
      }
      node.emit('input', msg, take, (error?: Error) => resolve({ out, error }))
    })
  const close = (node: FakeNode) => new Promise((done) => node.emit('close', done))
  return { RED, types, send, close }
}

it.skipIf(noDist).concurrent('the Node-RED nodes load, write, act and close', async () => {
  const folder = new URL('examples/node-red-contrib-lutra/', root)
  const require = createRequire(folder)
  const manifest = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'))
  const { RED, types, send, close } = runtime({ lutraModule: new URL('dist/sdk/index.js', root).href })
  for (const [name, file] of Object.entries<string>(manifest['node-red'].nodes)) {
    require(`./${file}`)(RED)
    const page = readFileSync(new URL(file.replace('.js', '.html'), folder), 'utf8')
    expect(page).toContain(`registerType('${name}'`)
    expect(page).toContain(`data-template-name="${name}"`)
    expect(page).toContain(`data-help-name="${name}"`)
  }
  const Prompt = types.get('lutra-prompt')!
  const Actions = types.get('lutra-actions')!
  const prompt = new Prompt({ model: 'pilot', maxTokens: '8' })
  const actions = new Actions({ model: 'pilot', allow: 'drive' })
  const written = await send(prompt, { payload: 'drive two metres forward' })
  expect(written.error).toBeUndefined()
  const [tokens, [whole]] = written.out
  expect(tokens.map(({ payload }) => payload).join('')).toBe(whole.payload)
  expect(tokens.length).toBeGreaterThan(0)
  const first = send(prompt, { payload: 'turn left' })
  const cancelled = send(prompt, { payload: 'turn right' })
  await send(prompt, { cancel: true })
  // Each is said to be over, and neither is whole.
  expect([(await first).out[1], (await cancelled).out[1]]).toEqual([[], []])
  const driven = await send(actions, { payload: 'drive two metres forward' })
  expect(driven.out[0].map(({ payload }) => payload)).toEqual([{ skill: 'drive', metres: 2 }])
  const refused = await send(actions, { payload: 'turn left' })
  expect(refused.out[0]).toEqual([])
  expect(refused.out[1][0].why).toMatch(/not allowed/)
  expect((await send(actions, { payload: 7 })).error?.message).toMatch(/text/)
  await close(prompt)
  await close(actions)
})
