/** What stands behind the page: the hub's memory and its slow readers, the load sampler, the status. */
import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Subject } from 'rxjs'
import { afterEach, describe, expect, it } from 'vitest'
import { systemReader } from '../../../hal/reader.js'
import { open } from '../../../sdk/index.js'
import { floorPlan, roverSkills } from '../../../sdk/robot/index.js'
import { sendFault } from '../../../sdk/server/answer.js'
import { faultOf } from '../../../sdk/server/fault.js'
import type { WatchEvent } from '../../../sdk/server/index.js'
import { Metrics } from '../../../sdk/server/metrics.js'
import { type HubOptions, WatchHub } from '../../../sdk/server/watch/hub.js'
import { LoadSampler } from '../../../sdk/server/watch/load.js'
import { loadMetrics } from '../../../sdk/server/watch/metrics.js'
import { watchRobot } from '../../../sdk/server/watch/robot.js'
import { statusOf } from '../../../sdk/server/watch/status.js'
import { watched } from '../../../sdk/server/watch/watched.js'
import { until } from './served.js'

const open_: { server: Server; hub: WatchHub }[] = []
afterEach(async () => {
  for (const { server, hub } of open_.splice(0)) {
    hub.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

/** A hub behind HTTP, and a way to read it. */
async function hubAt(options?: HubOptions) {
  const hub = new WatchHub(options)
  const server = createServer((request, response) => {
    try {
      hub.serve(request, response)
    } catch (error) {
      sendFault(response, faultOf(error))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open_.push({ server, hub })
  const { port } = server.address() as AddressInfo
  const connect = async (last?: string) => {
    const request = get({ port, headers: last ? { 'last-event-id': last } : {} })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    request.on('error', () => {})
    response.on('error', () => {})
    return response
  }
  return { hub, connect }
}

interface Read {
  readonly events: WatchEvent[]
  readonly ids: string[]
  comments: number
}

function read(response: IncomingMessage): Read {
  const found: Read = { events: [], ids: [], comments: 0 }
  let rest = ''
  response.setEncoding('utf8').on('data', (text: string) => {
    const frames = (rest + text).split('\n\n')
    rest = frames.pop()!
    for (const frame of frames) {
      if (frame.startsWith(':')) found.comments++
      for (const line of frame.split('\n')) {
        if (line.startsWith('data: ')) found.events.push(JSON.parse(line.slice(6)))
        if (line.startsWith('id: ')) found.ids.push(line.slice(4))
      }
    }
  })
  return found
}

const token = (index: number, text = 'x') => ({ type: 'token', request: 'r', index, text }) as const
const verdict = (n: number) =>
  ({ type: 'verdict', request: 'r', action: { skill: 'drive', metres: n }, verdict: 'allowed', why: '' }) as const
const typesOf = ({ events }: Read) => events.map(({ type }) => type)

describe('the hub', () => {
  it('shows the last minutes to a page that comes later, in order, and tells how it goes on', async () => {
    const { hub, connect } = await hubAt()
    hub.emit({ type: 'request', request: 'r', kind: 'act', prompt: 'drive' })
    hub.emit(token(0))
    hub.emit(verdict(1))
    const late = read(await connect())
    await until(() => late.events.length === 4, 'what was told before')
    expect(typesOf(late)).toEqual(['hello', 'request', 'token', 'verdict'])
    expect(late.events[0]).toMatchObject({ instance: hub.instance, resumed: false })
    hub.emit(verdict(2))
    await until(() => late.events.length === 5, 'what is told now')
    const back = read(await connect(late.ids[3]))
    await until(() => back.events.length === 2, 'what was missed')
    expect(back.events).toMatchObject([{ type: 'hello', resumed: true }, { action: { metres: 2 } }])
    expect(hub.tokens).toBe(1)
  })

  it('begins anew for a page of another process, and where verdicts have been forgotten; not where tokens have', async () => {
    const { hub, connect } = await hubAt()
    hub.emit(verdict(0))
    const first = read(await connect())
    await until(() => first.events.length === 2, 'the first verdict')
    for (let i = 0; i < 4000; i++) hub.emit(token(i, 'some words of a long answer'))
    const back = read(await connect(first.ids[1]))
    await until(() => back.events.length > 500, 'the last tokens')
    expect(back.events[0]).toMatchObject({ resumed: true })
    expect(back.events.length).toBeLessThan(3000)
    for (let i = 0; i < 4000; i++) hub.emit(verdict(i))
    for (const last of [first.ids[1], 'another/3', 'nonsense', `${hub.instance}/999999`, `${hub.instance}/-1`]) {
      const anew = read(await connect(last))
      await until(() => anew.events.length > 0, 'a beginning')
      expect(anew.events[0], last).toMatchObject({ type: 'hello', resumed: false })
    }
  })

  it('leaves out tokens and loads for a page that reads too slowly, and nothing else; it says how many', async () => {
    const { hub, connect } = await hubAt({ slow: 4096, stuck: 64 << 20 })
    const response = await connect()
    // Nobody reads. The system takes some megabytes, then the hub's buffer fills.
    const long = 'y'.repeat(1500)
    const count = 6000
    for (let i = 0; i < count; i++) {
      hub.emit(token(i, long))
      if (i % 10 === 0) hub.emit(verdict(i))
    }
    const found = read(response)
    await until(() => found.events.filter(({ type }) => type === 'verdict').length === count / 10, 'every verdict')
    hub.emit(token(count))
    await until(() => typesOf(found).includes('lost'), 'a word about what was left out')
    const tokens = found.events.filter(({ type }) => type === 'token').length
    const lost = found.events.flatMap((one) => (one.type === 'lost' ? [one.events] : [])).reduce((a, b) => a + b, 0)
    expect(tokens).toBeLessThan(count)
    await until(() => found.events.filter(({ type }) => type === 'token').length + lost === count + 1, 'the rest')
  })

  it('hangs up on a page that is stuck, rather than fill memory', async () => {
    const { hub, connect } = await hubAt({ slow: 4096, stuck: 65_536 })
    const response = await connect()
    const closed = new Promise((resolve) => response.once('close', resolve))
    for (let i = 0; hub.watchers > 0; i++) {
      hub.emit({ ...verdict(i), why: 'z'.repeat(1500) })
      if (i > 100_000) throw new Error('Expected it to hang up')
    }
    response.resume()
    await closed
  })

  it('gives signs of life, refuses the page too many, and bounds every text', async () => {
    const { hub, connect } = await hubAt({ heartbeat: 20, watchers: 1 })
    const seen: boolean[] = []
    hub.onWatched((watched) => seen.push(watched))
    const response = await connect()
    const found = read(response)
    await until(() => found.comments > 1, 'two signs of life')
    expect((await connect()).statusCode).toBe(503)
    const cycle: Record<string, unknown> = {}
    cycle.self = cycle
    hub.emit({ type: 'request', request: 'r', kind: 'chat', prompt: 'p'.repeat(1e6) })
    hub.emit({ ...verdict(1), action: Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key ${i}`, i])) })
    hub.emit({ ...verdict(2), action: cycle })
    await until(() => found.events.length === 4, 'three events')
    expect(JSON.stringify(found.events).length).toBeLessThan(10_000)
    expect(found.events[3]).toMatchObject({ type: 'verdict', unreadable: true })
    response.destroy()
    await until(() => hub.watchers === 0, 'nobody')
    expect(seen).toEqual([false, true, false])
  })
})

describe('a robot that is watched', () => {
  it('tells a change of mode at once, and telemetry four times a second with the last word', async () => {
    const told: { mode: string; x: unknown }[] = []
    const hub = {
      emit: (one: { mode: string; telemetry?: { x: unknown } }) => told.push({ mode: one.mode, x: one.telemetry?.x }),
    }
    const state = new Subject<{ mode: string; latched: boolean; telemetry?: Record<string, unknown> }>()
    const leave = watchRobot(hub as unknown as WatchHub, state)
    for (let x = 0; x < 50; x++) state.next({ mode: 'moving', latched: false, telemetry: { x } })
    expect(told).toEqual([{ mode: 'moving', x: 0 }])
    state.next({ mode: 'stopped', latched: true, telemetry: { x: 50 } })
    expect(told[1]).toEqual({ mode: 'stopped', x: 50 })
    for (let x = 51; x < 60; x++) state.next({ mode: 'stopped', latched: true, telemetry: { x } })
    await until(() => told.length === 3, 'the last word')
    expect(told[2]).toEqual({ mode: 'stopped', x: 59 })
    state.error(new Error('the line broke'))
    expect(told[3]).toEqual({ mode: 'closed', x: undefined })
    leave()
  })
})

describe('the load', () => {
  const machine = systemReader()
  const counters = () => ({ running: 2, waiting: 3, tokens: performance.now() })
  const sensors: Record<string, string> = {
    '/sys/class/thermal/thermal_zone0/type': 'cpu',
    '/sys/class/thermal/thermal_zone0/temp': '51250',
    '/sys/class/thermal/thermal_zone1/type': 'cpu',
    '/sys/class/thermal/thermal_zone1/temp': '48000',
    '/sys/class/power_supply/battery/power_now': '3500000',
    '/proc/self/status': 'Name:\tnode\nThreads:\t17\n',
  }
  const reader = {
    ...machine,
    list: (path: string) =>
      path === '/sys/class/thermal'
        ? ['thermal_zone0', 'thermal_zone1']
        : path === '/sys/class/power_supply'
          ? ['battery']
          : [],
    read: (path: string) => (sensors[path] ? new TextEncoder().encode(sensors[path]) : machine.read(path)),
  }

  it('reads what there is, tells equal names apart, and leaves out what there is not', () => {
    const load = new LoadSampler({ counters, reader })
    const found = load.latest()
    expect(found).toMatchObject({
      temperatures: { cpu: 51.25, 'cpu 2': 48 },
      watts: { battery: 3.5 },
      threads: 17,
      running: 2,
      waiting: 3,
    })
    expect(found.residentBytes).toBeGreaterThan(1e6)
    expect(found.freeBytes).toBeGreaterThan(1e6)
    expect(found).not.toHaveProperty('lutCore')
    load.close()
    const bare = new LoadSampler({ counters, reader: { ...machine, list: () => [], read: () => undefined } })
    expect(bare.latest()).toMatchObject({ temperatures: {}, watts: {} })
    expect(bare.latest()).not.toHaveProperty('threads')
    bare.close()
  })

  it('tells joules, what a token costs, what slows the machine, and what a budget does', async () => {
    const files: Record<string, string> = {
      ...sensors,
      '/sys/class/power_supply/battery/status': 'Discharging',
      '/sys/class/hwmon/hwmon0/name': 'rpi_volt',
      '/sys/class/hwmon/hwmon0/in0_lcrit_alarm': '1',
    }
    const list = (path: string) =>
      path === '/sys/class/hwmon'
        ? ['hwmon0']
        : path.endsWith('hwmon0')
          ? ['name', 'in0_lcrit_alarm']
          : reader.list(path)
    const read = (path: string) => (files[path] ? new TextEncoder().encode(files[path]) : reader.read(path))
    const budget = { threads: 2, most: 4, paused: false, pausedMs: 1500, celsius: 70 }
    const metered = { ...reader, list, read, later: { read: async (path: string) => read(path) } }
    const load = new LoadSampler({ counters, reader: metered, every: 30, governor: () => budget })
    expect(load.latest()).toMatchObject({ energy: 'no reading yet: battery', governor: budget })
    await until(() => typeof load.latest().energy !== 'string', 'a lap of the meter')
    const { energy, throttling } = load.latest()
    if (typeof energy === 'string') throw new Error(energy)
    expect(energy).toMatchObject({ sensor: 'battery', covers: 'board', watts: expect.closeTo(3.5, 6) })
    // A thousand tokens a second by this counter.
    expect(energy.joulesPerToken).toBeGreaterThan(0.001)
    expect(energy.joulesPerToken).toBeLessThan(0.01)
    expect(throttling).toEqual({ now: expect.arrayContaining(['under-voltage']), sinceBoot: expect.any(Array) })
    const metrics = new Metrics()
    loadMetrics(metrics, { load: () => load.latest(), joules: () => load.joules })
    expect(metrics.text()).toMatch(/^lutra_energy_joules_total \d+\.\d+$/m)
    for (const row of ['lutra_throttled 1', 'lutra_governor_threads 2', 'lutra_governor_paused_seconds_total 1.5'])
      expect(metrics.text()).toContain(`\n${row}\n`)
    load.close()
    const bare = new LoadSampler({ counters, reader: { ...machine, list: () => [], read: () => undefined } })
    expect(bare.latest()).toMatchObject({ energy: expect.stringMatching(/^no sensor: ./) })
    bare.close()
  })

  it('samples while it is watched, sleeps else, and feels a loop that is blocked', async () => {
    const load = new LoadSampler({ counters, reader, every: 50 })
    const told: { max: number; rate: number }[] = []
    load.onLoad(({ lateness, tokensPerSecond }) => told.push({ max: lateness.max, rate: tokensPerSecond }))
    await new Promise((resolve) => setTimeout(resolve, 120))
    expect(told).toEqual([])
    load.watched(true)
    await until(() => told.length > 1, 'two samples')
    // The counter goes by the clock: a thousand tokens a second.
    expect(told[1].rate).toBeGreaterThan(990)
    expect(told[1].rate).toBeLessThan(1010)
    const before = told.length
    const blocked = performance.now() + 150
    while (performance.now() < blocked);
    await until(() => told.length > before + 1, 'a sample after the pause')
    expect(Math.max(...told.slice(before).map(({ max }) => max))).toBeGreaterThan(120)
    load.watched(false)
    await new Promise((resolve) => setTimeout(resolve, 70))
    const last = told.length
    await new Promise((resolve) => setTimeout(resolve, 120))
    expect(told.length).toBe(last)
    load.close()
  })

  it('tells the occupancy of the LUT core where it is simulated, as the plan lends it', async () => {
    const model = await open('pilot', { backend: 'lut-core' })
    const limits = { concurrent: 1, queue: 1, context: 512 }
    const watch = watched({ model, limits, line: { running: 0, waiting: 0 }, reader, every: 20 })
    const seen: number[] = []
    const look = () => {
      const { lutCore } = watch.load()
      if (lutCore && lutCore.occupancy > 0) seen.push(lutCore.occupancy)
      return seen.length > 0
    }
    watch.load()
    await model.interpret('turn left')
    await until(look, 'a core that works')
    // Rows of 256 and 512 fill all 64 lanes; of the two token lanes one is idle where one token comes alone.
    for (const occupancy of seen) {
      expect(occupancy).toBeGreaterThanOrEqual(0.5)
      expect(occupancy).toBeLessThanOrEqual(1)
    }
    const status = await statusOf({ model, limits })
    expect(status.plan.accelerator).toMatchObject({
      name: 'lut-core',
      module: 'accelerator.js',
      lut: { simulated: true },
    })
    expect(JSON.stringify(status)).not.toContain(process.cwd())
    watch.close()
    await model.close()
  })
})

it('the status holds plan, back ends with reasons, robot and map, and no path of this machine', async () => {
  const model = await open('pilot')
  const robot = { name: 'rover', simulated: true, skills: roverSkills }
  const status = await statusOf({ model, limits: { concurrent: 4, queue: 64, context: 512 }, robot, map: floorPlan() })
  expect(status.plan).toEqual(model.plan)
  expect(status.backends.map(({ name }) => name).sort()).toEqual(model.plan.candidates.map(({ name }) => name).sort())
  for (const { available, reason } of status.backends) expect(available || reason !== undefined).toBe(true)
  expect(status.robot?.skills.drive.parameters).toMatchObject({ properties: { metres: { unit: 'm' } } })
  expect(status.map?.places.kitchen).toEqual(floorPlan().places.kitchen)
  expect(status.map?.walls.length).toBeGreaterThan(10)
  expect(new Set(status.map?.marks.map(({ kind }) => kind))).toEqual(new Set(['edge', 'person', 'line']))
  expect(JSON.stringify(status)).not.toContain(process.cwd())
  await model.close()
})
