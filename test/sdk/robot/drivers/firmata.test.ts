/** The Firmata driver: its bytes, hostile ones, and the real StandardFirmata on an emulated Uno, judged by the pins. */
import fc from 'fast-check'
import { filter, firstValueFrom } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { FirmataParser, tell } from '../../../../sdk/robot/drivers/firmata/codec.js'
import { firmata } from '../../../../sdk/robot/drivers/index.js'
import { memoryPair } from '../../../../sdk/robot/memory.js'
import type { RobotState } from '../../../../sdk/robot/report.js'
import { robot } from '../../../../sdk/robot/robot.js'
import { live } from '../avr/live.js'
import { standardFirmata } from '../avr/standard-firmata.js'
import { all, list, sleep } from '../rig.js'

describe('Firmata, byte by byte', () => {
  const parse = (...bytes: number[]) => new FirmataParser().push(Uint8Array.from(bytes))

  test('reads what boards say', () => {
    expect(parse(0xf9, 2, 5)).toEqual([{ type: 'version', major: 2, minor: 5 }])
    expect(parse(0xf0, 0x79, 2, 4, 0x41, 0, 0x7a, 1, 0xf7)).toEqual([
      { type: 'firmware', major: 2, minor: 4, name: 'A?' },
    ])
    expect(parse(0xe3, 0x7f, 0x07)).toEqual([{ type: 'analog', channel: 3, value: 1023 }])
    expect(parse(0x91, 0x20, 1)).toEqual([{ type: 'digital', port: 1, bits: 0xa0 }])
    expect(parse(0xf0, 0x6e, 9, 4, 0x34, 1, 0xf7)).toEqual([{ type: 'state', pin: 9, mode: 4, value: 180 }])
    expect(parse(0xf0, 0x6c, 127, 0, 1, 1, 1, 127, 2, 10, 127, 0xf7)).toEqual([
      {
        type: 'capability',
        pins: [
          new Map(),
          new Map([
            [0, 1],
            [1, 1],
          ]),
          new Map([[2, 10]]),
        ],
      },
    ])
    expect(parse(0xf0, 0x71, 0x48, 0, 0x69, 0, 0xf7)).toEqual([{ type: 'text', text: 'Hi' }])
  })

  test('writes as the protocol page has it', () => {
    expect([...tell.digital(1, 0xa0)]).toEqual([0x91, 0x20, 1])
    expect([...tell.analog(9, 180)]).toEqual([0xe9, 0x34, 1])
    expect([...tell.analog(20, 180)]).toEqual([0xf0, 0x6f, 20, 0x34, 1, 0xf7])
    expect([...tell.servo(9, 544, 2400)]).toEqual([0xf0, 0x70, 9, 0x20, 4, 0x60, 0x12, 0xf7])
    expect([...tell.sampling(100)]).toEqual([0xf0, 0x7a, 100, 0, 0xf7])
  })

  test('any bytes: no error, bounded, and the next good message is heard', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6000 }), (bytes) => {
        const parser = new FirmataParser()
        for (const heard of parser.push(bytes)) expect(heard.type).toBeTypeOf('string')
        expect(parser.push(Uint8Array.of(0xf7, 0xe0, 1, 0)).at(-1)).toEqual({ type: 'analog', channel: 0, value: 1 })
      }),
      { numRuns: 300 },
    )
    const parser = new FirmataParser()
    expect(parser.push(new Uint8Array(100_000).fill(0x11).fill(0xf0, 0, 1))).toEqual([])
    expect(parser.bad).toBeGreaterThan(0)
  })

  test('declarations that cannot be right are refused before anything is opened', () => {
    const wrong = (pins: Parameters<typeof firmata>[0]['pins'], more = {}) =>
      expect(() => firmata({ pins, ...more })).toThrow(/^Expected/)
    wrong({ led: { pin: 200, mode: 'output' } })
    wrong({ light: { pin: 'B1', mode: 'analog' } })
    wrong({ Led: { pin: 1, mode: 'output' } })
    wrong({ a: { pin: 3, mode: 'output' }, b: { pin: 3, mode: 'input' } })
    wrong({ pan: { pin: 9, mode: 'servo', min: 90, max: 20 } })
    wrong({ pan: { pin: 9, mode: 'servo', pulse: [100, 5000] } })
    wrong({ fan: { pin: 3, mode: 'pwm', safe: 101 } })
    wrong({ lock: { pin: 4, mode: 'output', safe: 'on' } }, { reset: true })
    wrong({}, { sampling: 1 })
  })
})

