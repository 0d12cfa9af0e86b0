import { lastValueFrom } from 'rxjs'
import { describe, expect, it, vi } from 'vitest'
import { SimulatedFeetech } from '../../../../examples/simulated-boards/feetech.js'
import type { Telemetry } from '../../../../sdk/robot/driver.js'
import { look, packet, syncWrite } from '../../../../sdk/robot/drivers/feetech/codec.js'
import { Echo } from '../../../../sdk/robot/drivers/feetech/echo.js'
import { type FeetechOptions, feetech } from '../../../../sdk/robot/drivers/feetech/feetech.js'
import { families, goalBytes, readingOf } from '../../../../sdk/robot/drivers/feetech/table.js'
import { memoryPair } from '../../../../sdk/robot/memory.js'
import { robot } from '../../../../sdk/robot/robot.js'
import { type Bench, call, conforms, open, rests, using } from './conformance.js'

const joints = {
  base: { id: 1, min: -90, max: 90, speed: 200, acceleration: 800 },
  elbow: { id: 2, min: -60, max: 100, direction: -1, speed: 200, acceleration: 800 },
  grip: { id: 3, min: 0, max: 45, speed: 200, acceleration: 800 },
} as const
const arm: FeetechOptions = {
  joints,
  poses: { home: { base: 0, elbow: 0, grip: 0 }, ready: { base: 20, elbow: 30 } },
}
const base = {
  actions: [
    { skill: 'move', joint: 'base', degrees: 25 },
    { skill: 'torque', state: 'off' },
    { skill: 'torque', state: 'on' },
    { skill: 'pose', name: 'ready' },
    { skill: 'read' },
    { skill: 'pose', name: 'home' },
    { skill: 'wait', seconds: 0.1 },
  ],
  // Slow: in small steps it takes seconds.
  long: { skill: 'pose', name: 'far' },
}
const slow = Object.fromEntries(Object.entries(joints).map(([name, joint]) => [name, { ...joint, speed: 30 }]))
const bench: Bench = {
  ...base,
  runtime: true,
  name: 'feetech sts',
  factory: feetech({
    ...arm,
    joints: { ...slow, grip: joints.grip, base: joints.base },
    poses: { ...arm.poses, far: { elbow: 90 } },
  }),
  board: (line) => new SimulatedFeetech(line),
}
conforms(bench)
conforms({
  ...base,
  variant: true,
  name: 'feetech scs, an adapter that echoes, limp at a stop',
  factory: feetech({
    ...arm,
    family: 'scs',
    echo: true,
    stop: 'limp',
    joints: { ...slow, grip: joints.grip, base: joints.base },
    poses: { ...arm.poses, far: { elbow: 90 } },
  }),
  board: (line) => new SimulatedFeetech(line, { scs: true, echo: true }),
})

const counts = (degrees: number) => 2048 + (degrees * 4096) / 360

