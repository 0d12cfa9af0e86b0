import { concat, firstValueFrom, of, Subject, throwError, timer } from 'rxjs'
import { expect, test } from 'vitest'
import type { Action } from '../../../sdk/action/action.js'
import { stopBytes, stopId } from '../../../sdk/robot/link.js'
import { memoryPair } from '../../../sdk/robot/memory.js'
import {
  type BoardMessage,
  decodeHost,
  encodeBoard,
  encodeFrame,
  FrameParser,
  type HostMessage,
} from '../../../sdk/robot/protocol/index.js'
import { robot } from '../../../sdk/robot/robot.js'
import type { RoverTelemetry } from '../../../sdk/robot/rover.js'
import type { Transport } from '../../../sdk/robot/transport.js'
import { fromGenerator, iterate } from '../../../sdk/stream/index.js'
import { all, drive, list, rig, sleep, turn, wait } from './rig.js'

test.concurrent('actions run one at a time, in order, and the wheels do what was asked', async () => {
  await using it = await rig({ speed: 10 })
  const { x, y } = it.firmware.body
  const reports = await list(of(drive(1), turn(-90), drive(0.5)).pipe(it.robot.execute()))
  const ends = reports.filter(({ state }) => state === 'done').map(({ action }) => action.skill)
  expect(ends).toEqual(['drive', 'turn', 'drive'])
  expect(reports.filter(({ state }) => state === 'started')).toHaveLength(3)
  expect(it.firmware.body.x).toBeCloseTo(x + 1, 1)
  expect(it.firmware.body.y).toBeCloseTo(y - 0.5, 1)
  expect(it.monitor.wrongs).toEqual([])
  expect(it.robot.now).toMatchObject({ mode: 'idle', latched: false })
})

test.concurrent('every skill reaches the board; repeat is unrolled; refuse does nothing', async () => {
  await using it = await rig({ speed: 20 })
  const told: string[] = []
  it.firmware.told.subscribe((words) => told.push(JSON.parse(words).skill))
  const actions: Action[] = [
    { skill: 'look', direction: 'left' },
    { skill: 'grip', state: 'close' },
    { skill: 'arm', pose: 'up' },
    { skill: 'light', state: 'on' },
    { skill: 'say', text: 'grüß gott' },
    { skill: 'goto', place: 'hallway' },
    { skill: 'drive_until', direction: 'backward', event: 'sound' },
    { skill: 'repeat', times: 2, actions: [turn(90), wait(0.2)] },
    { skill: 'refuse', reason: 'out_of_scope' },
  ]
  const reports = await list(it.robot.perform(actions))
  expect(told).toEqual('look grip arm light say goto drive_until turn wait turn wait'.split(' '))
  expect(reports.at(-1)).toMatchObject({ state: 'refused', action: { reason: 'out_of_scope' } })
  expect(reports.filter(({ round }) => round === 2).length).toBeGreaterThanOrEqual(4)
})

test.concurrent('an action outside the skills is rejected before anything is sent', async () => {
  await using it = await rig()
  const { reports, error } = await all(of(drive(99), drive(1)).pipe(it.robot.execute()))
  expect(reports.map(({ state }) => state)).toEqual(['rejected'])
  expect(error).toMatchObject({ name: 'LutraError', kind: 'unsafe' })
  expect(it.firmware.begun).toEqual([])
})

const bug = () => {
  throw new Error('a bug')
}
const unreadable: unknown[] = [
  null,
  undefined,
  'drive',
  { skill: 5n },
  { skill: 'look', direction: 5n },
  { skill: 'say', text: { toJSON: bug } },
  Object.defineProperty({ skill: 'drive' }, 'metres', { get: bug, enumerable: true }),
  Object.defineProperty({}, 'skill', { get: bug }),
]

test.concurrent.each(unreadable.map((action, i) => [i, action]))(
  'what cannot be read is rejected (%s)',
  async (_, action) => {
    await using it = await rig()
    for (const reports of [of(action as Action).pipe(it.robot.execute()), it.robot.perform(action as Action)]) {
      const { reports: seen, error } = await all(reports)
      expect(seen).toMatchObject([{ state: 'rejected', action: expect.any(Object) }])
      expect(error).toMatchObject({ name: 'LutraError', kind: 'unsafe' })
    }
    expect(it.firmware.begun).toEqual([])
  },
)

