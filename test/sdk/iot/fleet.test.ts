/** The fleet's rules one by one, on a broker in memory; for real in fleet.long.test.ts. */
import { lastValueFrom, toArray } from 'rxjs'
import { afterEach, expect, it } from 'vitest'
import type { Will } from '../../../sdk/iot/broker/connection.js'
import { choose, fits, type Health } from '../../../sdk/iot/fleet/health.js'
import { better, type Job, readJob } from '../../../sdk/iot/fleet/job.js'
import { type FleetNews, fleetClient, fleetMember, type MemberOptions, MemoryBroker } from '../../../sdk/iot/index.js'
import { requestLimits } from '../../../sdk/iot/request/request.js'
import { rig } from '../robot/rig.js'
import { Listener } from './listener.js'
import { simulatedModel } from './simulated-model.js'
import { VirtualClock } from './virtual-clock.js'

const ends: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function member(broker: MemoryBroker, board: string, options: MemberOptions & { pace?: number } = {}) {
  const model = simulatedModel({ pace: options.pace })
  const way = { connect: (will?: Will) => broker.connect(will) }
  const one = await fleetMember(model, { ...way, board, beatMs: 100, leaseMs: 300, temperature: () => 40, ...options })
  ends.push(() => one.close())
  return Object.assign(one, { model })
}

async function client(broker: MemoryBroker) {
  const line = await broker.connect()
  ends.push(() => line.close())
  return { line, heard: new Listener(line), fleet: fleetClient(line, { retryMs: 200 }) }
}

const healthy: Health = {
  online: true,
  board: 'a',
  models: ['m'],
  slots: 2,
  running: 0,
  temperature: 50,
  hot: false,
  freeBytes: 1e9,
  tokensPerSecond: 10,
  robots: [],
}
const request = { kind: 'text', prompt: 'x', options: {} } as const

it('chooses the board that is free, able and cool', () => {
  const of = (...boards: Partial<Health>[]) =>
    choose(
      boards.map((one) => ({ ...healthy, ...one })),
      [],
      request,
    )
  expect(of({ board: 'a', running: 1 }, { board: 'b' })).toBe('b')
  expect(of({ board: 'a', temperature: 70 }, { board: 'b' })).toBe('b')
  expect(of({ board: 'a' }, { board: 'b', tokensPerSecond: 20 })).toBe('b')
  expect(of({ board: 'b' }, { board: 'a' })).toBe('a')
  expect(of({ hot: true }, { board: 'b', running: 2 }, { board: 'c', online: false })).toBeUndefined()
  const job = { id: 'j', epoch: 1, board: 'a', state: 'open', request } as Job
  expect(choose([{ ...healthy, slots: 1 }], [job], request)).toBeUndefined()
  expect(fits(healthy, { ...request, model: 'other' })).toBe(false)
  expect(fits(healthy, { ...request, memoryBytes: 2e9 })).toBe(false)
  expect(fits(healthy, { ...request, robot: 'rover' })).toBe(false)
})

it('knows the better of two records, and hostile ones', () => {
  const job = (state: Job['state'], epoch: number, board: string) => ({ id: 'j', state, epoch, board, request }) as Job
  const order = [
    job('done', 1, 'b'),
    job('planned', 9, 'a'),
    job('open', 3, 'b'),
    job('open', 2, 'a'),
    job('open', 2, 'b'),
  ]
  for (const [i, a] of order.entries()) for (const [k, b] of order.entries()) expect(better(a, b)).toBe(i < k)
  const read = (text: string) => readJob('j', Buffer.from(text), requestLimits)
  expect(read(JSON.stringify(order[2]))).toMatchObject({ state: 'open', board: 'b' })
  for (const text of [
    '',
    '{',
    '[]',
    '{"epoch":1}',
    '{"epoch":1,"board":"../x","state":"open","request":{"prompt":"x"}}',
  ])
    expect(read(text)).toBeUndefined()
  expect(read('{"epoch":1,"board":"a","state":"toString","request":{"prompt":"x"}}')).toBeUndefined()
  expect(readJob('../x', Buffer.from(JSON.stringify(order[2])), requestLimits)).toBeUndefined()
})

it('spreads work, keeps a hot board out, and remembers what was asked', async () => {
  const broker = new MemoryBroker()
  let heat = 40
  const boards = [
    await member(broker, 'a', { pace: 5, temperature: () => heat }),
    await member(broker, 'b', { pace: 5 }),
  ]
  const { fleet, heard, line } = await client(broker)
  await line.subscribe('lutra/fleet/boards/+')
  const answers = (n: number) =>
    Promise.all(Array.from({ length: n }, (_, i) => lastValueFrom(fleet.ask(`number ${i} ${'word '.repeat(20)}`))))
  expect(new Set((await answers(4)).map((one) => (one as { board: string }).board)).size).toBe(2)
  heat = 95
  await heard.wait(({ topic, json }) => topic.endsWith('/a') && json.hot)
  expect((await answers(3)).map((one) => (one as { board: string }).board)).toEqual(['b', 'b', 'b'])
  const asked = () => boards.reduce((sum, { model }) => sum + model.asked.length, 0)
  const before = asked()
  const twice = await Promise.all([1, 2].map(() => lastValueFrom(fleet.ask({ id: 'same', prompt: 'same' }))))
  expect(twice[0]).toEqual(twice[1])
  expect(asked()).toBe(before + 1)
})

