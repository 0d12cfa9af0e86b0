import { firstValueFrom } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { Telemetry } from '../../../../sdk/robot/driver.js'
import { jog, readLine, stopBytes } from '../../../../sdk/robot/drivers/grbl/codec.js'
import { type GrblOptions, grbl } from '../../../../sdk/robot/drivers/grbl/grbl.js'
import { SimulatedGrbl } from './boards/grbl.js'
import { type Bench, call, conforms, open, rests, stopped, using } from './conformance.js'

const box: GrblOptions['box'] = { x: [-10, 150], y: [0, 50] }
const base = {
  actions: [
    { skill: 'move', x: 8, y: 4 },
    { skill: 'shift', x: -8 },
    { skill: 'off' },
    { skill: 'wait', seconds: 0.1 },
  ],
  long: { skill: 'move', x: 150 },
}
const bench: Bench = {
  ...base,
  runtime: true,
  name: 'grbl',
  factory: grbl({ box, feed: 1800 }),
  board: (line) => new SimulatedGrbl(line),
}
conforms(bench)

describe.concurrent('grbl', () => {
  it.each(['grblHAL', 'fluidnc'] as const)('moves and stops with %s, by the machine’s coordinates too', (kind) => {
    const other: Bench = {
      ...bench,
      factory: grbl({ box, feed: 3000, coordinates: 'machine' }),
      board: (line) => new SimulatedGrbl(line, { kind, reportsWork: true }),
    }
    return using(other, async ({ driver, board }) => {
      const machine = board as SimulatedGrbl
      const end = driver.perform({ skill: 'move', x: 10, y: 5 }, call())
      await end
      expect(machine.place).toEqual([10, 5, 0])
      const long = driver.perform(base.long, call()).catch((error) => error)
      await new Promise((resolve) => setTimeout(resolve, 200))
      const stop = await stopped(driver)
      await rests(board, 200)
      expect((await long).kind).toBe('cancelled')
      expect(machine.state).toBe('Alarm')
      await driver.release(stop)
      expect(machine.state).toBe('Idle')
    })
  })

  it('moves by work coordinates, from here or to there, and never queues more than stopAfter', () =>
    using(bench, async ({ driver, board }) => {
      const machine = board as SimulatedGrbl
      await driver.perform({ skill: 'move', x: 20 }, call())
      expect(machine.place[0]).toBeCloseTo(25, 2)
      await driver.perform({ skill: 'shift', x: -5.5, y: 1 }, call())
      expect(machine.place[0]).toBeCloseTo(19.5, 2)
      expect(machine.place[1]).toBeCloseTo(1, 2)
      // 30 mm/s for 300 ms.
      expect(machine.queued).toBeLessThanOrEqual(9)
      await driver.perform({ skill: 'off' }, call())
      expect(machine.lines.slice(-2)).toEqual(['M5', 'M9'])
    }))

  it('refuses what lies outside of the box, from where it is', () =>
    using(bench, async ({ driver, board }) => {
      await driver.perform({ skill: 'move', x: 5 }, call())
      await expect(driver.perform({ skill: 'shift', x: 150 }, call())).rejects.toMatchObject({ kind: 'unsafe' })
      await expect(driver.perform({ skill: 'move' }, call())).rejects.toMatchObject({ kind: 'unsafe' })
      await rests(board, 50)
      expect((board as SimulatedGrbl).place[0]).toBeCloseTo(10, 2)
    }))

  it('keeps its position when an action is aborted, and goes on from there', () =>
    using(bench, async ({ driver, board }) => {
      const machine = board as SimulatedGrbl
      const abort = new AbortController()
      const end = driver.perform(base.long, call({ signal: abort.signal })).catch((error) => error)
      await new Promise((resolve) => setTimeout(resolve, 300))
      abort.abort('enough')
      expect(await end).toBe('enough')
      expect(machine.state).toBe('Idle')
      expect(machine.place[0]).toBeGreaterThan(0)
      await driver.perform({ skill: 'move', x: 0 }, call())
      expect(machine.place[0]).toBeCloseTo(5, 2)
    }))

  it('tells a limit switch as the board’s own stop, and a held axis as blocked', () =>
    using(bench, async ({ driver, board }) => {
      const machine = board as SimulatedGrbl
      const end = driver.perform(base.long, call()).catch((error) => error)
      await new Promise((resolve) => setTimeout(resolve, 200))
      const proof = firstValueFrom(driver.stopped)
      machine.hitLimit()
      expect((await end).kind).toBe('cancelled')
      expect(await proof).toBe(1)
      await expect(driver.perform(base.long, call())).rejects.toMatchObject({ kind: 'cancelled' })
      await driver.release(1)
      machine.stuck = true
      await expect(driver.perform(base.long, call())).rejects.toMatchObject({ kind: 'limit' })
      expect(machine.moving).toBe(false)
    }))

  it('homes where it can, lets only that move an alarmed machine, and can be cut short', () => {
    const homing: Bench = {
      ...bench,
      factory: grbl({ box, feed: 3000, homing: true }),
      board: (line) => new SimulatedGrbl(line, { homing: true }),
    }
    return using(homing, async ({ driver, board }) => {
      const machine = board as SimulatedGrbl
      await expect(driver.perform({ skill: 'move', x: 5 }, call())).rejects.toMatchObject({ kind: 'unsafe' })
      const abort = new AbortController()
      const end = driver.perform({ skill: 'home' }, call({ signal: abort.signal })).catch((error) => error)
      await new Promise((resolve) => setTimeout(resolve, 60))
      expect(machine.moving).toBe(true)
      abort.abort('enough')
      expect(await end).toBe('enough')
      await rests(board, 100)
      await driver.release(1)
      expect(machine.state).toBe('Alarm')
      await driver.perform({ skill: 'home' }, call())
      expect(machine.place).toEqual([0, 0, 0])
      await driver.perform({ skill: 'move', x: 5 }, call())
    })
  })

  it('is not content with a machine that reports inches', async () => {
    const rig = open({ ...bench, board: (line) => new SimulatedGrbl(line, { inches: true }) })
    await expect(rig.driver.greet({ stopAfter: 300, patience: 1000 })).rejects.toMatchObject({ kind: 'mismatch' })
    rig.board.off()
    await rig.driver.close()
  })

  it('tells where the machine is', () =>
    using(bench, async ({ driver }) => {
      const heard: Telemetry[] = []
      driver.telemetry.subscribe((telemetry) => heard.push(telemetry))
      await driver.perform({ skill: 'move', y: 2 }, call())
      expect(heard.at(-1)).toEqual({ machine: { state: 'Idle', x: -5, y: 2, z: 0 } })
    }))

  it('refuses a box that cannot be', () => {
    const make = (options: unknown) => () =>
      grbl(options as GrblOptions)({ bytes: { subscribe() {} }, closed: Promise.resolve() } as never)
    expect(make({ box: {} })).toThrow('at least one axis')
    expect(make({ box: { x: [3, 3] } })).toThrow('x: 3, 3')
    expect(make({ box: { w: [0, 3] } })).toThrow('w: 0, 3')
    expect(make({ box, feed: 0 })).toThrow('feed')
  })

  it('reads and writes the lines of the documentation', () => {
    expect([...stopBytes]).toEqual(['!'.charCodeAt(0), 0x18])
    expect(new TextDecoder().decode(jog({ x: 10, y: -1.5 }, 500, false))).toBe('$J=G21G90X10.000Y-1.500F500\n')
    expect(new TextDecoder().decode(jog({ y: 5 }, 0.2, true))).toBe('$J=G21G90G53Y5.000F1\n')
    const zero = { x: 0, y: 0, z: 0 }
    expect(readLine('<Idle|MPos:0.000,0.000,0.000|FS:0.0,0>')).toEqual({ kind: 'status', state: 'Idle', machine: zero })
    expect(readLine('<Hold:1|WPos:-2.500,0.000,11.000,9.0|Bf:15,128|WCO:0.000,1.551,5.664|Ov:100,100,100>')).toEqual({
      kind: 'status',
      state: 'Hold',
      work: { x: -2.5, y: 0, z: 11 },
      offset: { x: 0, y: 1.551, z: 5.664 },
    })
    for (const banner of [
      "Grbl 1.1d ['$' for help]",
      "GrblHAL 1.1f ['$' or '$HELP' for help]",
      "Grbl 3.4 [FluidNC v3.4.2 (wifi) '$' for help]",
    ])
      expect(readLine(banner)).toEqual({ kind: 'banner' })
    expect(readLine('ok')).toEqual({ kind: 'ok' })
    expect(readLine('error:9')).toEqual({ kind: 'error', code: '9' })
    expect(readLine('ALARM:3')).toEqual({ kind: 'alarm', code: '3' })
    expect(readLine('$13=0')).toEqual({ kind: 'setting', name: '13', value: '0' })
    // A start-up line's own answer is none to us.
    expect(readLine('>G54G20:ok')).toBeUndefined()
    expect(readLine('[MSG:Caution: Unlocked]')).toBeUndefined()
    for (const bad of ['<Idle|MPos:0,0>', '<Idle|MPos:1e9,0,0>', '<Idle', '<|MPos:0,0,0>'])
      expect(readLine(bad)).toBe('bad')
  })
})
