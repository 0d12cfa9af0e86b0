/** Lines that lose, damage and double frames: every action runs once or not at all, and nothing moves unasked. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { all, drive, type Harm, harmful, rig, seeded, sleep, turn, wait } from './rig.js'

const unhandled: unknown[] = []
const note = (reason: unknown) => unhandled.push(reason)
beforeAll(() => void process.on('unhandledRejection', note))
afterAll(() => {
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

const lines: [string, Harm][] = [
  ['loses 15 %', { drop: 0.15, corrupt: 0, duplicate: 0 }],
  ['damages 15 %', { drop: 0, corrupt: 0.15, duplicate: 0 }],
  ['doubles half', { drop: 0, corrupt: 0, duplicate: 0.5 }],
  ['does all of it', { drop: 0.1, corrupt: 0.1, duplicate: 0.3 }],
]

test.concurrent.each(lines)('a line that %s', async (_, wish) => {
  const harm: Harm = { drop: 0, corrupt: 0, duplicate: 0 }
  await using it = await rig({ speed: 10, harm: harmful(harm, seeded(7)), stopAfter: 400 })
  Object.assign(harm, wish)
  let done = 0
  let metres = 0
  for (let i = 0; i < 12; i++) {
    const action = [drive(i % 2 ? -0.5 : 0.5), turn(90), turn(-90), wait(0.5)][i % 4]
    const { error, reports } = await all(it.robot.perform(action))
    if (reports.at(-1)?.state === 'done') done++
    if (!error && action.skill === 'drive') metres += 0.5
    if (error) expect(error).toMatchObject({ name: 'LutraError' })
    if (it.robot.now.latched) await it.robot.reset().catch(() => {})
  }
  await it.robot.stop()
  await sleep(400)
  expect(it.firmware.body.resting).toBe(true)
  expect(it.monitor.moved).toBe(true)
  expect(it.monitor.wrongs).toEqual([])
  expect(it.monitor.repeats(it.firmware)).toBe(0)
  expect(it.firmware.begun.length).toBeLessThanOrEqual(12)
  expect(done).toBeGreaterThan(6)
  // Wheels turned for what was done, and at most once for what failed half-way.
  expect(it.firmware.body.odometer).toBeGreaterThan(metres - 0.1)
  expect(it.firmware.body.odometer).toBeLessThan(6 * 0.5 + 0.1)
})

test('acknowledgements that never come: the rover did it once, and telemetry proves it', async () => {
  await using it = await rig({ speed: 10 })
  it.firmware.faults.dropAcks = 1
  const { reports, error } = await all(it.robot.perform([drive(0.5), drive(0.5)]))
  expect(error).toBeUndefined()
  expect(reports.filter(({ state }) => state === 'done')).toHaveLength(2)
  expect(it.firmware.begun).toHaveLength(2)
  expect(it.firmware.body.odometer).toBeCloseTo(1, 1)
})

test('a host that falls silent: the board stops within its own time', async () => {
  const mute: Harm = { drop: 0, corrupt: 0, duplicate: 0 }
  await using it = await rig({ harm: harmful(mute, seeded(1)), stopAfter: 300 })
  const going = all(it.robot.perform(drive(3)))
  await sleep(400)
  expect(it.firmware.body.resting).toBe(false)
  mute.drop = 1
  const began = performance.now()
  while (!it.firmware.body.resting && performance.now() - began < 3000) await sleep(10)
  expect(performance.now() - began).toBeLessThan(300 + 300)
  expect((await going).error).toMatchObject({ kind: 'io' })
  expect(it.monitor.wrongs).toEqual([])
})