test.concurrent('the emergency stop ends the action, holds, and only reset() clears it', async () => {
  await using it = await rig()
  const going = all(it.robot.perform([drive(3), turn(90)]))
  await sleep(300)
  const { confirmed, ms } = await it.robot.stop('someone shouted')
  expect(confirmed).toBe(true)
  expect(ms).toBeLessThan(500)
  const { reports, error } = await going
  expect(reports.at(-1)).toMatchObject({ state: 'stopped', action: { skill: 'drive' } })
  expect(error).toMatchObject({ kind: 'cancelled' })
  expect(it.firmware.latched).toBe(true)
  const refused = await all(it.robot.perform(drive(1)))
  expect(refused.error).toMatchObject({ kind: 'unsafe' })
  await sleep(300)
  expect(it.monitor.stops).toBeGreaterThanOrEqual(3)
  expect(it.firmware.body.resting).toBe(true)
  await it.robot.reset()
  expect(it.robot.now).toMatchObject({ mode: 'idle', latched: false })
  expect((await list(it.robot.perform(turn(30)))).at(-1)?.state).toBe('done')
  expect(it.monitor.moved).toBe(true)
  expect(it.monitor.wrongs).toEqual([])
})

test.concurrent('the stop overtakes a full queue on a slow line', async () => {
  await using it = await rig({ bytesPerSecond: 960, stopAfter: 1000 })
  const going = all(it.robot.perform(drive(3)))
  await sleep(400)
  // 3 kB wait on a line of 960 bytes a second: three seconds of queue.
  for (let i = 0; i < 100; i++) it.pair.host.write(new Uint8Array(30).fill(1)).catch(() => {})
  const began = performance.now()
  await it.robot.stop()
  expect(it.monitor.stoppedAt! - began).toBeLessThan(300)
  expect((await going).reports.at(-1)?.state).toBe('stopped')
})

test.concurrent('a stop during a reset wins, on both ends', async () => {
  await using it = await rig()
  await it.robot.stop()
  const reset = it.robot.reset()
  const stop = it.robot.stop()
  await expect(reset).rejects.toMatchObject({ kind: 'unsafe' })
  await stop
  await sleep(150)
  expect(it.robot.now.latched).toBe(true)
  expect(it.firmware.latched).toBe(true)
  await it.robot.reset()
  expect(it.firmware.latched).toBe(false)
})

test.concurrent('many stops and resets in a row always end where the last one said', async () => {
  await using it = await rig()
  for (let i = 0; i < 8; i++) {
    expect((await it.robot.stop()).confirmed).toBe(true)
    expect(it.firmware.latched).toBe(true)
    await it.robot.reset()
    expect(it.firmware.latched).toBe(false)
  }
})

test.concurrent('a late echo of a stop that was cleared does not stop again', async () => {
  await using it = await rig()
  await it.robot.stop()
  await sleep(120)
  const { latch } = it.robot.now.telemetry as RoverTelemetry
  await it.robot.reset()
  it.pair.board.writeNow(encodeFrame(encodeBoard({ type: 'ack', of: stopId, latch }, 0)))
  await sleep(50)
  expect(it.robot.now.latched).toBe(false)
})

test.concurrent('the stop skill is the emergency stop, and what follows it is refused', async () => {
  await using it = await rig()
  const { reports, error } = await all(it.robot.perform([{ skill: 'stop' }, drive(1)]))
  expect(reports[0]).toMatchObject({ state: 'done', action: { skill: 'stop' } })
  expect(error).toMatchObject({ kind: 'unsafe' })
  expect(it.firmware.begun).toEqual([])
})

test.concurrent('unsubscribing cancels the action without a latch', async () => {
  await using it = await rig()
  const subscription = it.robot.perform(drive(3)).subscribe()
  await sleep(300)
  subscription.unsubscribe()
  await sleep(300)
  expect(it.firmware.body.resting).toBe(true)
  expect(it.firmware.latched).toBe(false)
  expect((await list(it.robot.perform(wait(0.1)))).at(-1)?.state).toBe('done')
})

test.concurrent('an error of the source ends the motion too', async () => {
  await using it = await rig()
  const source = concat(
    of(drive(3)),
    timer(200).pipe(() => throwError(() => new Error('decoder died'))),
  )
  const slow = new Subject<Action>()
  const going = all(slow.pipe(it.robot.execute()))
  source.subscribe(slow)
  expect((await going).error).toMatchObject({ message: 'decoder died' })
  await sleep(300)
  expect(it.firmware.body.resting).toBe(true)
})

