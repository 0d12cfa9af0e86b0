/** A model's pulse, and robots that end with it. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Program } from '../../../hal/backend.js'
import { LutraError } from '../../../hal/error.js'
import { Pulse } from '../../../sdk/open/pulse.js'
import { open } from '../../../sdk/open.js'
import { all, drive, rig, sleep } from '../robot/rig.js'

/** A program whose passes end when the test says so. */
function scripted() {
  const passes: { end(): void; fail(error: unknown): void }[] = []
  const run = () =>
    new Promise<Float32Array>((resolve, fail) => passes.push({ end: () => resolve(new Float32Array(1)), fail }))
  const program = { run, runBatch: () => run().then((row) => [row]), close: async () => {} } as unknown as Program
  const pulse = new Pulse()
  const watched = pulse.watch(program)
  const pass = () => watched.run({} as never, new Int32Array(1), 'last').catch((error: unknown) => error)
  return { pulse, watched, passes, pass, alive: pulse.alive(1000) }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }))
afterEach(() => void vi.useRealTimers())

test('idle for an hour: well; a pass that does not end: not, until it does', async () => {
  const { pulse, passes, pass, alive } = scripted()
  vi.advanceTimersByTime(3_600_000)
  expect(alive()).toBe(true)
  const going = pass()
  vi.advanceTimersByTime(900)
  expect([alive(), pulse.running, pulse.quiet]).toEqual([true, 1, 900])
  vi.advanceTimersByTime(200)
  expect(alive()).toBe(false)
  passes[0].end()
  await going
  expect([alive(), pulse.running]).toEqual([true, 0])
})

test('steady steps are well, and so is a consumer that takes its time between them', async () => {
  const { passes, pass, alive } = scripted()
  for (let step = 0; step < 5; step++) {
    const going = pass()
    vi.advanceTimersByTime(800)
    expect(alive()).toBe(true)
    passes[step].end()
    await going
    vi.advanceTimersByTime(60_000)
    expect(alive()).toBe(true)
  }
})

test('one that hangs beside one that steps: well while there are steps', async () => {
  const { passes, pass, alive } = scripted()
  void pass()
  for (let step = 1; step < 4; step++) {
    const going = pass()
    vi.advanceTimersByTime(800)
    passes[step].end()
    await going
    expect(alive()).toBe(true)
  }
  vi.advanceTimersByTime(1100)
  expect(alive()).toBe(false)
})

test('a crash is not well until a pass succeeds; a caller mistake or a cancellation is', async () => {
  const { passes, pass, alive, pulse } = scripted()
  for (const [i, kind] of (['cancelled', 'limit', 'mismatch'] as const).entries()) {
    const going = pass()
    passes[i].fail(new LutraError(kind, 'Expected so'))
    await going
    expect(alive()).toBe(true)
  }
  const going = pass()
  passes[3].fail(new Error('worker died'))
  await going
  expect(alive()).toBe(false)
  expect(pulse.trouble).toMatchObject({ message: 'worker died' })
  const next = pass()
  passes[4].end()
  await next
  expect(alive()).toBe(true)
})

test('closed is closed', async () => {
  const { watched, alive } = scripted()
  await watched.close()
  expect(alive()).toBe(false)
})

test('a robot that executes what a model makes stops when the model hangs, not before', async () => {
  vi.useRealTimers()
  const { passes, pass, pulse } = scripted()
  await using it = await rig({ alive: pulse.alive(300) })
  const going = all(it.robot.perform(drive(3)))
  await sleep(700)
  expect(it.robot.now.mode).toBe('moving')
  void pass()
  const { reports, error } = await going
  expect(reports.at(-1)?.state).toBe('stopped')
  expect(error).toMatchObject({ kind: 'cancelled', message: expect.stringMatching(/alive.*check the model/) })
  expect(it.firmware.latched).toBe(true)
  passes[0].end()
  await it.robot.reset()
  expect(it.robot.now.mode).toBe('idle')
  expect(it.monitor.wrongs).toEqual([])
})

test('a real model is well while it thinks and afterwards, and not once closed', async () => {
  vi.useRealTimers()
  const model = await open('pilot', { backend: 'ts', threads: 1 })
  const alive = model.alive(60_000)
  const thinking = model.interpret('drive two metres')
  await sleep(0)
  expect(alive()).toBe(true)
  expect((await thinking).refused).toBe(false)
  expect([model.pulse.running, alive()]).toEqual([0, true])
  await model.close()
  expect(alive()).toBe(false)
})
