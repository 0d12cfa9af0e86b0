import { describe, expect, it } from 'vitest'
import { look, packet, syncRead, syncWrite } from '../../../../sdk/robot/drivers/dynamixel/codec.js'
import { dynamixel } from '../../../../sdk/robot/drivers/dynamixel/dynamixel.js'
import { FrameScanner } from '../../../../sdk/robot/drivers/scanner.js'
import { SimulatedDynamixel } from './boards/dynamixel.js'
import { type Bench, call, conforms, open, stopped, using } from './conformance.js'

const joints = {
  pan: { id: 1, min: -120, max: 120, speed: 200, acceleration: 800 },
  tilt: { id: 2, min: -45, max: 60, speed: 30, acceleration: 800 },
} as const
const bench: Bench = {
  name: 'dynamixel',
  factory: dynamixel({ joints, poses: { home: { pan: 0, tilt: 0 }, low: { tilt: 60 } } }),
  board: (line) => new SimulatedDynamixel(line, { ids: [1, 2] }),
  actions: [
    { skill: 'move', joint: 'pan', degrees: -25 },
    { skill: 'torque', state: 'off' },
    { skill: 'torque', state: 'on' },
    { skill: 'pose', name: 'home' },
    { skill: 'read' },
    { skill: 'wait', seconds: 0.1 },
  ],
  long: { skill: 'pose', name: 'low' },
}
conforms(bench)

const pan = { skill: 'move', joint: 'pan', degrees: 40 }

describe.concurrent('dynamixel', () => {
  it('arms the bus watchdog for a motion and disarms it behind it', () =>
    using(bench, async ({ driver, board }) => {
      const simulated = board as SimulatedDynamixel
      expect(simulated.servos.map(({ watchdog }) => watchdog)).toEqual([0, 0])
      simulated.watchdogs.length = 0
      await driver.perform(pan, call())
      // 300 ms in steps of 20.
      expect(new Set(simulated.watchdogs)).toEqual(new Set([0, 15]))
      expect(simulated.servos.map(({ watchdog }) => watchdog)).toEqual([0, 0])
    }))

  it('goes on after a watchdog has bitten', () =>
    using(bench, async ({ driver, board }) => {
      const [servo] = (board as SimulatedDynamixel).servos
      servo.watchdog = 255
      await driver.perform(pan, call())
      expect(servo.position).toBeCloseTo(2048 + (40 * 4096) / 360, -2)
    }))

  it('tells what a servo that shut itself down reports, and reboots it when a person releases the stop', () =>
    using(bench, async ({ driver, board }) => {
      const simulated = board as SimulatedDynamixel
      const [servo] = simulated.servos
      await driver.perform(pan, call())
      Object.assign(servo, { hardware: 0x20, torque: false })
      await expect(driver.perform(pan, call())).rejects.toMatchObject({ kind: 'unsafe', message: /overload/ })
      await driver.release(await stopped(driver))
      expect(simulated.reboots).toBe(1)
      expect(servo.hardware).toBe(0)
    }))

  it('refuses servos in another operating mode or without a watchdog', async () => {
    for (const wrong of [{ mode: 1 }, { drive: 4 }, { watchdog: 0 }]) {
      const rig = open(bench)
      const [servo] = (rig.board as SimulatedDynamixel).servos
      for (const [key, value] of Object.entries(wrong))
        Object.defineProperty(servo, key, { get: () => value, set: () => {} })
      await expect(rig.driver.greet({ stopAfter: 300, patience: 500 })).rejects.toMatchObject({ kind: 'mismatch' })
      rig.board.off()
      await rig.driver.close()
    }
  })

  const bytes = (hex: string) => Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16))

  it('makes the packets of the e-Manual', () => {
    expect(packet(1, 1)).toEqual(bytes('FF FF FD 00 01 03 00 01 19 4E'))
    expect(packet(0xfe, 1)).toEqual(bytes('FF FF FD 00 FE 03 00 01 31 42'))
    expect(packet(1, 2, [0x84, 0, 4, 0])).toEqual(bytes('FF FF FD 00 01 07 00 02 84 00 04 00 1D 15'))
    expect(packet(1, 3, [0x74, 0, 0, 2, 0, 0])).toEqual(bytes('FF FF FD 00 01 09 00 03 74 00 00 02 00 00 CA 89'))
    expect(packet(1, 8)).toEqual(bytes('FF FF FD 00 01 03 00 08 2F 4E'))
    expect(syncRead(0x84, 4, [1, 2])).toEqual(bytes('FF FF FD 00 FE 09 00 82 84 00 04 00 01 02 CE FA'))
    const two = new Map([
      [1, [0x96, 0, 0, 0]],
      [2, [0xaa, 0, 0, 0]],
    ])
    expect(syncWrite(0x74, 4, two)).toEqual(
      bytes('FF FF FD 00 FE 11 00 83 74 00 04 00 01 96 00 00 00 02 AA 00 00 00 82 87'),
    )
  })

  it('reads the status packets of the e-Manual, and undoes the stuffing', () => {
    const scanner = new FrameScanner(96, look)
    const heard = scanner.push(
      bytes(
        'FF FF FD 00 01 07 00 55 00 06 04 26 65 5D FF FF FD 00 02 08 00 55 00 1F 08 00 00 BA BE FF FF FD 00 01 04 00 55 00 A1 0C',
      ),
    )
    expect(heard).toEqual([
      { id: 1, error: 0, alert: false, data: Uint8Array.of(6, 4, 0x26) },
      { id: 2, error: 0, alert: false, data: Uint8Array.of(0x1f, 8, 0, 0) },
      { id: 1, error: 0, alert: false, data: new Uint8Array() },
    ])
    expect(scanner.bad).toBe(0)
    const stuffed = packet(3, 0x55, [0x80, 0xff, 0xff, 0xfd, 7, 0xff, 0xff, 0xfd])
    expect(stuffed.length).toBe(7 + 9 + 2 + 2)
    expect(scanner.push(stuffed)).toEqual([
      { id: 3, error: 0, alert: true, data: Uint8Array.of(0xff, 0xff, 0xfd, 7, 0xff, 0xff, 0xfd) },
    ])
  })
})
