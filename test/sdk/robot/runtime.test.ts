/** What every robot shares, whatever its driver: turns, latch, watchdog, reports. */
import { expect, test } from 'vitest'
import { LutraError } from '../../../hal/error.js'
import { all, list, sleep } from './rig.js'
import { arm, bend } from './toy.js'

const elbow = (degrees: number) => ({ skill: 'bend', degrees })
const done = async () => {}

test.concurrent("the driver's own skills are what may be asked, by their own names", async () => {
  const { toy, robot } = await arm(done)
  const again = { skill: 'again', times: 2, actions: [elbow(1), elbow(2)] }
  const reports = await list(robot.perform([elbow(30), again]))
  expect(toy.bent).toEqual([30, 1, 2, 1, 2])
  expect(reports.at(-1)).toMatchObject({ state: 'done', round: 2 })
  expect((await all(robot.perform({ skill: 'drive', metres: 1 }))).error).toMatchObject({
    kind: 'unsafe',
    message: expect.stringMatching(/a skill of bend, again, stop, refuse/),
  })
  expect((await all(robot.perform(elbow(91)))).reports).toMatchObject([{ state: 'rejected' }])
  expect(await list(robot.perform({ skill: 'refuse', reason: 'unsafe' }))).toMatchObject([{ state: 'refused' }])
  await robot.close()
  expect(toy.closed).toBe(true)
})

test.concurrent('a board that counts no stops is stopped, confirmed and released again and again', async () => {
  const { toy, robot } = await arm(bend)
  for (let round = 1; round <= 3; round++) {
    const going = all(robot.perform(elbow(10)))
    await sleep(20)
    expect((await robot.stop('a hand came near')).confirmed).toBe(true)
    const { reports, error } = await going
    expect(reports.at(-1)?.state).toBe('stopped')
    expect(error).toMatchObject({ kind: 'cancelled', message: expect.stringMatching(/a hand came near/) })
    expect(robot.now).toMatchObject({ mode: 'stopped', reason: expect.stringMatching(/a hand came near/) })
    await robot.reset()
    expect(toy.released).toBe(round)
    expect(robot.now).toMatchObject({ mode: 'idle', latched: false, reason: undefined })
  }
  toy.stopped.next(0)
  expect(robot.now.mode).toBe('stopped')
  await robot.close()
})

test.concurrent('a driver that shows no sign of life in motion is taken for hung: stopped within the time', async () => {
  const { toy, robot } = await arm(({ signal }) => new Promise((_, no) => signal.addEventListener('abort', no)))
  const began = performance.now()
  const { reports, error } = await all(robot.perform(elbow(10)))
  expect(performance.now() - began).toBeLessThan(200 + 1000)
  expect(reports.at(-1)?.state).toBe('stopped')
  expect(error).toMatchObject({ kind: 'cancelled', message: expect.stringMatching(/sign of life.*200 ms/) })
  expect(toy.stops).toBeGreaterThanOrEqual(3)
  await robot.close()
})

test.concurrent('telemetry, progress and the question whether to go on are signs of life', async () => {
  const signs = [
    (call: { progress(percent: number): void }) => call.progress(1),
    (call: { alive(): boolean }) => call.alive(),
    (_: unknown, toy: { telemetry: { next(value: object): void } }) => toy.telemetry.next({ joints: { elbow: 1 } }),
  ]
  for (const sign of signs) {
    const { toy, robot } = await arm(async (call, toy) => {
      for (let i = 0; i < 10; i++) {
        await sleep(50)
        sign(call as never, toy as never)
      }
    })
    expect((await list(robot.perform(elbow(10)))).at(-1)?.state).toBe('done')
    expect(toy.stops).toBe(0)
    await robot.close()
  }
})

