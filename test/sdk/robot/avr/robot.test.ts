/** Our own driver against the AVR firmware on its emulated chip, in real time: what a user of a real board would see. */
import { describe, expect, test } from 'vitest'
import { memoryPair } from '../../../../sdk/robot/memory.js'
import { robot } from '../../../../sdk/robot/robot.js'
import type { Transport } from '../../../../sdk/robot/transport.js'
import { all, drive, type Harm, harmful, list, seeded, sleep, turn } from '../rig.js'
import { build, noAvr } from './build.js'
import { live } from './live.js'

const program = noAvr ? undefined : build().program

async function rig({ stopAfter = 500, harm = (line: Transport) => line } = {}) {
  const { host, board } = memoryPair()
  const emulated = live(program!, harm(board))
  const rover = await robot(host, { stopAfter })
  const end = async () => {
    await rover.close()
    emulated.off()
  }
  const until = async (met: () => boolean) => {
    for (let i = 0; i < 600 && !met(); i++) await sleep(10)
    expect(met()).toBe(true)
  }
  return { rover, ...emulated, until, [Symbol.asyncDispose]: end }
}

describe.skipIf(noAvr)(`robot() on the AVR firmware (emulated ATmega328P)${noAvr ? `: ${noAvr}` : ''}`, () => {
  test('greets, drives, turns, reports; what it cannot do is rejected', async () => {
    await using it = await rig()
    expect(it.rover.now.mode).toBe('idle')
    const reports = await list(it.rover.perform([drive(0.1), turn(20)]))
    expect(reports.filter(({ state }) => state === 'done')).toHaveLength(2)
    expect(it.wheels.turning.length).toBeGreaterThan(20)
    expect((await all(it.rover.perform({ skill: 'grip', state: 'close' }))).error).toMatchObject({ kind: 'unsafe' })
    expect((await list(it.rover.perform({ skill: 'light', state: 'on' }))).at(-1)?.state).toBe('done')
    expect(it.wheels.lamp).toBe(true)
  })

  test('cancelled, stopped, reset, and on again', async () => {
    await using it = await rig()
    const letting = it.rover.perform(drive(5)).subscribe({ error: () => {} })
    await it.until(() => it.wheels.moving)
    letting.unsubscribe()
    await it.until(() => !it.wheels.moving)
    expect(it.rover.now.latched).toBe(false)
    const going = all(it.rover.perform(drive(5)))
    await it.until(() => it.wheels.moving)
    expect((await it.rover.stop()).confirmed).toBe(true)
    expect((await going).error).toMatchObject({ kind: 'cancelled' })
    const rest = it.chip.ms
    expect((await all(it.rover.perform(drive(1)))).error).toMatchObject({ kind: 'unsafe' })
    expect(it.wheels.last).toBeLessThanOrEqual(rest)
    await it.rover.reset()
    expect((await list(it.rover.perform(turn(-10)))).at(-1)?.state).toBe('done')
  })

  test('the button on the vehicle reaches the host as a stop', async () => {
    await using it = await rig()
    const going = all(it.rover.perform(drive(5)))
    await it.until(() => it.wheels.moving)
    it.chip.set('C', 2, false)
    expect((await going).error).toMatchObject({ kind: 'cancelled' })
    expect(it.rover.now.latched).toBe(true)
  })

  test('a board that hangs is reset by its watchdog, and the host ends the action', async () => {
    await using it = await rig()
    const going = all(it.rover.perform(drive(5)))
    await it.until(() => it.wheels.moving)
    const began = it.chip.ms
    it.chip.hang()
    expect((await going).error).toMatchObject({ kind: 'io' })
    await it.until(() => it.chip.bites === 1)
    expect(it.wheels.last - began).toBeLessThan(300)
  })

  test('over a line that loses, damages and doubles', async () => {
    const harm: Harm = { drop: 0, corrupt: 0, duplicate: 0 }
    await using it = await rig({ harm: harmful(harm, seeded(11)) })
    Object.assign(harm, { drop: 0.05, corrupt: 0.05, duplicate: 0.2 })
    const { reports, error } = await all(it.rover.perform([drive(0.05), turn(10), drive(-0.05)]))
    if (error) expect(error).toMatchObject({ name: 'LutraError' })
    else expect(reports.filter(({ state }) => state === 'done')).toHaveLength(3)
    await it.rover.stop()
    await sleep(100)
    expect(it.wheels.moving).toBe(false)
  })
})