test('a board that is silent, or has no such pin: told so', async () => {
  const { host, board } = memoryPair()
  const driver = firmata({ pins: { led: { pin: 13, mode: 'output' } } })
  await expect(robot(host, { driver, patience: 300 })).rejects.toMatchObject({ kind: 'io' })
  await board.close()
})

test('StandardFirmata on an emulated Uno: lamp, fan, servo, sensors, stop', async (context) => {
  const program = standardFirmata()
  if (typeof program === 'string') return context.skip(program)
  const { host, board } = memoryPair()
  const { chip, wheels, off } = live(program, board)
  // The duty of D3, by its level.
  let [high, rose, before] = [0, 0, 0]
  const eye = chip.onPins
  chip.onPins = (port, driven) => {
    eye(port, driven)
    if (port === 'D' && (driven ^ before) & 8) {
      if (driven & 8) rose = chip.cycles
      else high += chip.cycles - rose
    }
    if (port === 'D') before = driven
  }
  const duty = async () => {
    const [from, was] = [chip.cycles, high]
    while (chip.cycles < from + 1.6e6) await sleep(5)
    return (high - was) / (chip.cycles - from)
  }
  const pins = {
    led: { pin: 13, mode: 'output' },
    fan: { pin: 3, mode: 'pwm', safe: 20 },
    pan: { pin: 9, mode: 'servo', min: 10, max: 170, speed: 400 },
    light: { pin: 'A0', mode: 'analog' },
    bumper: { pin: 2, mode: 'pullup' },
  } as const
  const uno = await robot(host, { driver: firmata({ pins, sampling: 50 }), patience: 30_000, stopAfter: 3000 })
  try {
    expect(Object.keys(uno.skills)).toEqual(['set', 'dim', 'servo', 'read', 'wait', 'stop', 'repeat', 'refuse'])
    expect(wheels.lamp).toBe(false)
    expect((await list(uno.perform({ skill: 'set', name: 'led', state: 'on' }))).at(-1)?.state).toBe('done')
    expect(wheels.lamp).toBe(true)
    expect(await duty()).toBeCloseTo(0.2, 1)
    await list(uno.perform({ skill: 'dim', name: 'fan', percent: 75 }))
    expect(await duty()).toBeCloseTo(0.75, 1)

    // 544 to 2400 µs over 180 degrees.
    for (const degrees of [150, 30]) {
      await list(uno.perform({ skill: 'servo', name: 'pan', degrees }))
      const until = chip.ms + 60
      while (chip.ms < until) await sleep(5)
      expect(wheels.pulse).toBeGreaterThan(544 + (degrees * 1856) / 180 - 15)
      expect(wheels.pulse).toBeLessThan(544 + (degrees * 1856) / 180 + 15)
    }
    const { error } = await all(uno.perform({ skill: 'servo', name: 'pan', degrees: 175 }))
    expect(error).toMatchObject({ kind: 'unsafe' })

    chip.setVolts(0, 2.5)
    chip.set('D', 2, false)
    await list(
      uno.perform([
        { skill: 'read', name: 'light' },
        { skill: 'read', name: 'bumper' },
      ]),
    )
    // A report of before may still have been on its way.
    const lit = filter<RobotState>(({ telemetry }) => telemetry?.bumper === false && Number(telemetry.light) > 0.3)
    expect((await firstValueFrom(uno.state.pipe(lit))).telemetry?.light).toBeCloseTo(0.5, 1)

    expect((await uno.stop()).confirmed).toBe(true)
    expect(wheels.lamp).toBe(false)
    expect(await duty()).toBeCloseTo(0.2, 1)
    expect((await all(uno.perform({ skill: 'set', name: 'led', state: 'on' }))).error).toMatchObject({ kind: 'unsafe' })
    await uno.reset()
    await list(uno.perform({ skill: 'set', name: 'led', state: 'on' }))
    expect(wheels.lamp).toBe(true)
    await uno.close()
    for (let i = 0; i < 200 && wheels.lamp; i++) await sleep(10)
    expect(wheels.lamp).toBe(false)
  } finally {
    await uno.close()
    off()
  }
})
