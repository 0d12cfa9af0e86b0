/** Lines that go and come back: nothing resumes by itself, and what was latched stays so. */
import { filter, firstValueFrom, Subject } from 'rxjs'
import { expect, test } from 'vitest'
import { type MemoryPair, memoryPair } from '../../../sdk/robot/memory.js'
import type { RobotState } from '../../../sdk/robot/report.js'
import { type Robot, type RobotOptions, robot } from '../../../sdk/robot/robot.js'
import { Firmware } from '../../../sdk/robot/simulated-rover/firmware.js'
import type { Transport } from '../../../sdk/robot/transport.js'
import { Monitor } from './monitor.js'
import { all, drive, list, sleep, wait } from './rig.js'

/** A board on a cable that can be pulled out; plugged in again, it has restarted, or not. */
async function plugged({ restarts = true, ...options }: RobotOptions & { restarts?: boolean } = {}) {
  let cable: MemoryPair | undefined
  let here = true
  let asked = 0
  const heard = new Subject<Uint8Array>()
  const monitor = new Monitor()
  const board: Transport = {
    ...{ name: 'board', simulated: true, bytes: heard, closed: new Promise(() => {}) },
    write: async (bytes) => cable?.board.write(bytes),
    writeNow: () => false,
    close: async () => {},
  }
  const firmware = new Firmware(monitor.tap(board))
  monitor.watch(firmware)
  const open = () => {
    asked++
    if (!here) throw new Error('no such port')
    if (cable && restarts) firmware.restart()
    cable = memoryPair()
    cable.board.bytes.subscribe((bytes) => heard.next(bytes))
    return cable.host
  }
  const it = await robot(open, { stopAfter: 300, reconnect: { first: 20, most: 80 }, ...options })
  return {
    ...{ robot: it, firmware, monitor, asked: () => asked },
    pull() {
      here = false
      cable?.cut()
    },
    plug() {
      here = true
    },
    async [Symbol.asyncDispose]() {
      await it.close()
      firmware.off()
    },
  }
}

const until = (it: Robot, mode: RobotState['mode']) =>
  firstValueFrom(it.state.pipe(filter((state) => state.mode === mode)))

test('unplugged in motion: what ran has ended, and it is latched when it is back, until a reset', async () => {
  await using it = await plugged()
  const modes: string[] = []
  it.robot.state.subscribe(({ mode }) => modes.at(-1) === mode || modes.push(mode))
  const going = all(it.robot.perform([drive(3), drive(1)]))
  await sleep(200)
  it.pull()
  const { reports, error } = await going
  expect(error).toMatchObject({ kind: 'closed' })
  expect(reports.at(-1)).toMatchObject({ state: 'failed', action: drive(3) })
  expect(it.robot.now).toMatchObject({ mode: 'reconnecting', latched: true })
  expect((await all(it.robot.perform(drive(1)))).reports).toMatchObject([{ state: 'rejected' }])
  expect(await it.robot.stop()).toMatchObject({ confirmed: false })
  it.plug()
  await until(it.robot, 'stopped')
  expect(it.firmware.latched).toBe(true)
  expect((await all(it.robot.perform(drive(1)))).error).toMatchObject({ kind: 'unsafe' })
  expect(it.firmware.begun).toHaveLength(1)
  await it.robot.reset()
  expect((await list(it.robot.perform(wait(0.1)))).at(-1)?.state).toBe('done')
  expect(modes).toEqual(['idle', 'moving', 'reconnecting', 'lost', 'stopped', 'idle', 'moving', 'idle'])
  expect(it.monitor.wrongs).toEqual([])
})

test('a board that stayed awake has stopped by itself, and is latched all the same', async () => {
  await using it = await plugged({ restarts: false })
  await it.robot.stop('before')
  await it.robot.reset()
  const going = all(it.robot.perform(drive(3)))
  await sleep(300)
  it.pull()
  await going
  it.plug()
  await until(it.robot, 'stopped')
  expect(it.firmware.latched).toBe(true)
  await sleep(500)
  expect(it.firmware.body.resting).toBe(true)
  await it.robot.reset()
  expect((await list(it.robot.perform(wait(0.1)))).at(-1)?.state).toBe('done')
})

test('latched before, latched after', async () => {
  await using it = await plugged()
  await it.robot.stop('somebody is near')
  it.pull()
  await until(it.robot, 'reconnecting')
  await expect(it.robot.reset()).rejects.toMatchObject({ name: 'LutraError' })
  it.plug()
  await until(it.robot, 'stopped')
  expect(it.robot.now.latched).toBe(true)
})

test('it may go many times', async () => {
  await using it = await plugged()
  for (let round = 0; round < 5; round++) {
    it.pull()
    await until(it.robot, 'reconnecting')
    it.plug()
    await until(it.robot, 'stopped')
    await it.robot.reset()
    expect((await list(it.robot.perform(wait(0)))).at(-1)?.state).toBe('done')
  }
  expect(it.firmware.begun).toHaveLength(5)
})

test('pauses grow; after the last try the robot is closed, and says why', async () => {
  await using it = await plugged({ reconnect: { first: 20, most: 40, tries: 4 } })
  const before = it.asked()
  it.pull()
  await until(it.robot, 'reconnecting')
  const began = performance.now()
  const last = await firstValueFrom(it.robot.state.pipe(filter(({ mode }) => mode === 'closed')))
  // 20, 40, 40, 40 ms, a quarter less at the least.
  expect(performance.now() - began).toBeGreaterThan(0.75 * 140 - 5)
  expect(last.latched).toBe(true)
  expect(it.asked() - before).toBe(4)
  expect((await all(it.robot.perform(drive(1)))).error).toMatchObject({
    kind: 'closed',
    message: expect.stringMatching(/4 tries/),
  })
})

test('closing while it is away ends the search', async () => {
  const it = await plugged({ reconnect: true })
  it.pull()
  await until(it.robot, 'reconnecting')
  await it.robot.close()
  expect(it.robot.now.mode).toBe('closed')
  const asked = it.asked()
  it.plug()
  await sleep(400)
  expect(it.asked()).toBe(asked)
  it.firmware.off()
})

test('a board that comes back and does not answer is tried again', async () => {
  await using it = await plugged({ patience: 200, reconnect: { first: 20, most: 40 } })
  it.pull()
  await until(it.robot, 'reconnecting')
  // Dead, then plugged in: every greeting ends in silence.
  it.firmware.die()
  Object.assign(it.firmware, { restart() {} })
  it.plug()
  const before = it.asked()
  while (it.asked() < before + 2) await sleep(10)
  expect(it.robot.now.mode).toBe('reconnecting')
  Reflect.deleteProperty(it.firmware, 'restart')
  await until(it.robot, 'stopped')
})

test('without the option a lost line is the end; a Transport cannot be opened again', async () => {
  const it = await plugged({ reconnect: false })
  it.pull()
  await until(it.robot, 'closed')
  await it.robot.close()
  it.firmware.off()
  await expect(robot(memoryPair().host, { reconnect: true })).rejects.toMatchObject({ kind: 'unsupported' })
})
