import { describe, expect, it } from 'vitest'
import { motors, packet, serialTimeout } from '../../../../sdk/robot/drivers/sabertooth/codec.js'
import { sabertooth } from '../../../../sdk/robot/drivers/sabertooth/sabertooth.js'
import { SimulatedSabertooth } from './boards/sabertooth.js'
import { type Bench, call, conforms, using } from './conformance.js'

const bench: Bench = {
  name: 'sabertooth',
  factory: sabertooth({ wheelBase: 0.2, topSpeed: 1, speed: 0.5, acceleration: 2, turnSpeed: 120 }),
  board: (line) => new SimulatedSabertooth(line),
  actions: [
    { skill: 'drive', metres: 0.1 },
    { skill: 'turn', degrees: -30 },
    { skill: 'wait', seconds: 0.1 },
  ],
  long: { skill: 'drive', metres: 5 },
  oneWay: 'a Sabertooth has no way to answer, so that silence says nothing',
}
conforms(bench)

/** A shared machine may pause for some hundred milliseconds: at this speed it comes no farther than the test allows. */
const crawling: Bench = { ...bench, factory: sabertooth({ wheelBase: 0.2, topSpeed: 1, speed: 0.1, acceleration: 2 }) }

describe.concurrent('sabertooth', () => {
  it('reckons its way from set-points and time', () =>
    using(crawling, async ({ driver, board }) => {
      const { m1, m2 } = board as SimulatedSabertooth
      await driver.perform({ skill: 'drive', metres: -0.1 }, call())
      expect(Math.abs(m1.rolled + 0.1)).toBeLessThan(0.05)
      expect(m2.rolled).toBeCloseTo(m1.rolled, 3)
    }))

  it('sends the bauding byte and sets the serial timeout before each action', () =>
    using(bench, async ({ driver, board }) => {
      const motorDriver = board as SimulatedSabertooth
      expect(motorDriver.baud).toBe(true)
      expect(motorDriver.timeout).toBe(3)
      motorDriver.timeout = 0
      await driver.perform({ skill: 'drive', metres: 0.02 }, call())
      expect(motorDriver.timeout).toBe(3)
    }))

  it('makes the packets of the guide', () => {
    // "Address: 130, Command: 0, Data: 64, Checksum: 66"
    expect([...packet(130, 0, 64)]).toEqual([130, 0, 64, 66])
    expect([...motors(128, 1, -0.5)]).toEqual([128, 0, 127, 127, 128, 5, 64, (128 + 5 + 64) & 127])
    expect([...motors(128, -9, 0)]).toEqual([128, 1, 127, 0, 128, 4, 0, 4])
    // "a command of 10 would make a timeout of 1000ms"
    expect([...serialTimeout(128, 1000)].slice(0, 3)).toEqual([128, 14, 10])
    expect(serialTimeout(128, 60_000)[2]).toBe(127)
    expect(serialTimeout(128, 20)[2]).toBe(1)
  })
})
