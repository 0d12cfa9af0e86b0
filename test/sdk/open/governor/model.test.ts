/** A real model under a governor: the same tokens on fewer threads, pauses that hold up nothing but tokens. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { type Reader, systemReader } from '../../../../hal/index.js'
import { loadNative } from '../../../../kernels/native/load.js'
import { type Generation, type GovernorOptions, type Model, open, type Token } from '../../../../sdk/index.js'
import { machine, pi } from '../../../hal/sense/firmware.js'
import { VirtualClock } from '../../iot/virtual-clock.js'
import { all, drive, rig } from '../../robot/rig.js'

const { reason } = loadNative()
const native = reason === undefined
if (!native) console.log(`governed native model: ${reason}`)

/** This machine, with a thermal zone whose heat the test sets. */
function heated() {
  const state = { celsius: 40 }
  const files: Record<string, () => string> = {
    '/sys/class/thermal/thermal_zone0/type': () => 'cpu-thermal',
    '/sys/class/thermal/thermal_zone0/temp': () => String(state.celsius * 1000),
  }
  const system = systemReader()
  const read = (path: string) => (files[path] ? new TextEncoder().encode(files[path]()) : system.read(path))
  const list = (path: string) => (path === '/sys/class/thermal' ? ['thermal_zone0'] : system.list(path))
  return { ...system, read, list, later: { read: async (path) => read(path) }, state } as Reader & {
    state: typeof state
  }
}

test('opening asks a Raspberry Pi’s firmware nothing, unless a budget must be kept', async () => {
  const reader = pi('raspberry-pi-4b', { 'vcgencmd get_throttled': 'throttled=0x0' })
  const model = await open('pilot', { backend: 'ts', reader })
  expect(reader.asked).toEqual([])
  expect(model.device.sensors.every(({ kind }) => kind === 'temperature')).toBe(true)
  await model.close()
  const refused = open('pilot', { backend: 'ts', reader, governor: { maxWatts: 5 } })
  await expect(refused).rejects.toMatchObject({ kind: 'unsupported', message: expect.stringMatching(/no power chip/) })
})

async function governed(backend: string, governor: GovernorOptions = { maxCelsius: 60 }) {
  const clock = new VirtualClock()
  const reader = heated()
  const model = await open('pilot', {
    backend,
    threads: backend === 'ts' ? 1 : 4,
    reader,
    governor: { ...governor, clock },
  })
  const at = async (celsius: number, looks = 1) => {
    reader.state.celsius = celsius
    await clock.run(clock.now() + 1000 * looks)
  }
  return { model, clock, at, [Symbol.asyncDispose]: () => model.close() }
}

async function tokens(model: Model, each: (token: Token) => unknown = () => {}, signal?: AbortSignal) {
  const ids: number[] = []
  const generation = model.generate('go to the kitchen and wait ten seconds', { maxTokens: 24, temperature: 0, signal })
  for (;;) {
    const step = await generation.next()
    if (step.done) return { ids, end: step.value as Generation }
    ids.push(step.value.id)
    await each(step.value)
  }
}

test.skipIf(!native)('threads go and come back during a generation: the same tokens', async () => {
  const free = await open('pilot', { backend: 'native', threads: 4 })
  const expected = (await tokens(free)).ids
  await free.close()
  await using it = await governed('native')
  const seen: number[] = []
  const found = await tokens(it.model, async () => {
    const warm = seen.length < 6
    await it.at(warm ? 59 : 20, warm ? 1 : 6)
    seen.push(it.model.governor?.state.threads ?? 0)
    if (it.model.governor?.state.paused) await it.at(20)
  })
  expect(found.ids).toEqual(expected)
  expect(Math.min(...seen)).toBe(1)
  expect(seen.at(-1)).toBe(4)
  expect(found.end.pausedMs).toBeDefined()
})

test.each(native ? ['native', 'ts'] : ['ts'])('a pause holds up tokens alone, %s', async (backend) => {
  await using it = await governed(backend)
  const { model } = it
  await it.at(70, 5)
  expect(model.governor?.state).toMatchObject({ paused: true, threads: 1, celsius: 70 })
  let ended = false
  const waiting = tokens(model).then((found) => {
    ended = true
    return found
  })
  const stop = new AbortController()
  const cancelled = tokens(model, undefined, stop.signal)
  await sleep(60)
  expect(ended).toBe(false)
  // A robot that lives by it is stopped, as by a model that hangs.
  expect([model.alive(30)(), model.alive(60_000)()]).toEqual([false, true])
  stop.abort()
  expect((await cancelled).end.stopReason).toBe('cancelled')
  expect(ended).toBe(false)
  await it.at(40, 1)
  const { end, ids } = await waiting
  expect(ids.length).toBeGreaterThan(0)
  // A virtual second, and what its looks took.
  expect(end.pausedMs).toBe(1000)
  expect(model.governor?.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['paused', 'resumed']))
  expect(model.alive(2000)()).toBe(true)
})

test('a moving robot stops within its time while the model waits, and a stop is not late', async () => {
  await using it = await governed('ts')
  await using moving = await rig({ alive: it.model.alive(300) })
  const going = all(moving.robot.perform(drive(3)))
  await sleep(300)
  await it.at(70)
  const waiting = tokens(it.model).catch(() => undefined)
  const { error } = await going
  expect(error).toMatchObject({ kind: 'cancelled', message: expect.stringMatching(/alive/) })
  expect(moving.firmware.latched).toBe(true)
  expect((await moving.robot.stop('asked')).confirmed).toBe(true)
  await it.at(40)
  await waiting
})

test('closing ends who waits', async () => {
  const it = await governed('ts')
  await it.at(70)
  const waiting = tokens(it.model)
  const refused = expect(waiting).rejects.toMatchObject({ kind: 'closed' })
  await sleep(20)
  await it.model.close()
  await refused
})

test('a lost sensor is a fault of the model: its generations end, its robot stops', async () => {
  const it = await governed('ts')
  await it.at(Number.NaN, 6)
  await expect(tokens(it.model)).rejects.toMatchObject({ kind: 'io', message: /cpu-thermal.*check the sensor/ })
  expect(it.model.alive()()).toBe(false)
  await it.at(40, 2)
  expect((await tokens(it.model)).ids.length).toBeGreaterThan(0)
  expect(it.model.alive()()).toBe(true)
  await it.model.close()
})

test('no sensor, no budget: refused as it opens', async () => {
  const reader = machine('x64-container')
  await expect(open('pilot', { backend: 'ts', reader, governor: { maxCelsius: 60 } })).rejects.toMatchObject({
    kind: 'unsupported',
    message: /no sensor/,
  })
  await expect(open('pilot', { backend: 'ts', reader, governor: { maxWatts: 6 } })).rejects.toMatchObject({
    kind: 'unsupported',
    message: /no sensor/,
  })
})