test.concurrent('two users of one robot take turns', async () => {
  await using it = await rig({ speed: 10 })
  const [a, b] = await Promise.all([list(it.robot.perform([wait(1), wait(1)])), list(it.robot.perform(wait(1)))])
  expect([a.at(-1)?.state, b.at(-1)?.state]).toEqual(['done', 'done'])
  expect(it.firmware.begun).toHaveLength(3)
})

test.concurrent('an async list is asked for the next action only when the last is done', async () => {
  await using it = await rig({ speed: 10 })
  const asked: number[] = []
  async function* actions() {
    for (let i = 0; i < 3; i++) {
      asked.push(it.firmware.begun.length)
      yield wait(0.5)
    }
  }
  await list(it.robot.perform(actions()))
  expect(asked).toEqual([0, 1, 2])
})

test.concurrent('a source that is too fast is told so, and the robot comes to rest', async () => {
  await using it = await rig({ queue: 4 })
  const flood = of(...Array.from({ length: 9 }, () => drive(1)))
  const { error } = await all(flood.pipe(it.robot.execute()))
  expect(error).toMatchObject({ kind: 'limit' })
  await sleep(300)
  expect(it.firmware.body.resting).toBe(true)
})

test.concurrent('a source that can wait is asked for the next action only when the last is done, however long the plan', async () => {
  await using it = await rig({ speed: 10, queue: 2 })
  const asked: number[] = []
  const decoder = fromGenerator<Action>(async function* () {
    for (let i = 0; i < 4; i++) {
      asked.push(it.firmware.begun.length)
      yield wait(0.5)
    }
  })
  const reports = await list(decoder.pipe(it.robot.execute()))
  expect(reports.filter(({ state }) => state === 'done')).toHaveLength(4)
  expect(asked).toEqual([0, 1, 2, 3])
})

test.concurrent('a stop among the actions overtakes what runs and what waits', async () => {
  await using it = await rig()
  const source = new Subject<Action>()
  const going = all(source.pipe(it.robot.execute()))
  for (const action of [drive(3), turn(90)]) source.next(action)
  await sleep(200)
  source.next({ skill: 'stop' })
  const { reports, error } = await going
  expect(reports.at(-1)).toMatchObject({ state: 'stopped', action: { skill: 'drive' } })
  expect(error).toMatchObject({ kind: 'cancelled' })
  expect(it.firmware).toMatchObject({ latched: true, begun: { length: 1 } })
  expect(source.observed).toBe(false)
})

test.concurrent('a plan that a stop met between two actions does not go on after the reset', async () => {
  await using it = await rig({ speed: 10 })
  let asked = 0
  const thinking = Array.from({ length: 2 }, () => new Subject<Action>())
  const plan = async function* () {
    yield wait(0.1)
    // The model thinks until after the reset.
    yield await firstValueFrom(thinking[asked++])
  }
  const going = [it.robot.perform(plan()), fromGenerator(plan).pipe(it.robot.execute())].map((reports) => all(reports))
  while (asked < 2) await sleep(10)
  await it.robot.stop()
  for (const { error } of await Promise.all(going)) expect(error).toMatchObject({ kind: 'cancelled' })
  await it.robot.reset()
  for (const thought of thinking) thought.next(drive(1))
  await sleep(100)
  expect(it.firmware.begun).toHaveLength(2)
  expect((await list(it.robot.perform(wait(0.1)))).at(-1)?.state).toBe('done')
})

test.concurrent('unsubscribing lets the source go at once, also while it is silent or another action has its turn', async () => {
  await using it = await rig()
  const other = it.robot.perform(drive(3)).subscribe()
  await sleep(50)
  const silent = new Subject<Action>()
  const behind = new Subject<Action>()
  const users = [silent, behind].flatMap((source) => [
    source.pipe(it.robot.execute()).subscribe(),
    it.robot.perform(iterate(source)).subscribe(),
  ])
  behind.next(drive(1))
  await sleep(20)
  for (const user of users) user.unsubscribe()
  await sleep(0)
  expect([silent.observed, behind.observed]).toEqual([false, false])
  other.unsubscribe()
  await sleep(100)
  expect(it.firmware.begun).toHaveLength(1)
})