it('answers clients that know nothing of fleets, and refuses hostile requests', async () => {
  const broker = new MemoryBroker()
  const { model } = await member(broker, 'a')
  const { line, heard } = await client(broker)
  await line.subscribe('reply')
  await line.subscribe('lutra/fleet/jobs/+')
  const ask = (payload: string | Uint8Array, more = {}) =>
    line.publish('lutra/fleet/request', payload, {
      responseTopic: 'reply',
      correlationData: Buffer.from('c1'),
      ...more,
    })
  await ask('plain words')
  const { json, message } = await heard.wait(({ topic }) => topic === 'reply')
  expect(json).toMatchObject({ type: 'answer', state: 'done', text: 'plain words' })
  expect(Buffer.from(message.correlationData!).toString()).toBe('c1')
  const hostile = [
    Buffer.from([0xff]),
    '{"prompt":1}',
    `{"prompt":"${'x'.repeat(70_000)}"}`,
    '{"prompt":"x","robot":"a/b"}',
  ]
  for (const [i, payload] of hostile.entries()) await ask(payload, { correlationData: Buffer.from(`bad${i}`) })
  for (const i of hostile.keys())
    expect((await heard.wait(({ topic }) => topic.endsWith(`/bad${i}`))).json.answer.state).toBe('refused')
  await ask('x', { responseTopic: 'lutra/fleet/boards/a', correlationData: Buffer.from('own') })
  expect((await heard.wait(({ topic }) => topic.endsWith('/own'))).json.answer.error.kind).toBe('unsafe')
  expect(model.asked).toEqual(['plain words'])
})

it('takes over from a board that is gone, and says so', async () => {
  const broker = new MemoryBroker()
  await member(broker, 'a', { pace: 20 })
  const { fleet } = await client(broker)
  const seen: FleetNews[] = []
  const done = new Promise((resolve) => {
    fleet.ask('w '.repeat(30)).subscribe({ next: (news) => seen.push(news), complete: () => resolve(undefined) })
  })
  for (let i = 0; i < 200 && !seen.some(({ type }) => type === 'tokens'); i++)
    await new Promise((r) => setTimeout(r, 10))
  await member(broker, 'b')
  for (const line of broker.lines) if (line.will?.topic.endsWith('/a')) line.cut({ notice: 10 })
  await done
  expect(seen.filter(({ type }) => type === 'restart')).toHaveLength(1)
  expect(seen.at(-1)).toMatchObject({ type: 'answer', state: 'done', board: 'b', tokens: 30 })
  const from = seen.findIndex(({ type }) => type === 'restart')
  expect(
    seen
      .slice(from)
      .flatMap((one) => (one.type === 'tokens' ? one.text : []))
      .join(''),
  ).toBe('w '.repeat(30))
})

it('stops where whoever asked has gone', async () => {
  const broker = new MemoryBroker()
  const { model } = await member(broker, 'a', { pace: 10 })
  const { fleet } = await client(broker)
  const asking = fleet.ask('w '.repeat(500)).subscribe()
  for (let i = 0; i < 200 && model.running === 0; i++) await new Promise((r) => setTimeout(r, 10))
  asking.unsubscribe()
  for (let i = 0; i < 200 && model.running > 0; i++) await new Promise((r) => setTimeout(r, 10))
  expect(model).toMatchObject({ running: 0, cancelled: 1 })
})

it('plans on any board, moves the robot on the one that holds it, within its skills', async () => {
  // Neither the robot's own patience nor a lease ends in a pause of this machine.
  await using it = await rig({ stopAfter: 5000 })
  const clock = new VirtualClock()
  let over = false
  const time = (async () => {
    // Fifty times as fast as this machine's, and never ahead of what it does: it stands still where the process does.
    for (; !over; await new Promise((r) => setTimeout(r, 5))) await clock.run(clock.now() + 250)
  })()
  ends.push(() => {
    over = true
    return time
  })
  const broker = new MemoryBroker({ clock })
  const skills = { rover: it.robot.skills }
  const holder = await member(broker, 'a', {
    robots: { rover: it.robot },
    slots: 0,
    leaseMs: 15_000,
    beatMs: 2000,
    clock,
  })
  await member(broker, 'b', { skills, beatMs: 2000, clock })
  const { fleet } = await client(broker)
  const ask = (actions: unknown) =>
    lastValueFrom(fleet.ask({ kind: 'act', robot: 'rover', prompt: JSON.stringify(actions) }).pipe(toArray()))
  const news = await ask([{ skill: 'drive', metres: 0.05 }])
  expect(holder.holds('rover')).toBe(true)
  expect(news.at(-1)).toMatchObject({ type: 'answer', state: 'done', board: 'a', executed: true })
  expect(news.some((one) => one.type === 'report' && one.state === 'done')).toBe(true)
  expect((await ask([{ skill: 'explode' }])).at(-1)).toMatchObject({ state: 'refused' })
  expect(it.monitor.wrongs).toEqual([])
})
