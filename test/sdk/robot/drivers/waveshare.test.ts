import { describe, expect, it } from 'vitest'
import type { Telemetry } from '../../../../sdk/robot/driver.js'
import { readLine, stopLines } from '../../../../sdk/robot/drivers/waveshare/codec.js'
import { waveshare } from '../../../../sdk/robot/drivers/waveshare/waveshare.js'
import { SimulatedWaveshare } from './boards/waveshare.js'
import { type Bench, call, conforms, using } from './conformance.js'

const base = {
  actions: [
    { skill: 'drive', metres: 0.1 },
    { skill: 'turn', degrees: -30 },
    { skill: 'wait', seconds: 0.1 },
  ],
  long: { skill: 'drive', metres: 5 },
}
const bench: Bench = {
  ...base,
  name: 'waveshare with encoders',
  factory: waveshare({ speed: 0.5, acceleration: 2, turnSpeed: 120 }),
  board: (line) => new SimulatedWaveshare(line),
}
conforms(bench)
conforms({
  ...base,
  variant: true,
  name: 'waveshare without encoders',
  factory: waveshare({ encoders: false, speed: 0.5, acceleration: 2, turnSpeed: 120 }),
  board: (line) => new SimulatedWaveshare(line, { encoders: false }),
})

/** A shared machine may pause for some hundred milliseconds: at this speed it comes no farther than the tests allow. */
const crawling: Bench = { ...bench, factory: waveshare({ speed: 0.1, acceleration: 2, turnSpeed: 40 }) }

describe.concurrent('waveshare', () => {
  it('drives and turns as far as it was told', () =>
    using(crawling, async ({ driver, board }) => {
      const { left, right } = board as SimulatedWaveshare
      await driver.perform({ skill: 'drive', metres: -0.1 }, call())
      expect(left.rolled).toBeCloseTo(-0.1, 1)
      expect(right.rolled).toBeCloseTo(left.rolled, 2)
      const [l, r] = [left.rolled, right.rolled]
      await driver.perform({ skill: 'turn', degrees: 45 }, call())
      const turned = ((right.rolled - r - (left.rolled - l)) / 0.172) * (180 / Math.PI)
      expect(Math.abs(turned - 45)).toBeLessThan(15)
    }))

  it('sets the timeout of the board, switches its talk off, and tells what it hears', () =>
    using(bench, async ({ driver, board }) => {
      const heard: Telemetry[] = []
      driver.telemetry.subscribe((telemetry) => heard.push(telemetry))
      const rover = board as SimulatedWaveshare
      expect(rover.heartbeatDelay).toBe(300)
      expect(rover.flow).toBe(false)
      rover.heartbeatDelay = 3000
      await driver.perform({ skill: 'drive', metres: 0.05 }, call())
      expect(rover.heartbeatDelay).toBe(300)
      expect(heard).toContainEqual(expect.objectContaining({ battery: 11.6, roll: 1.5, pitch: -0.25 }))
      expect(heard.some(({ speed = 0 }) => speed > 0.05)).toBe(true)
    }))

  it('rises and falls by the acceleration', () =>
    using(bench, async ({ driver, board }) => {
      await driver.perform({ skill: 'drive', metres: 0.4 }, call())
      const speeds = (board as SimulatedWaveshare).heard.filter(({ T }) => T === 1).map(({ L }) => Number(L))
      // 2 m/s² at 25 set-points a second: 0.08 m/s a step; a late timer makes one of three steps at most.
      for (let i = 1; i < speeds.length; i++) expect(Math.abs(speeds[i] - speeds[i - 1])).toBeLessThanOrEqual(0.49)
      expect(Math.max(...speeds)).toBeLessThanOrEqual(0.5)
      expect(Math.max(...speeds)).toBeGreaterThan(0.4)
      expect(speeds[0]).toBeLessThanOrEqual(0.25)
      expect(speeds.at(-1)).toBe(0)
    }))

  it('tells a wheel that is held as blocked', () =>
    using(bench, async ({ driver, board }) => {
      const { left, right } = board as SimulatedWaveshare
      for (const wheel of [left, right]) Object.defineProperty(wheel, 'speed', { get: () => 0, set: () => {} })
      await expect(driver.perform({ skill: 'drive', metres: 1 }, call())).rejects.toMatchObject({ kind: 'limit' })
    }))

  it('refuses options that cannot be', () => {
    expect(() =>
      waveshare({ wheelBase: 0 })({ bytes: { subscribe() {} }, closed: Promise.resolve() } as never),
    ).toThrow('wheelBase')
  })

  it('makes of lines what they say, and of others nothing', () => {
    expect(new TextDecoder().decode(stopLines)).toBe('\n{"T":1,"L":0,"R":0}\n{"T":0}\n{"T":130}\n')
    expect(readLine('{"T":1001,"L":0,"R":0,"r":7.005664349,"p":-4.95,"y":-130.8,"temp":57.2,"v":11.11301041}')).toEqual(
      {
        left: 0,
        right: 0,
        roll: 7.005664349,
        pitch: -4.95,
        battery: 11.11301041,
      },
    )
    expect(readLine('{"T":1001,"L":0.1,"R":0.2,"odl":150,"odr":-25,"v":1160}')).toEqual({
      left: 0.1,
      right: 0.2,
      rolled: { left: 1.5, right: -0.25 },
      battery: 11.6,
    })
    expect(readLine('---=== File Content ===---')).toBeUndefined()
    expect(readLine('{"T":1001,"L":"x","R":0}')).toBe('bad')
    expect(readLine('{"T":1001,"L":1')).toBe('bad')
    expect(readLine('{"T":1002,"ax":1,"__proto__":3,"deep":{"a":1},"T2":2}')).toEqual({ imu: { ax: 1, T2: 2 } })
  })
})
