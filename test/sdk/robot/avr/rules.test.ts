/** The AVR reference firmware, as built, on an emulated chip: each rule of docs/rover-protocol.md, judged by its pins. */
import { describe, expect, test } from 'vitest'
import { encodeFrame, encodeHost, type WireCommand } from '../../../../sdk/robot/protocol/index.js'
import { Bench } from './bench.js'
import { type Built, build, noAvr } from './build.js'

if (noAvr) console.warn(`skipped: AVR firmware: ${noAvr}`)
const built: Built | undefined = noAvr ? undefined : build()
const board = () => new Bench(built!.program)

const wait: WireCommand = { skill: 'wait', seconds: 0 }
const far: WireCommand = { skill: 'drive', metres: 3 }
const latch = (it: Bench) => it.telemetry.latch
/** Turning from the time of the call on. */
const after = (it: Bench, ms: number) => it.wheels.turning.filter((turn) => turn.ms > ms)

describe.skipIf(noAvr)(`AVR firmware (emulated ATmega328P)${noAvr ? `: ${noAvr}` : ''}`, () => {
  test('fits the chip: half its flash, half its memory', () => {
    expect(built!.flash).toBeLessThan(16_384)
    expect(built!.memory).toBeLessThan(1024)
  })

  test('a start drives no wheel, and a stranger is told to say hello', () => {
    const it = board()
    expect(it.order(far, 2)).toEqual(['greet-first'])
    it.wait(300)
    expect(it.wheels.turning).toEqual([])
    expect(it.ask({ type: 'stop' }, 0)).toEqual(['ack'])
  })

  test('drives as far as it is told: ramps, limits, and rest at the end', () => {
    const it = board().hello()
    expect(it.order({ skill: 'drive', metres: 0.4 }, 2)).toEqual(['ack'])
    expect(it.feed(2)).toBe('done')
    const { turning } = it.wheels
    expect(it.telemetry.pose.x).toBeCloseTo(0.4, 2)
    expect(it.telemetry.pose.y).toBeCloseTo(0, 2)
    expect(turning.every(({ left, right }) => left > 0 && Math.abs(left - right) < 0.01)).toBe(true)
    // 400 of 600 mm/s, above the least duty of 40.
    expect(Math.max(...turning.map(({ left }) => left))).toBeLessThan((40 + (400 * 215) / 600 + 2) / 255)
    // 0.8 m/s² are 8 mm/s a step: no jump in what the pins do.
    for (const [i, turn] of turning.entries()) if (i > 2) expect(turn.left - turning[i - 1].left).toBeLessThan(0.04)
    expect(it.wheels.moving).toBe(false)
    expect(it.damaged).toBe(0)
  })

  test('turns on the spot, left positive', () => {
    const it = board().hello()
    it.order({ skill: 'turn', degrees: 90 }, 2)
    expect(it.feed(2)).toBe('done')
    expect(it.telemetry.pose.heading).toBeCloseTo(90, 0)
    expect(it.wheels.turning.every(({ left, right }) => left < 0 && right > 0)).toBe(true)
    it.order({ skill: 'turn', degrees: -45 }, 3)
    expect(it.feed(3)).toBe('done')
    expect(it.telemetry.pose.heading).toBeCloseTo(45, 0)
    it.order({ skill: 'drive', metres: -0.2 }, 4)
    expect(it.feed(4)).toBe('done')
    expect(it.telemetry.pose.x).toBeCloseTo(-0.1414, 2)
    expect(it.telemetry.pose.y).toBeCloseTo(-0.1414, 2)
  })

  test('a stop is heard by everybody, at once, and holds', () => {
    const it = board().hello()
    it.order(far, 2)
    it.feed(2, 400)
    expect(it.wheels.moving).toBe(true)
    const began = it.chip.ms
    // The eight bytes of the page, as they stand there.
    expect(it.raw(Uint8Array.of(0, 2, 4, 1, 3, 0x5c, 0x10, 0))).toEqual(['done', 'ack'])
    expect(it.wheels.last - began).toBeLessThan(3)
    expect(it.order(far, 3)).toEqual(['latched'])
    it.wait(500)
    expect(after(it, began + 5)).toEqual([])
    expect(it.telemetry.latched).toBe(true)
    expect(it.ask({ type: 'reset', latch: (latch(it) + 1) & 255 }, 4)).toEqual(['stale'])
    expect(it.ask({ type: 'reset', latch: latch(it) }, 4)).toEqual(['ack'])
    expect(it.order(far, 3)).toEqual(['latched'])
    expect(it.order(far, 5)).toEqual(['ack'])
  })

  test('the button on the vehicle stops it, too', () => {
    const it = board().hello()
    it.order(far, 2)
    it.feed(2, 300)
    const began = it.chip.ms
    it.chip.set('C', 2, false)
    it.wait(50)
    expect(it.wheels.last - began).toBeLessThan(15)
    expect(it.telemetry).toMatchObject({ latched: true, result: 'stopped' })
    // Held down, it cannot be reset for longer than a step.
    it.ask({ type: 'reset', latch: latch(it) }, 3)
    it.wait(50)
    expect(it.telemetry.latched).toBe(true)
  })

  test('once: repeats, old numbers and new sessions', () => {
    const it = board().hello()
    expect(it.order({ skill: 'drive', metres: 0.05 }, 2)).toEqual(['ack'])
    expect(it.order({ skill: 'drive', metres: 0.05 }, 2)).toEqual(['ack'])
    expect(it.feed(2)).toBe('done')
    const rest = it.chip.ms
    expect(it.order({ skill: 'drive', metres: 0.05 }, 2)).toEqual(['done', 'ack'])
    expect(it.order(far, 1)).toEqual(['stale'])
    it.hello()
    expect(it.order(far, 2)).toEqual(['done', 'ack'])
    it.wait(200)
    expect(after(it, rest)).toEqual([])
    expect(it.telemetry.pose.x).toBeCloseTo(0.05, 2)
    it.hello(6)
    expect(it.order({ skill: 'drive', metres: 0.05 }, 2)).toEqual(['ack'])
    expect(it.feed(2)).toBe('done')
    expect(it.telemetry.pose.x).toBeCloseTo(0.1, 2)
    for (const sequence of [0x7000, 0xe000, 0xffff, 1]) expect(it.order(wait, sequence)).toContain('ack')
  })

  test('alone: a second command is busy and stays refused; a cancel that comes first is remembered', () => {
    const it = board().hello()
    it.order(far, 2)
    expect(it.order(wait, 3)).toEqual(['busy'])
    const began = it.chip.ms
    expect(it.ask({ type: 'cancel' }, 2)).toEqual(['done', 'ack'])
    it.wait(300)
    expect(it.wheels.last - began).toBeLessThan(200)
    expect(it.order(wait, 3)).toEqual(['stale'])
    expect(it.ask({ type: 'cancel' }, 4)).toEqual(['ack'])
    expect(it.order(far, 4)).toEqual(['done', 'ack'])
    it.wait(200)
    expect(it.wheels.moving).toBe(false)
  })

  test('alive: without heartbeats of its own number it stands within the stop-after time, to the millisecond', () => {
    for (const ms of [100, 500]) {
      const it = board().hello()
      expect(it.ask({ type: 'timeout', ms }, 2)).toEqual(['ack'])
      it.order(far, 3)
      it.feed(3, 600)
      const bytes = encodeFrame(encodeHost({ type: 'heartbeat' }, 3))
      it.chip.receive(bytes)
      while (it.chip.waiting.length) it.chip.run(it.chip.ms + 0.01)
      const last = it.chip.ms
      for (let i = 0; i < 20; i++) it.ask({ type: 'heartbeat' }, 2)
      it.wait(300)
      expect(it.wheels.last).toBeLessThanOrEqual(last + ms)
      expect(it.wheels.last).toBeGreaterThan(last + ms - 25)
      for (let i = 0; i < 5; i++) it.ask({ type: 'heartbeat' }, 3)
      expect(it.order(far, 3)).toEqual(['done', 'ack'])
      expect(it.wheels.moving).toBe(false)
    }
  })

  test('damaged, cut and overlong frames say nothing; wrong payloads are refused for what they are', () => {
    const it = board().hello()
    const frame = encodeFrame(encodeHost({ type: 'command', command: far }, 2))
    for (let i = 1; i < frame.length - 1; i++) {
      const damaged = frame.slice()
      damaged[i] ^= 0x41
      expect(it.raw(damaged)).toEqual([])
    }
    for (let length = 1; length < frame.length - 1; length++) {
      expect(it.raw(frame.subarray(0, length))).toEqual([])
      expect(it.raw(Uint8Array.of(0))).toEqual([])
    }
    expect(it.raw(new Uint8Array(700).fill(0x55))).toEqual([])
    it.wait(100)
    expect(it.wheels.turning).toEqual([])
    const raw = (id: number, payload: number[]) =>
      it.raw(encodeFrame({ id, sequence: 9, payload: Uint8Array.from(payload) }))
    expect(raw(0x10, [0, 0])).toEqual(['payload'])
    expect(raw(0x10, [0xd1, 7, 0, 0])).toEqual(['range'])
    expect(raw(0x18, [255, 255, 255, 255])).toEqual(['range'])
    expect(raw(0x17, [2])).toEqual(['range'])
    expect(raw(0x19, [])).toEqual(['range'])
    expect(raw(0x19, [0xc3])).toEqual(['range'])
    expect(raw(0x20, [])).toEqual(['unknown'])
    expect(raw(0x03, [1])).toEqual(['payload'])
  })

  test('what it has no part for it is unable to do; lamp and servo it has', () => {
    const it = board().hello()
    const unable: WireCommand[] = [
      { skill: 'goto', place: 'kitchen' },
      { skill: 'drive_until', direction: 'forward', event: 'wall' },
      { skill: 'grip', state: 'close' },
      { skill: 'arm', pose: 'up' },
      { skill: 'say', text: 'hello' },
      { skill: 'look', direction: 'behind' },
    ]
    for (const [i, command] of unable.entries()) expect(it.order(command, 10 + i)).toEqual(['unable'])
    expect(it.order({ skill: 'light', state: 'on' }, 30)).toEqual(['ack', 'done'])
    expect(it.wheels.lamp).toBe(true)
    expect(it.order({ skill: 'light', state: 'off' }, 31)).toEqual(['ack', 'done'])
    expect(it.wheels.lamp).toBe(false)
    expect(it.order({ skill: 'look', direction: 'left' }, 32)).toEqual(['ack'])
    expect(it.feed(32)).toBe('done')
    expect(it.wheels.pulse).toBeCloseTo(2000, -1)
  })

  test('a hung program is reset by its watchdog, with the motors off, and knows nobody', () => {
    const it = board().hello()
    it.order(far, 2)
    it.feed(2, 500)
    expect(it.wheels.moving).toBe(true)
    const began = it.chip.ms
    it.chip.hang()
    for (let i = 0; i < 10; i++) it.ask({ type: 'heartbeat' }, 2)
    it.wait(500)
    expect(it.chip.bites).toBe(1)
    expect(it.wheels.last - began).toBeLessThan(300)
    expect(it.ask({ type: 'heartbeat' }, 2)).toEqual(['greet-first'])
    it.wait(500)
    expect(it.chip.bites).toBe(1)
    const boots = it.heard.filter((m) => m.type === 'welcome').map((m) => m.boot)
    it.hello(9)
    expect(it.heard.findLast((m) => m.type === 'welcome')).toMatchObject({ boot: boots[0] + 1 })
  })

  test('a flood of bytes starves nothing: the wheels stop in time, the watchdog stays quiet', () => {
    const it = board().hello()
    it.order(far, 2)
    it.feed(2, 300)
    const last = it.chip.ms
    for (let i = 0; i < 100; i++) {
      it.chip.receive(new Uint8Array(150).fill(1 + i))
      it.wait(10)
    }
    expect(it.wheels.last).toBeLessThanOrEqual(last + 500 + 30)
    expect(it.chip.bites).toBe(0)
    it.wait(600)
    expect(it.ask({ type: 'cancel' }, 3)).toEqual(['ack'])
  })
})
