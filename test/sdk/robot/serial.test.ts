/** The whole stack over real pseudo-terminals: serialport, termios, and hosts that die. */
import { describe, expect, test } from 'vitest'
import { openPty } from '../../../examples/simulated-rover/pty.js'
import { startRover } from '../../../examples/simulated-rover/start.js'
import { type Robot, robot } from '../../../sdk/robot/robot.js'
import { bench, dies, host, moving, noDist, resting } from './dying.js'
import { all, drive, list, sleep, turn } from './rig.js'
import { noSocat } from './socat.js'

for (const reason of [noSocat, noSocat ?? noDist]) if (reason) console.warn(`skipped: ${reason}`)

describe.skipIf(noSocat)(`over a pseudo-terminal${noSocat ? `: ${noSocat}` : ''}`, () => {
  test('drives, turns, and keeps others off the port', async () => {
    await using it = await bench()
    const rover = await robot(it.cable.host, { baudRate: 1_000_000 })
    expect(rover.simulated).toBe(true)
    const reports = await list(rover.perform([drive(0.3), turn(45)]))
    expect(reports.filter(({ state }) => state === 'done')).toHaveLength(2)
    await expect(robot(it.cable.host)).rejects.toMatchObject({
      kind: 'io',
      message: expect.stringMatching(/another program/),
    })
    await rover.close()
    const again = await robot(it.cable.host)
    expect(again.now.mode).toBe('idle')
    await again.close()
    expect(it.monitor.wrongs).toEqual([])
  })

  test('the emergency stop is confirmed within a few milliseconds of line time', async () => {
    await using it = await bench()
    const rover = await robot(it.cable.host)
    const going = all(rover.perform(drive(3)))
    await moving(it.firmware)
    const began = performance.now()
    const stop = rover.stop()
    const rest = resting(it.firmware)
    expect((await stop).confirmed).toBe(true)
    expect(it.monitor.stoppedAt! - began).toBeLessThan(150)
    expect(await rest).toBeLessThan(500)
    expect((await going).reports.at(-1)?.state).toBe('stopped')
    await rover.close()
    expect(it.monitor.wrongs).toEqual([])
  })

  test('unplugged in motion: closed, no hang, and the board stops by itself', async () => {
    await using it = await bench()
    const rover: Robot = await robot(it.cable.host, { stopAfter: 300 })
    const going = all(rover.perform([drive(3), turn(90)]))
    await moving(it.firmware)
    it.cable.unplug()
    const { reports, error } = await going
    expect(error).toMatchObject({ kind: 'closed' })
    expect(reports.at(-1)?.state).toBe('failed')
    expect(await resting(it.firmware)).toBeLessThan(300 + 400)
    expect(rover.now.mode).toBe('closed')
    expect(it.monitor.wrongs).toEqual([])
    await rover.close()
  })

  test('plugged in again at its old name: greeted anew, latched, and free after a reset', async () => {
    const old = await bench()
    const rover: Robot = await robot(old.cable.host, { stopAfter: 300, reconnect: { first: 50, most: 200 } })
    const going = all(rover.perform(drive(3)))
    await moving(old.firmware)
    old.cable.unplug()
    expect((await going).error).toMatchObject({ kind: 'closed' })
    expect(rover.now).toMatchObject({ mode: 'reconnecting', latched: true })
    await old[Symbol.asyncDispose]()
    await using it = await bench(old.cable.host)
    while (rover.now.mode !== 'stopped') await sleep(20)
    expect(it.firmware).toMatchObject({ latched: true, begun: [] })
    await rover.reset()
    expect((await list(rover.perform(drive(0.1)))).at(-1)?.state).toBe('done')
    await rover.close()
    expect([...old.monitor.wrongs, ...it.monitor.wrongs]).toEqual([])
  })

  test('a port that is not there says which are', async () => {
    await expect(robot('/dev/ttyNOPE')).rejects.toMatchObject({
      kind: 'io',
      message: expect.stringMatching(/serial port/),
    })
  })

  // Alone: a host that is only slow would have stopped its robot before.
  test.skipIf(noDist)('a host that dies by SIGKILL leaves no moving robot', () => dies(undefined, 'SIGKILL', false))

  // The other signals, and a rejection that nobody handles: ./serial.long.test.ts.
  test.skipIf(noDist).concurrent.each([
    ['SIGTERM', undefined, 'SIGTERM'],
    ['process.exit', 'exit', '7'],
    ['an uncaught exception', 'throw', '1'],
  ])('a host that dies by %s leaves no moving robot', (_, how, ends) => dies(how, ends, true))

  test.skipIf(noDist).concurrent('an exception that somebody catches stops the robot all the same', async () => {
    await using it = await bench()
    const { child, gone } = host(it, 'caught')
    try {
      await moving(it.firmware)
      while (!it.firmware.latched) await sleep(10)
      expect(await resting(it.firmware)).toBeLessThan(300 + 400)
      expect(child.exitCode).toBeNull()
    } finally {
      child.kill('SIGKILL')
      await gone
    }
  })

  test.skipIf(noDist).concurrent('a worker thread is told that ports are for the main thread', async () => {
    await using it = await bench()
    const { child, gone } = host(it, 'worker')
    let said = ''
    child.stdout!.on('data', (bytes) => {
      said += bytes
    })
    expect(await gone).toBe('0')
    expect(said).toBe('error unsupported\n')
  })

  test.skipIf(noDist)('one board has one host: another process is told so, and the robot drives on', async () => {
    await using it = await bench()
    const { child, gone } = host(it)
    try {
      await moving(it.firmware)
      await expect(robot(it.cable.host)).rejects.toMatchObject({
        kind: 'io',
        message: expect.stringMatching(/another program/),
      })
      expect(it.firmware).toMatchObject({ latched: false, begun: { length: 1 } })
    } finally {
      child.kill('SIGKILL')
      await gone
    }
    const next = await robot(it.cable.host)
    await next.close()
  })
})

const pty = openPty()
if (pty.path === undefined) console.warn(`skipped: pseudo-terminal of the addon: ${pty.reason}`)
else await pty.board.close()

test.skipIf(pty.path === undefined)("the example's rover stands behind a real pseudo-terminal", async () => {
  const { port, firmware, off } = startRover({ speed: 5 })
  // A host that takes its time still finds the port.
  await sleep(300)
  const rover = await robot(port)
  expect(rover.simulated).toBe(true)
  expect((await list(rover.perform(drive(0.5)))).at(-1)?.state).toBe('done')
  expect(firmware.body.odometer).toBeCloseTo(0.5, 1)
  await rover.close()
  const again = await robot(port)
  expect(again.now.mode).toBe('idle')
  await again.close()
  await off()
})
