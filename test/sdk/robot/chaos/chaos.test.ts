/** Some of the ten thousand chaos runs (chaos.long.test.ts), in virtual time, and proof that the eye sees. */
import { expect, test } from 'vitest'
import { encodeBoard, encodeFrame, encodeHost, type WireCommand } from '../../../../sdk/robot/protocol/index.js'
import type { Firmware } from '../../../../sdk/robot/simulated-rover/firmware.js'
import { simulated } from './boards.js'
import { Eye } from './eye.js'
import { chaosRun, type Outcome } from './run.js'

test('150 runs by seed: no unsafe motion, nothing lost or doubled, everything settles', async () => {
  const outcomes: Outcome[] = []
  for (let seed = 0; seed < 150; seed++) outcomes.push(await chaosRun(seed, simulated))
  for (const { seed, wrongs, events } of outcomes) expect({ seed, wrongs, events }).toMatchObject({ wrongs: [] })
  // Runs in which nothing happens prove nothing.
  const share = (what: (outcome: Outcome) => boolean) => outcomes.filter(what).length / outcomes.length
  expect(share(({ opened }) => opened)).toBeGreaterThan(0.8)
  expect(share(({ moved }) => moved)).toBeGreaterThan(0.6)
  expect(share(({ done }) => done > 0)).toBeGreaterThan(0.4)
}, 240_000)

test('the same seed gives the same run', async () => {
  for (const seed of [3, 20]) expect(await chaosRun(seed, simulated)).toEqual(await chaosRun(seed, simulated))
})

/** Wheels that finish what they have begun, whatever anybody says. */
function deafBrakes(firmware: Firmware): void {
  firmware.body.drop = () => {}
}

test('a board that does not come to rest is seen', async () => {
  const wrongs = new Set<string>()
  for (let seed = 0; seed < 12; seed++) {
    const outcome = await chaosRun(seed, (clock, line) => simulated(clock, line, deafBrakes))
    for (const wrong of outcome.wrongs) wrongs.add(wrong.replace(/[\d.,-]+/g, '#'))
  }
  expect([...wrongs].join('; ')).toMatch(/ms after a stop/)
})

const order: WireCommand = { skill: 'drive', metres: 0.5 }

function eye(): Eye {
  const it = new Eye({ speed: 0.5, spin: 100, stopping: 20, braking: 200, tolerance: 0.02 })
  it.arrives(encodeFrame(encodeHost({ type: 'command', command: order }, 2)), 10_000)
  it.says(encodeFrame(encodeBoard({ type: 'ack', of: 0x10, latch: 0 }, 2)))
  return it
}

test('the eye: too fast, too far, unasked, lost, doubled', () => {
  const fast = eye()
  fast.sees(10_010, 0.6, 0, 0.006, 0)
  expect(fast.wrongs.join()).toMatch(/too fast/)
  const far = eye()
  for (let i = 1; i < 40; i++) far.sees(10_000 + 10 * i, 0.4, 0, 0.02, 0)
  expect(far.wrongs.join()).toMatch(/went 0\.6/)
  const late = eye()
  late.sees(10_400, 0.4, 0, 0.1, 0)
  expect(late.wrongs).toEqual([])
  late.sees(10_600, 0.4, 0, 0.01, 0)
  late.sees(10_610, 0.4, 0, 0.01, 0)
  expect(late.wrongs.join()).toMatch(/610 ms after the last word/)
  const unasked = new Eye(fast.limits)
  unasked.sees(1, 0.1, 0, 0.1, 0)
  expect(unasked.wrongs.join()).toMatch(/before anything/)
  const lost = eye()
  lost.compare([order], 1)
  expect(lost.wrongs.join()).toMatch(/reported done after 0 m/)
  const doubled = eye()
  doubled.compare([], 0)
  expect(doubled.wrongs.join()).toMatch(/1 actions accepted of 0 started/)
  const phantom = eye()
  phantom.says(encodeFrame(encodeBoard({ type: 'ack', of: 0x10, latch: 0 }, 3)))
  expect(phantom.wrongs.join()).toMatch(/which nobody sent/)
})