describe.concurrent('feetech', () => {
  it('moves joints where they should be, by zero and direction, and tells where they are', () =>
    using(bench, async ({ driver, board }) => {
      const [one, two] = (board as SimulatedFeetech).servos
      const heard: Telemetry[] = []
      driver.telemetry.subscribe((telemetry) => heard.push(telemetry))
      await driver.perform({ skill: 'move', joint: 'base', degrees: 30 }, call())
      await driver.perform({ skill: 'move', joint: 'elbow', degrees: -12 }, call())
      expect(Math.abs(one.position - counts(30))).toBeLessThan(25)
      expect(Math.abs(two.position - counts(12))).toBeLessThan(25)
      await driver.perform({ skill: 'read' }, call())
      const last = heard.at(-1)!
      expect(last.joints).toEqual({ base: expect.closeTo(30, -1), elbow: expect.closeTo(-12, -1), grip: 0 })
      expect(last).toMatchObject({ battery: 12.1, celsius: { base: 31 }, load: { base: 4 } })
    }))

  it('keeps every goal within one step of where the joint is', () =>
    using(bench, async ({ driver, board }) => {
      const servo = (board as SimulatedFeetech).servos[0]
      let most = 0
      const aim = servo.aim.bind(servo)
      servo.aim = (goal, speed) => {
        most = Math.max(most, Math.abs(goal - servo.position))
        aim(goal, speed)
      }
      await driver.perform({ skill: 'move', joint: 'base', degrees: 60 }, call())
      // Five degrees, and what it moved back from there meanwhile never counts.
      expect(most).toBeLessThanOrEqual((5 * 4096) / 360 + 1)
      expect(servo.goals.length).toBeGreaterThan(5)
    }))

  it('puts torque on only where the joint is, and never a speed of zero', () =>
    using(bench, async ({ driver, board }) => {
      const { servos, writes } = board as SimulatedFeetech
      servos[0].position = counts(40)
      servos[0].goal = counts(-80)
      await driver.perform({ skill: 'torque', state: 'on' }, call())
      const first = writes.findIndex(({ id, at, data }) => id === 1 && at === 40 && data[0] === 1)
      expect(writes.slice(0, first).some(({ id, at }) => id === 1 && at === 41)).toBe(true)
      await rests(board, 100)
      expect(servos[0].position).toBeCloseTo(counts(40), -1)
      for (const { at, data } of writes) if (at === 41) expect(data[5] | (data[6] << 8)).toBeGreaterThan(0)
    }))

  it('ends a motion for heat, lasting load, faults, and a joint that is held; and holds it there', () =>
    using(bench, async ({ driver, board }) => {
      const simulated = board as SimulatedFeetech
      const [servo, , other] = simulated.servos
      const far = { skill: 'move', joint: 'base', degrees: 80 }
      other.celsius = 70
      await expect(driver.perform(far, call())).rejects.toMatchObject({ kind: 'limit', message: /grip.*°C/ })
      other.celsius = 30
      other.load = -950
      await expect(driver.perform({ skill: 'pose', name: 'far' }, call())).rejects.toMatchObject({
        kind: 'limit',
        message: /load/,
      })
      other.load = 0
      simulated.error = 32
      await expect(driver.perform(far, call())).rejects.toMatchObject({ kind: 'unsafe', message: /overload/ })
      simulated.error = 0
      servo.stuck = true
      await expect(driver.perform(far, call())).rejects.toMatchObject({ kind: 'limit', message: /base/ })
      // Told to stay where it is, not where it should have been: it does not move when it comes free.
      expect(Math.abs(servo.goal - servo.position)).toBeLessThan(5)
      servo.stuck = false
      await rests(board, 200)
      await driver.perform({ skill: 'move', joint: 'base', degrees: 10 }, call())
    }))

  const answers: readonly (readonly [string, FeetechOptions['end'], boolean])[] = [
    ['hold', undefined, true],
    ['limp', 'limp', false],
    ['yes', async () => true, false],
    ['no', () => false, true],
    ['what is not true', () => 'yes' as unknown as boolean, true],
    ['an error', () => Promise.reject(new Error('deaf')), true],
  ]
  it.each(answers)('closes with %s after it has stopped', async (_, end, torque) => {
    const asked: number[] = []
    const ask = () => {
      asked.push(Math.abs(servo.velocity))
      return typeof end === 'function' && end()
    }
    const { host, board: wire } = memoryPair()
    const board = new SimulatedFeetech(wire)
    const [servo] = board.servos
    const arms = await robot(host, { driver: feetech({ ...arm, end: typeof end === 'function' ? ask : end }) })
    const states: string[] = []
    arms.perform({ skill: 'move', joint: 'base', degrees: 80 }).subscribe({ error: ({ kind }) => states.push(kind) })
    while (!servo.moving) await new Promise((resolve) => setTimeout(resolve, 5))
    await Promise.all([arms.stop(), arms.close()])
    expect(states).toEqual(['cancelled'])
    // Asked once, and not before it stood.
    expect(asked).toEqual(typeof end === 'function' ? [0] : [])
    expect(board.servos.map((one) => one.torque)).toEqual([torque, torque, torque])
    board.off()
  })

  it('keeps its torque while a joint still moves, or does not tell', async () => {
    for (const trouble of ['moves', 'silent']) {
      const { host, board: wire } = memoryPair()
      const board = new SimulatedFeetech(wire)
      const arms = await robot(host, { driver: feetech({ ...arm, end: 'limp' }) })
      await lastValueFrom(arms.perform({ skill: 'torque', state: 'on' }))
      // Somewhere else at every look, however long this machine takes between two.
      let at = board.servos[1].position
      Object.defineProperty(board.servos[1], 'position', { get: () => (at += 40), set: () => {} })
      if (trouble === 'silent') board.mute = true
      await arms.close()
      expect(board.servos[0].torque).toBe(true)
      board.off()
    }
  })

  it('is stopped where it is, not where it was sent', () =>
    using(bench, async ({ driver, board }) => {
      const [servo] = (board as SimulatedFeetech).servos
      const aim = servo.aim.bind(servo)
      servo.aim = (goal, speed) => {
        aim(goal, speed)
        servo.stuck ||= Math.abs(servo.position - 2048) > 50
      }
      // Stopped in the moment of a look: what was heard longer ago does not count, and the first look may have been on its
      // way when the joint got stuck.
      let looks = 0
      const told = new Promise<void>((resolve) => {
        driver.telemetry.subscribe(() => {
          if (!servo.stuck || ++looks < 2 || Math.abs(servo.goal - servo.position) < 40) return
          driver.sendStop()
          resolve()
        })
      })
      const end = driver.perform({ skill: 'move', joint: 'base', degrees: 80 }, call()).catch(() => {})
      await told
      // A goal that was on its way before the stop may still come in between.
      await vi.waitFor(() => expect(Math.abs(servo.goal - servo.position)).toBeLessThan(5), 20_000)
      await end
      expect(Math.abs(servo.goal - servo.position)).toBeLessThan(5)
    }))

  it('refuses an angle outside of the joint that is meant, though another could', () =>
    using(bench, async ({ driver, board }) => {
      const out = { skill: 'move', joint: 'grip', degrees: 80 }
      await expect(driver.perform(out, call())).rejects.toMatchObject({ kind: 'unsafe' })
      expect(board.moved).toBe(false)
    }))

  it('never answers a failed read with a position', async () => {
    const rig = open(bench)
    await rig.driver.greet({ stopAfter: 300, patience: 1000 })
    const heard: Telemetry[] = []
    rig.driver.telemetry.subscribe((telemetry) => heard.push(telemetry))
    rig.board.mute = true
    await expect(rig.driver.perform({ skill: 'read' }, call())).rejects.toMatchObject({ kind: 'io' })
    expect(heard).toEqual([])
    expect(rig.driver.retries).toBe(2)
    rig.board.off()
    await rig.driver.close()
  })

  it('refuses joints and poses that cannot be', () => {
    const make = (options: Partial<FeetechOptions>) => () =>
      feetech({ ...arm, ...options })({ bytes: { subscribe() {} }, closed: Promise.resolve() } as never)
    expect(make({ joints: {} })).toThrow('at least one')
    expect(make({ joints: { a: { id: 254, min: 0, max: 1 } } })).toThrow('id')
    expect(make({ joints: { a: { id: 1, min: 5, max: 5 } }, poses: {} })).toThrow('min below max')
    expect(make({ joints: { a: { id: 1, min: 0, max: 5 }, b: { id: 1, min: 0, max: 5 } }, poses: {} })).toThrow('share')
    expect(make({ poses: { up: { nose: 1 } } })).toThrow('nose')
    expect(make({ poses: { up: { base: 100 } } })).toThrow('base')
  })

  it('makes the packets of the protocol document', () => {
    expect([...packet(1, 1)]).toEqual([0xff, 0xff, 1, 2, 1, 0xfb])
    expect([...packet(1, 2, [0x38, 2])]).toEqual([0xff, 0xff, 1, 4, 2, 0x38, 2, 0xbe])
    expect([...packet(254, 3, [5, 1])]).toEqual([0xff, 0xff, 0xfe, 4, 3, 5, 1, 0xf4])
    const goal = [0x00, 0x08, 0x00, 0x00, 0xe8, 0x03]
    expect([...packet(1, 3, [0x2a, ...goal])]).toEqual([0xff, 0xff, 1, 9, 3, 0x2a, ...goal, 0xd5])
    const four = syncWrite(0x2a, 6, new Map([1, 2, 3, 4].map((id) => [id, goal])))
    expect([...four.subarray(0, 7)]).toEqual([0xff, 0xff, 0xfe, 0x20, 0x83, 0x2a, 6])
    expect(four.at(-1)).toBe(0x58)
    const heard = look(Uint8Array.of(0xff, 0xff, 1, 4, 0, 0x18, 5, 0xdd))
    expect(heard).toEqual({ frame: { id: 1, error: 0, data: Uint8Array.of(0x18, 5) }, length: 8 })
  })

  it('reads the registers of both families', () => {
    const sts = readingOf(families.sts, 0, Uint8Array.of(0x18, 0x85, 0, 0, 0x64, 0x04, 121, 40, 0, 0, 1))
    expect(sts).toEqual({ position: -0x518, moving: true, load: -10, volts: 12.1, celsius: 40 })
    const scs = readingOf(families.scs, 4, Uint8Array.of(0x02, 0x00, 0, 0, 0, 50, 74, 55, 0, 0, 0))
    expect(scs).toEqual({ position: 512, moving: false, load: 5, volts: 7.4, celsius: 55, fault: 'overheating' })
    expect(goalBytes(families.sts, { position: 2048, speed: 1000 })).toEqual([0, 0x00, 0x08, 0, 0, 0xe8, 0x03])
    expect(goalBytes(families.sts, { position: -2, speed: 0 })).toEqual([0, 2, 0x80, 0, 0, 1, 0])
    expect(goalBytes(families.scs, { position: 4000, speed: 99999 })).toEqual([0x03, 0xff, 0, 0, 0x7f, 0xff])
  })

  it('takes the echo of what was sent out of what is heard', () => {
    const echo = new Echo()
    echo.sent(Uint8Array.of(1, 2, 3))
    expect([...echo.heard(Uint8Array.of(1, 2))]).toEqual([])
    expect([...echo.heard(Uint8Array.of(3, 9))]).toEqual([9])
    echo.sent(Uint8Array.of(1, 2, 3))
    expect([...echo.heard(Uint8Array.of(1, 7, 3))]).toEqual([7, 3])
    expect([...echo.heard(Uint8Array.of(3))]).toEqual([3])
  })
})