test.concurrent('what a latched stop or a closed line keeps from beginning is reported too', async () => {
  await using it = await rig()
  await it.robot.stop()
  expect((await all(it.robot.perform(drive(1)))).reports).toMatchObject([{ state: 'rejected', action: drive(1) }])
  await it.robot.reset()
  it.pair.cut()
  await sleep(10)
  expect((await all(it.robot.perform(drive(1)))).reports).toMatchObject([{ state: 'rejected', action: drive(1) }])
  const { reports, error } = await all(it.robot.perform({ skill: 'stop' }))
  expect(reports).toMatchObject([{ state: 'failed', action: { skill: 'stop' } }])
  expect(error).toMatchObject({ kind: 'closed' })
})

test.concurrent('a waiting plan hears of a closed robot and of a lost line', async () => {
  const it = await rig()
  const closing = all(new Subject<Action>().pipe(it.robot.execute()))
  await it.robot.close()
  expect((await closing).error).toMatchObject({ kind: 'closed' })
  it.firmware.off()
  const other = await rig()
  const losing = all(new Subject<Action>().pipe(other.robot.execute()))
  other.pair.cut()
  expect((await losing).error).toMatchObject({ kind: 'closed' })
  other.firmware.off()
})

test.concurrent('a deadline that cannot be told moves nothing and leaves nothing behind', async () => {
  await using it = await rig({ deadline: bug })
  const { reports, error } = await all(it.robot.perform(drive(1)))
  expect(reports).toMatchObject([{ state: 'failed' }])
  expect(error).toMatchObject({ name: 'LutraError', cause: { message: 'a bug' } })
  expect(it.firmware.begun).toEqual([])
  expect(it.robot.now).toMatchObject({ mode: 'stopped', action: undefined })
})

test.concurrent('a blocked way is a failure that ends the plan', async () => {
  await using it = await rig({ speed: 10 })
  const { reports, error } = await all(it.robot.perform([turn(90), drive(20), turn(90)]))
  expect(reports.at(-1)).toMatchObject({ state: 'failed', action: { skill: 'drive' } })
  expect(error).toMatchObject({ kind: 'unsafe' })
  expect(it.firmware.begun).toHaveLength(2)
})

test.concurrent('an action that takes too long is cancelled', async () => {
  await using it = await rig({ deadline: () => 200 })
  const { error } = await all(it.robot.perform(wait(60)))
  expect(error).toMatchObject({ kind: 'limit' })
  expect(it.robot.now.mode).toBe('idle')
})

test.concurrent('a stop button on the board latches the host as well', async () => {
  await using it = await rig()
  const going = all(it.robot.perform(drive(3)))
  await sleep(200)
  it.pair.host.writeNow(stopBytes)
  expect((await going).reports.at(-1)?.state).toBe('stopped')
  expect(it.robot.now.mode).toBe('stopped')
})

test.concurrent('a dead board: stopped, told, nothing hangs', async () => {
  await using it = await rig()
  const going = all(it.robot.perform(drive(3)))
  await sleep(300)
  const began = performance.now()
  it.firmware.die()
  const { reports, error } = await going
  expect(performance.now() - began).toBeLessThan(3500)
  expect(reports.at(-1)?.state).toBe('failed')
  expect(error).toMatchObject({ kind: 'io' })
  expect(it.robot.now).toMatchObject({ mode: 'lost', latched: true })
  await expect(it.robot.reset()).rejects.toMatchObject({ kind: 'io' })
})

test.concurrent('a board that restarts in the middle does not go on, and says so', async () => {
  await using it = await rig()
  const going = all(it.robot.perform([drive(3), drive(1)]))
  await sleep(300)
  it.firmware.restart()
  expect((await going).error).toMatchObject({ kind: 'io' })
  expect(it.firmware.begun).toHaveLength(1)
  await sleep(250)
  expect(it.firmware.body.resting).toBe(true)
})

test.concurrent('a cut line: the action fails as closed, and the board stops by itself', async () => {
  const it = await rig()
  const going = all(it.robot.perform(drive(3)))
  await sleep(300)
  it.pair.cut()
  const { error } = await going
  expect(error).toMatchObject({ kind: 'closed' })
  expect(it.robot.now.mode).toBe('closed')
  expect(await it.robot.stop()).toMatchObject({ confirmed: false })
  await sleep(700)
  expect(it.firmware.body.resting).toBe(true)
  expect(it.monitor.wrongs).toEqual([])
  await it.robot.close()
  it.firmware.off()
})

