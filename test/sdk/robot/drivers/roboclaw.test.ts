import { describe, expect, it } from 'vitest'
import type { Telemetry } from '../../../../sdk/robot/driver.js'
import { findAnswer, findVersion, writePacket } from '../../../../sdk/robot/drivers/roboclaw/codec.js'
import { type RoboclawOptions, roboclaw } from '../../../../sdk/robot/drivers/roboclaw/roboclaw.js'
import { crc16 } from '../../../../sdk/robot/protocol/crc.js'
import { SimulatedRoboclaw } from './boards/roboclaw.js'
import { type Bench, call, conforms, open, using } from './conformance.js'

const limits = { wheelBase: 0.2, speed: 0.5, acceleration: 2, turnSpeed: 120 }
const base = {
  actions: [
    { skill: 'drive', metres: 0.1 },
    { skill: 'turn', degrees: -30 },
    { skill: 'wait', seconds: 0.1 },
  ],
  long: { skill: 'drive', metres: 5 },
}
/** 4000 counts a metre. */
const encoders = { countsPerTurn: 400 * Math.PI, wheelDiameter: 0.1 }
const bench: Bench = {
  ...base,
  name: 'roboclaw with encoders',
  factory: roboclaw({ ...limits, encoders }),
  board: (line) => new SimulatedRoboclaw(line),
}
conforms(bench)
conforms({
  ...base,
  variant: true,
  name: 'roboclaw by duty',
  factory: roboclaw({ ...limits, topSpeed: 0.8, address: 0x82 }),
  board: (line) => new SimulatedRoboclaw(line, { address: 0x82, topSpeed: 0.8 }),
})

/** A shared machine may pause for some hundred milliseconds: at this speed it comes no farther than the tests allow. */
const crawling = { ...limits, speed: 0.1, turnSpeed: 40 }

describe.concurrent('roboclaw', () => {
  it('drives and turns by its encoders, whichever way the motors are wired', () => {
    const inverted = { ...bench, factory: roboclaw({ ...crawling, encoders, invert: { right: true } }) }
    return using(inverted, async ({ driver, board }) => {
      const { m1, m2 } = board as SimulatedRoboclaw
      await driver.perform({ skill: 'drive', metres: 0.1 }, call())
      expect(m1.rolled).toBeCloseTo(0.1, 1)
      expect(m2.rolled).toBeCloseTo(-m1.rolled, 1)
      const [one, two] = [m1.rolled, m2.rolled]
      await driver.perform({ skill: 'turn', degrees: 45 }, call())
      const turned = ((-(m2.rolled - two) - (m1.rolled - one)) / 0.2) * (180 / Math.PI)
      expect(Math.abs(turned - 45)).toBeLessThan(15)
    })
  })

  it('sets the serial timeout and reads it back, and tells battery and currents', () =>
    using(bench, async ({ driver, board }) => {
      const heard: Telemetry[] = []
      driver.telemetry.subscribe((telemetry) => heard.push(telemetry))
      expect((board as SimulatedRoboclaw).timeout).toBe(3)
      await driver.perform({ skill: 'drive', metres: 0.02 }, call())
      expect(heard).toContainEqual({ battery: 12.3, amperes: { left: 1.5, right: -0.25 } })
    }))

  it('is not content with a board that keeps no timeout', async () => {
    const rig = open(bench)
    Object.defineProperty(rig.board, 'timeout', { get: () => 0, set: () => {} })
    await expect(rig.driver.greet({ stopAfter: 500, patience: 500 })).rejects.toMatchObject({ kind: 'mismatch' })
    rig.board.off()
    await rig.driver.close()
  })

  it('refuses options that cannot be', () => {
    const nowhere = { bytes: { subscribe() {} }, closed: Promise.resolve() } as never
    const make = (options: Partial<RoboclawOptions>) => () => roboclaw({ ...limits, ...options })(nowhere)
    expect(make({})).toThrow('topSpeed')
    expect(make({ topSpeed: 1, address: 0x90 })).toThrow('address')
    expect(make({ encoders: { countsPerTurn: -1, wheelDiameter: 0.1 } })).toThrow('countsPerTurn')
    expect(make({ topSpeed: 1, hz: 500 })).toThrow('hz')
  })

  it('checks by CRC-16 as the manual does', () => {
    // The catalogue's check value of this CRC (XMODEM: polynomial 0x1021, start 0).
    expect(crc16(new TextEncoder().encode('123456789'), 9, 0)).toBe(0x31c3)
    const stop = writePacket(0x80, 34, [
      [0, 2],
      [0, 2],
    ])
    expect([...stop.subarray(0, 6)]).toEqual([0x80, 34, 0, 0, 0, 0])
    expect(crc16(stop, stop.length, 0)).toBe(0)
    expect([...writePacket(0x80, 40, [[-2, 4]])].slice(2, 6)).toEqual([0xff, 0xff, 0xff, 0xfe])
  })

  it('finds an answer behind stale bytes, and none where the CRC is wrong', () => {
    const whole = Uint8Array.of(0x80, 24, 0, 123)
    const crc = crc16(whole, 4, 0)
    const answer = [0, 123, crc >> 8, crc & 0xff]
    expect(findAnswer(Uint8Array.from([0xff, ...answer]), 0x80, 24, 2)?.getUint16(0)).toBe(123)
    expect(findAnswer(Uint8Array.from(answer), 0x81, 24, 2)).toBeUndefined()
    expect(findAnswer(Uint8Array.from(answer.slice(0, 3)), 0x80, 24, 2)).toBeUndefined()
    expect(findVersion(Uint8Array.of(0, 1, 2, 0, 9), 0x80)).toBeUndefined()
  })
})
