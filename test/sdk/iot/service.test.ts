/** The service on a real broker (mosquitto), with a simulated model and a simulated rover. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Connection } from '../../../sdk/iot/broker/connection.js'
import { connect, mqttService, type Service, type ServiceOptions } from '../../../sdk/iot/index.js'
import { roverSkills } from '../../../sdk/robot/skills.js'
import { all, rig } from '../robot/rig.js'
import { Listener } from './listener.js'
import { type Mosquitto, mosquitto, noMosquitto } from './mosquitto.js'
import { type SimulatedModel, simulatedModel } from './simulated-model.js'

const open: { close(): Promise<unknown> }[] = []
let broker: Mosquitto
let client: Connection
let ears: Listener
let count = 0

/** A service under a prefix of its own, and what happens there. */
async function serve(
  options: ServiceOptions = {},
  model = simulatedModel(),
): Promise<Service & { model: SimulatedModel }> {
  const prefix = `test/${count++}`
  await client.subscribe(`${prefix}/#`)
  const service = await mqttService(model, { url: broker.url, prefix, reconnect: 50, ...options })
  open.push(service)
  return Object.assign(Object.create(service), { model }) as Service & { model: SimulatedModel }
}

const drive = (metres: number, more = '') => JSON.stringify([{ skill: 'drive', metres }]) + more