test.concurrent('a driver that does not end when asked holds nobody up for ever, and its robot is stopped', async () => {
  const { toy, robot } = await arm((call) => new Promise(() => void setInterval(call.alive, 50).unref()), {
    deadline: () => 100,
  })
  const { error } = await all(robot.perform(elbow(10)))
  expect(error).toMatchObject({ kind: 'io', message: expect.stringMatching(/toy arm to end its action/) })
  expect(toy.stops).toBeGreaterThanOrEqual(3)
  expect(robot.now.latched).toBe(true)
  await robot.close()
})

test.concurrent('a bug in a driver stops the robot; a refusal does not', async () => {
  const { toy, robot } = await arm(() => {
    throw new TypeError('a bug')
  })
  expect((await all(robot.perform(elbow(1)))).error).toMatchObject({ kind: 'io', cause: { message: 'a bug' } })
  expect(toy.stops).toBeGreaterThanOrEqual(3)
  await robot.close()
  const shy = await arm(() => Promise.reject(new LutraError('unsafe', 'Expected less but found more')))
  expect((await all(shy.robot.perform(elbow(1)))).reports.at(-1)).toMatchObject({ state: 'failed' })
  expect(shy.toy.stops).toBe(0)
  expect(shy.robot.now.mode).toBe('idle')
  await shy.robot.close()
})

test.concurrent.each([
  ['false', () => false],
  [
    'an error',
    () => {
      throw new Error('no model')
    },
  ],
])('alive() that answers %s stops what runs and lets nothing begin', async (_, answer) => {
  let alive: () => boolean = () => true
  const { toy, robot } = await arm(bend, { alive: () => alive() })
  const going = all(robot.perform(elbow(10)))
  await sleep(100)
  expect(robot.now.mode).toBe('moving')
  alive = answer
  const { reports, error } = await going
  expect(reports.at(-1)?.state).toBe('stopped')
  expect(error).toMatchObject({ kind: 'cancelled', message: expect.stringMatching(/alive/) })
  await robot.reset()
  expect((await all(robot.perform(elbow(10)))).reports).toMatchObject([{ state: 'rejected' }])
  expect(toy.bent).toHaveLength(1)
  await robot.close()
})

test('a board that never confirms a stop is lost, and is not released', async () => {
  const { toy, robot } = await arm(bend)
  toy.answers = false
  expect((await robot.stop()).confirmed).toBe(false)
  expect(robot.now.mode).toBe('lost')
  await expect(robot.reset()).rejects.toMatchObject({ kind: 'io' })
  expect(toy.released).toBe(0)
  // Nobody knows whether it stands: it is told once more when this process ends.
  const { stops } = toy
  const events: NodeJS.EventEmitter = process
  events.emit('uncaughtExceptionMonitor', new Error('a bug'), 'uncaughtException')
  expect(toy.stops).toBe(stops + 1)
  await robot.close()
})

test.concurrent('a stop that comes while a reset waits for the one before keeps the board from being released', async () => {
  const { toy, robot } = await arm(bend)
  const stopped = robot.stop()
  const reset = robot.reset()
  await robot.stop()
  await expect(reset).rejects.toMatchObject({ kind: 'unsafe' })
  expect(toy.released).toBe(0)
  expect((await stopped).confirmed).toBe(true)
  await robot.reset()
  expect(robot.now.mode).toBe('idle')
  await robot.close()
})

test.concurrent('a driver whose stop fails keeps no plan going, and nobody vouches for one that was given up', async () => {
  let call!: { alive(): boolean }
  const { toy, robot } = await arm((given) => {
    call = given
    return bend(given)
  })
  expect(robot).toMatchObject({ watchdog: 'host', stopAfter: 200 })
  const going = all(robot.perform(elbow(10)))
  await sleep(50)
  expect(call.alive()).toBe(true)
  toy.answers = false
  toy.sendStop = () => {
    throw new Error('a bug')
  }
  expect((await robot.stop()).confirmed).toBe(false)
  expect((await going).reports.at(-1)?.state).toBe('stopped')
  expect(call.alive()).toBe(false)
  expect(robot.now).toMatchObject({ mode: 'lost', latched: true })
  await robot.close()
})