test.concurrent('closing in motion brings the robot to rest first', async () => {
  const it = await rig()
  const going = all(it.robot.perform(drive(3)))
  await sleep(300)
  await it.robot.close()
  expect((await going).error).toMatchObject({ kind: 'closed' })
  await sleep(250)
  expect(it.firmware.body.resting).toBe(true)
  expect(it.firmware.latched).toBe(false)
  expect((await all(it.robot.perform(drive(1)))).error).toMatchObject({ kind: 'closed' })
  it.firmware.off()
})

test.concurrent('nobody at the other end: opening fails in time and closes the line', async () => {
  const pair = memoryPair()
  await expect(robot(pair.host, { patience: 400 })).rejects.toMatchObject({ kind: 'io' })
  expect(await pair.host.closed).toBeUndefined()
})

/** A board of its own mind: all that it says to a message, in one breath. */
function moody(answer: (heard: HostMessage, of: number) => readonly BoardMessage[]): Transport {
  const { host, board } = memoryPair()
  const parser = new FrameParser()
  board.bytes.subscribe((bytes) => {
    for (const frame of parser.push(bytes)) {
      const words = answer(decodeHost(frame) as HostMessage, frame.id)
      const says = words.map((message) => [...encodeFrame(encodeBoard(message, frame.sequence))])
      void board.write(Uint8Array.from(says.flat()))
    }
  })
  return host
}

const welcome = ({ session }: { session: number }) =>
  ({ type: 'welcome', version: 1, session, boot: 1, simulated: true }) as const

test.concurrent.each([false, true])(
  'a board that only acknowledges (welcomes: %s) cannot hang the opening',
  async (welcomes) => {
    const board = moody((heard, of) => [
      heard.type === 'hello' && welcomes ? welcome(heard) : { type: 'ack', of, latch: 0 },
    ])
    await expect(robot(board, { patience: 400 })).rejects.toMatchObject({ name: 'LutraError', kind: 'io' })
  },
)

/** Telemetry of a board at rest. */
const tell = (latched: boolean, latch: number) => {
  const still = { pose: { x: 0, y: 0, heading: 0 }, speed: 0, spin: 0, battery: 12 }
  return { type: 'telemetry', latched, latch, command: 0, result: 'none', percent: 100, ...still } as const
}

test.concurrent('a board that restarts and counts its stops from the beginning still confirms one', async () => {
  let greeted = false
  const board = moody((heard, of) => {
    const ack = { type: 'ack', of, latch: 1 } as const
    if (heard.type === 'hello') greeted = true
    // It loses its supply when the motors start.
    if (heard.type === 'command') greeted = false
    if (heard.type === 'hello') return [welcome(heard)]
    if (heard.type === 'stop') return [ack]
    if (!greeted) return [{ type: 'nack', of, reason: 'greet-first' }]
    return [heard.type === 'heartbeat' ? tell(false, 0) : ack]
  })
  const host = await robot(board)
  await host.stop()
  await host.reset()
  expect((await all(host.perform(drive(1)))).error).toMatchObject({ kind: 'io' })
  expect(host.now).toMatchObject({ mode: 'stopped', latched: true })
  await host.close()
})

test.concurrent('a stop that the board tells in one breath with the reset wins', async () => {
  let latch = 0
  const board = moody((heard, of) => {
    if (heard.type === 'hello') return [welcome(heard)]
    if (heard.type === 'heartbeat') return [tell(false, latch)]
    const ack = { type: 'ack', of, latch } as const
    if (heard.type !== 'reset') return [ack]
    // Its button is pressed as soon as it is free.
    latch++
    return [ack, tell(true, latch)]
  })
  const stopped = await robot(board)
  await stopped.stop()
  await expect(stopped.reset()).rejects.toMatchObject({ kind: 'unsafe' })
  expect(stopped.now).toMatchObject({ mode: 'stopped', latched: true })
  await stopped.close()
})

test.concurrent('closing does not cut off a stop that the board has not confirmed yet', async () => {
  const it = await rig()
  const { host } = it.pair
  const { write } = host
  // The first frame is lost on the line.
  host.write = () => Promise.resolve()
  const stop = it.robot.stop()
  host.write = write
  await it.robot.close()
  expect(await stop).toMatchObject({ confirmed: true })
  expect(it.firmware.latched).toBe(true)
  it.firmware.off()
})

test.concurrent('a stop-after time that would not protect is refused', async () => {
  await expect(robot(memoryPair().host, { stopAfter: 60_000 })).rejects.toMatchObject({ kind: 'limit' })
})