describe.skipIf(noMosquitto)('a service on mosquitto', () => {
  beforeAll(async () => {
    broker = await mosquitto()
  })
  afterAll(() => broker.stop())
  beforeEach(async () => {
    client = await connect({ url: broker.url, reconnect: 50 })
    ears = new Listener(client)
    return async () => {
      for (const one of open.splice(0)) await one.close()
      await client.close()
    }
  })

  it('answers plain text with tokens in batches and one answer', async () => {
    const service = await serve()
    await client.publish(`${service.prefix}/prompt`, 'one two three four')
    const { json, topic } = await ears.wait(({ topic }) => topic.startsWith(`${service.prefix}/answer/`))
    expect(json).toMatchObject({ type: 'answer', state: 'done', text: 'one two three four', tokens: 4 })
    const id = topic.split('/').at(-1)
    const parts = ears.on(`${service.prefix}/tokens/${id}`)
    expect(parts.map(({ json }) => json.text).join('')).toBe('one two three four')
    expect(parts.map(({ json }) => json.n)).toEqual(parts.map((_, i) => i))
    expect(parts.length).toBeLessThan(4)
  })

  it('honours response topic and correlation data', async () => {
    const service = await serve()
    await client.subscribe('reply/me')
    const correlationData = Buffer.from([1, 2, 3, 255])
    await client.publish(`${service.prefix}/prompt`, '{"prompt":"hello there","options":{"maxTokens":1}}', {
      responseTopic: 'reply/me',
      correlationData,
    })
    const answer = await ears.wait(({ topic, json }) => topic === 'reply/me' && json.type === 'answer')
    expect(answer.json).toMatchObject({ state: 'done', text: 'hello ' })
    expect(Buffer.from(answer.message.correlationData!)).toEqual(correlationData)
    expect(ears.heard.some(({ topic }) => topic.startsWith(`${service.prefix}/answer`))).toBe(false)
  })

  it('publishes nothing where a stranger should not', async () => {
    const service = await serve()
    const bad = [`${service.prefix}/stop`, 'homeassistant/device/x/config', '$SYS/x', 'a/#']
    for (const responseTopic of bad)
      await client.publish(`${service.prefix}/prompt`, 'hi', { responseTopic }).catch(() => {})
    await client.publish(`${service.prefix}/prompt`, '{"id":"after","prompt":"x"}')
    await ears.answer('after')
    expect(service.model.asked).toEqual(['x'])
    expect(ears.on(`${service.prefix}/stop`)).toEqual([])
  })

  it('refuses hostile payloads with a word, and lives on', async () => {
    const service = await serve({ limits: { payloadBytes: 10_000 } })
    const send = (payload: string | Uint8Array, id: string) =>
      client.publish(`${service.prefix}/prompt`, payload, { correlationData: Buffer.from(id) })
    const hostile: Record<string, [string | Uint8Array, string]> = {
      utf8: [Buffer.from([0xff, 0xfe, 0x80, 0x41]), 'format'],
      huge: [Buffer.alloc(10 << 20, 0x61), 'limit'],
      bomb: [`{"prompt":${'['.repeat(4900)}${']'.repeat(4900)}}`, 'format'],
      torn: ['{"prompt":"x"', 'format'],
      empty: ['', 'format'],
      list: ['{"prompt":["x"]}', 'format'],
      proto: ['{"__proto__":{"prompt":"x"}}', 'format'],
      option: ['{"prompt":"x","options":{"logitBias":{"1":-1}}}', 'format'],
      nan: ['{"prompt":"x","options":{"temperature":1e999}}', 'format'],
      schema: [`{"prompt":"x","schema":{"enum":["${'y'.repeat(5000)}"]}}`, 'limit'],
      badId: ['{"id":"../../stop","prompt":"x"}', 'format'],
      plus: ['{"id":"a+#","prompt":"x"}', 'format'],
    }
    for (const [id, [payload]] of Object.entries(hostile)) await send(payload, id)
    for (const [id, [, kind]] of Object.entries(hostile))
      expect((await ears.answer(id)).json, id).toMatchObject({ state: 'refused', error: { kind } })
    expect(service.model.asked).toEqual([])
    await send('still there', 'alive')
    expect((await ears.answer('alive')).json.state).toBe('done')
  })

  it('works on what came twice once, and answers again', async () => {
    const service = await serve()
    const prompt = '{"id":"once","prompt":"a b"}'
    await Promise.all([1, 2, 3].map(() => client.publish(`${service.prefix}/prompt`, prompt)))
    await ears.answer('once')
    await client.publish(`${service.prefix}/prompt`, prompt)
    await ears.wait(() => ears.on(`${service.prefix}/answer/once`).length === 2)
    expect(service.model.asked).toEqual(['a b'])
  })

  it('never finds an old prompt again', async () => {
    const service = await serve()
    await client.publish(`${service.prefix}/prompt`, '{"id":"old","prompt":"old"}', { retain: true })
    await ears.wait(({ topic, json }) => topic.startsWith(`${service.prefix}/answer/`) && json.state === 'refused')
    await service.close()
    const again = await mqttService(service.model, { url: broker.url, prefix: service.prefix })
    open.push(again)
    await client.publish(`${service.prefix}/prompt`, '{"id":"new","prompt":"new"}')
    await ears.answer('new')
    expect(service.model.asked).toEqual(['new'])
    await client.publish(`${service.prefix}/prompt`, '', { retain: true })
  })

  it('bounds queue, clients and rate, and forgets what has expired', async () => {
    const model = simulatedModel({ pace: 40 })
    const service = await serve({ limits: { queue: 2, perClient: 3, rate: { requests: 6, ms: 60_000 } } }, model)
    const send = (id: string, more = {}, expirySeconds?: number) =>
      client.publish(`${service.prefix}/prompt`, JSON.stringify({ id, prompt: 'a b c', ...more }), { expirySeconds })
    await send('1', { client: 'x', prompt: 'w '.repeat(30) })
    await send('2', { client: 'x' }, 1)
    await send('3', { client: 'x' })
    await send('4', { client: 'x' })
    await send('5', { client: 'y' })
    const why = async (id: string) => (await ears.answer(id)).json.error?.message
    expect(await why('4')).toMatch(/3 requests of one client/)
    expect(await why('5')).toMatch(/2 requests to wait/)
    expect(await why('2')).toMatch(/too late/)
    expect((await ears.answer('3')).json.state).toBe('done')
    // What found no room may be asked again.
    await send('5', { client: 'y' })
    await ears.wait(() => ears.on(`${service.prefix}/answer/5`).at(-1)?.json.state === 'done')
    for (const id of ['6', '7', '8', '9']) await send(id, { client: id, prompt: 'z' })
    expect(await why('9')).toMatch(/6 requests in 60000 ms/)
  })

  it('drives a robot, tells verdicts and reports, and stops it before anything else', async () => {
    await using it = await rig()
    const service = await serve({ robot: it.robot, allowReset: true })
    const reasons: string[] = []
    service.stops.subscribe((reason) => reasons.push(reason))
    const send = (id: string, prompt: string) =>
      client.publish(`${service.prefix}/prompt`, JSON.stringify({ id, prompt }))
    await send('short', drive(0.02))
    expect((await ears.answer('short')).json).toMatchObject({ state: 'done', executed: true })
    const told = ears.on(`${service.prefix}/actions/short`).map(({ json }) => json.verdict ?? json.state)
    expect([told[0], told[1], told.at(-1)]).toEqual(['allowed', 'started', 'done'])

    await send('long', drive(20))
    await send('waiting', drive(1))
    await ears.wait(({ topic, json }) => topic.endsWith('/actions/long') && json.state === 'started')
    await client.publish(`${service.prefix}/stop`, Buffer.from([0xff, 0]))
    expect((await ears.answer('long')).json.state).toBe('cancelled')
    expect((await ears.answer('waiting')).json.state).toBe('cancelled')
    expect(it.robot.now.latched).toBe(true)
    expect(reasons).toHaveLength(1)
    await send('latched', drive(1))
    expect((await ears.answer('latched')).json).toMatchObject({ state: 'refused', error: { kind: 'unsafe' } })
    await ears.wait(({ topic, json }) => topic.endsWith('/status') && json.state === 'stopped')

    await client.publish(`${service.prefix}/reset`, 'x', { retain: true })
    await client.publish(`${service.prefix}/reset`, '', { retain: true })
    await ears.wait(({ topic, json }) => topic.endsWith('/status') && json.at && json.state === 'stopped')
    await client.publish(`${service.prefix}/reset`, 'x')
    await ears.wait(() => ears.on(`${service.prefix}/status`).at(-1)?.json.state === 'idle')
    await send('again', drive(0.02))
    expect((await ears.answer('again')).json.state).toBe('done')
    expect(it.monitor.wrongs).toEqual([])
  })

  it('refuses what the skills do not allow, whoever asks', async () => {
    await using it = await rig()
    const service = await serve({ robot: it.robot, guard: { allow: ['drive'], outOfRange: 'refuse' } })
    const ask = async (id: string, actions: unknown) => {
      await client.publish(`${service.prefix}/prompt`, JSON.stringify({ id, prompt: JSON.stringify(actions) }))
      return (await ears.answer(id)).json
    }
    expect(await ask('far', [{ skill: 'drive', metres: 900 }])).toMatchObject({ state: 'refused', actions: [] })
    expect(await ask('other', [{ skill: 'grip', state: 'close' }])).toMatchObject({ state: 'refused', actions: [] })
    expect(await ask('foreign', [{ skill: 'explode' }])).toMatchObject({ state: 'refused', actions: [] })
    expect(it.monitor.wrongs).toEqual([])
  })

  it('stops the robot when the line is lost, says offline by its will, and comes back', async () => {
    await using it = await rig()
    const service = await serve({ robot: it.robot })
    const reasons: string[] = []
    service.stops.subscribe((reason) => reasons.push(reason))
    await client.publish(`${service.prefix}/prompt`, JSON.stringify({ id: 'long', prompt: drive(20) }))
    await ears.wait(({ topic, json }) => topic.endsWith('/actions/long') && json.state === 'started')
    await broker.restart('SIGKILL')
    for (let i = 0; i < 200 && !it.robot.now.latched; i++) await sleep(20)
    expect(it.robot.now.latched).toBe(true)
    expect(reasons[0]).toMatch(/line to the broker/)
    await ears.wait(
      ({ topic, json, message }) => topic.endsWith('/status') && json.state === 'stopped' && message.topic !== '',
    )
    expect(it.monitor.wrongs).toEqual([])
  })

  it('begins no instruction while the line is down', async () => {
    await using it = await rig()
    const service = await serve({ robot: it.robot }, simulatedModel({ pace: 20 }))
    const send = (words: object) => client.publish(`${service.prefix}/prompt`, JSON.stringify(words))
    await send({ id: 'words', kind: 'text', prompt: 'w '.repeat(25) })
    await send({ id: 'blind', prompt: drive(1) })
    await ears.wait(({ topic, json }) => topic.endsWith('/status') && json.queue === 1)
    await broker.restart('SIGKILL', 1000)
    for (let i = 0; i < 200 && (service.status.running ?? 0) > 0; i++) await sleep(20)
    expect(service.model.asked).toHaveLength(1)
    expect(service.status).toMatchObject({ running: 0, queue: 0 })
    expect(it.monitor.wrongs).toEqual([])
  })

  it('stops a robot that was opened elsewhere, also one that is opened after the stop', async () => {
    const service = await serve()
    await using early = await rig({ emergency: service.stops })
    const driving = all(early.robot.perform({ skill: 'drive', metres: 20 }))
    await client.publish(`${service.prefix}/stop`, 'enough')
    expect((await driving).error).toMatchObject({ message: expect.stringMatching(/stop topic: enough/) })
    expect(early.robot.now.latched).toBe(true)
    await using late = await rig({ emergency: service.stops })
    expect((await all(late.robot.perform({ skill: 'drive', metres: 1 }))).error).toMatchObject({ kind: 'unsafe' })
    expect(late.monitor.wrongs).toEqual([])
    await service.reset()
    await using fresh = await rig({ emergency: service.stops })
    expect((await all(fresh.robot.perform({ skill: 'drive', metres: 0.02 }))).error).toBeUndefined()
    // An input that has ended watches no more: that is a stop as well.
    await service.close()
    expect(fresh.robot.now.latched).toBe(true)
  })

  it('executes nothing of a dry run, and asks a person where a skill wants one', async () => {
    await using it = await rig()
    const dry = await serve({ robot: it.robot, guard: { dry: true } })
    await client.publish(`${dry.prefix}/prompt`, JSON.stringify({ id: 'dry', prompt: drive(1) }))
    expect((await ears.answer('dry')).json).toMatchObject({ state: 'done', actions: [], executed: false })
    expect(ears.on(`${dry.prefix}/actions/dry`).map(({ json }) => json.verdict)).toEqual(['allowed'])
    const skills = { ...roverSkills, drive: { ...roverSkills.drive, confirm: true } }
    for (const [id, confirm, state] of [
      ['nobody', undefined, 'refused'],
      ['no', async () => false, 'refused'],
      ['yes', async () => true, 'done'],
    ] as const) {
      const service = await serve({ robot: it.robot, skills, guard: { confirm } })
      await client.publish(`${service.prefix}/prompt`, JSON.stringify({ id, prompt: drive(0.02) }))
      expect((await ears.answer(id)).json.state, id).toBe(state)
    }
    expect(it.monitor.wrongs).toEqual([])
  })

  it('keeps a retained status and leaves offline behind', async () => {
    const service = await serve({ board: 'test board', temperature: () => 42.5, statusSeconds: 0.05 })
    const late = await connect({ url: broker.url })
    open.push(late)
    const heard = new Listener(late)
    await late.subscribe(`${service.prefix}/status`)
    const { json } = await heard.wait(({ message }) => message.retain)
    expect(json).toMatchObject({
      online: true,
      state: 'idle',
      model: 'simulated model',
      board: 'test board',
      temperature: 42.5,
      queue: 0,
    })
    await service.close()
    await heard.wait(({ json }) => json.online === false)
  })

  it('stops decoding when it is closed', async () => {
    const model = simulatedModel({ pace: 20 })
    const service = await serve({}, model)
    await client.publish(`${service.prefix}/prompt`, JSON.stringify({ id: 'x', prompt: 'w '.repeat(500) }))
    await ears.wait(({ topic }) => topic.endsWith('/tokens/x'))
    await service.close()
    expect((await ears.answer('x')).json.state).toBe('cancelled')
    for (let i = 0; i < 100 && model.running > 0; i++) await sleep(10)
    expect(model).toMatchObject({ running: 0, cancelled: 1 })
  })
})
