/** Inputs that stop a robot, and the button on a GPIO line: its levels are simulated, its ioctls are asked of what is no chip. */
import { EMPTY, firstValueFrom, NEVER, of, Subject, throwError } from 'rxjs'
import { expect, test } from 'vitest'
import { loadNative } from '../../../kernels/native/load.js'
import { type ButtonOptions, button } from '../../../sdk/robot/button.js'
import { type Gpio, nativeGpio } from '../../../sdk/robot/native.js'
import { all, drive, list, rig, sleep, wait } from './rig.js'

test('an emission stops what runs, with its reason; a reset frees it', async () => {
  const topic = new Subject<unknown>()
  await using it = await rig({ emergency: [NEVER, topic] })
  const going = all(it.robot.perform(drive(3)))
  await sleep(200)
  topic.next('estop/all')
  const { reports, error } = await going
  expect(reports.at(-1)?.state).toBe('stopped')
  expect(error).toMatchObject({ kind: 'cancelled', message: expect.stringMatching(/estop\/all/) })
  expect(it.firmware.latched).toBe(true)
  expect(it.robot.now.reason).toMatch(/estop\/all/)
  await it.robot.reset()
  expect((await list(it.robot.perform(wait(0.1)))).at(-1)?.state).toBe('done')
  topic.next({ payload: new Uint8Array(1e6) })
  expect(it.robot.now).toMatchObject({ latched: true, reason: expect.stringMatching(/an emergency input/) })
  expect(it.monitor.wrongs).toEqual([])
})

test.each([
  ['fails', throwError(() => new Error('wire cut')), /failed \(wire cut\)/],
  ['ends', EMPTY, /has ended/],
  ['presses at once and ends', of('down'), /has ended/],
])('an input that %s stops the robot for good', async (_, input, message) => {
  await using it = await rig({ emergency: input })
  expect(it.robot.now.latched).toBe(true)
  expect((await all(it.robot.perform(drive(1)))).error).toMatchObject({ kind: 'unsafe' })
  await expect(it.robot.reset()).rejects.toMatchObject({ kind: 'unsafe', message: expect.stringMatching(message) })
  expect(it.robot.now.latched).toBe(true)
  expect(it.firmware.begun).toEqual([])
})

test('one that ends in motion stops it', async () => {
  const topic = new Subject<string>()
  await using it = await rig({ emergency: topic })
  const going = all(it.robot.perform(drive(3)))
  await sleep(200)
  topic.complete()
  expect((await going).reports.at(-1)?.state).toBe('stopped')
})

test('inputs are let go when the robot is closed or its line ends', async () => {
  const topic = new Subject<string>()
  const it = await rig({ emergency: topic })
  expect(topic.observed).toBe(true)
  await it.robot.close()
  expect(topic.observed).toBe(false)
  it.firmware.off()
  const other = await rig({ emergency: topic })
  other.pair.cut()
  await sleep(20)
  expect(topic.observed).toBe(false)
  other.firmware.off()
})

/** A simulated line. */
function line(high: boolean) {
  const state = { high, open: 0, asked: [] as unknown[], broken: undefined as Error | undefined }
  const gpio: Gpio = {
    open: (...asked) => {
      state.asked.push(asked)
      return ++state.open
    },
    read: () => {
      if (state.broken) throw state.broken
      return state.high
    },
    close: () => {
      state.open--
    },
  }
  return { state, gpio }
}

/** What it has told, as long as the test likes. */
function watch(options: ButtonOptions, gpio: Gpio) {
  const seen = { count: 0, error: undefined as unknown, last: '' }
  const subscription = button(options, gpio).subscribe({
    next: (reason) => {
      seen.count++
      seen.last = reason
    },
    error: (error) => {
      seen.error = error
    },
  })
  return { seen, subscription }
}

test('the contact opens, or its wire is cut: pressed at once; released only when it has rested', async () => {
  const { state, gpio } = line(false)
  const { seen, subscription } = watch({ line: 17 }, gpio)
  expect(state.asked).toEqual([['/dev/gpiochip0', 17, 'up']])
  await sleep(60)
  expect(seen.count).toBe(0)
  state.high = true
  await sleep(40)
  expect(seen.count).toBeGreaterThanOrEqual(1)
  expect(seen.last).toMatch(/line 17 of \/dev\/gpiochip0/)
  // Bouncing counts as pressed.
  state.high = false
  const { count } = seen
  await sleep(20)
  expect(seen.count).toBeGreaterThan(count)
  await sleep(200)
  const rested = seen.count
  await sleep(60)
  expect(seen.count).toBe(rested)
  subscription.unsubscribe()
  expect(state.open).toBe(0)
})

test('the other wiring is the other level', async () => {
  const { state, gpio } = line(true)
  const { seen, subscription } = watch({ chip: '/dev/gpiochip4', line: 3, pull: 'none', activeLow: true }, gpio)
  expect(state.asked).toEqual([['/dev/gpiochip4', 3, 'none']])
  expect(seen.count).toBe(0)
  state.high = false
  await sleep(40)
  expect(seen.count).toBeGreaterThanOrEqual(1)
  subscription.unsubscribe()
})

test('a line that cannot be read any more is an error, and is freed', async () => {
  const { state, gpio } = line(false)
  const { seen } = watch({ line: 1 }, gpio)
  state.broken = Object.assign(new Error('no such device'), { code: 'ENODEV' })
  await sleep(40)
  expect(seen.error).toMatchObject({ name: 'LutraError', kind: 'io', message: expect.stringMatching(/no such device/) })
  expect(state.open).toBe(0)
})

test('a held button keeps the robot stopped, however often it is reset; released, it can be', async () => {
  const { state, gpio } = line(false)
  await using it = await rig({ emergency: button({ line: 2 }, gpio) })
  const going = all(it.robot.perform(drive(3)))
  await sleep(200)
  state.high = true
  expect((await going).reports.at(-1)?.state).toBe('stopped')
  const { stops } = it.monitor
  for (let i = 0; i < 3; i++) {
    await it.robot.reset().catch(() => {})
    await sleep(60)
    expect(it.robot.now.latched).toBe(true)
  }
  expect(it.monitor.stops - stops).toBeLessThan(100)
  state.high = false
  await sleep(150)
  await it.robot.stop()
  await it.robot.reset()
  expect((await list(it.robot.perform(wait(0.1)))).at(-1)?.state).toBe('done')
})

const why = loadNative().exports?.gpioOpen ? undefined : (loadNative().reason ?? 'the addon has no GPIO on this system')

const noChips = [
  ['/dev/gpiochip-none', 'ENOENT', /gpiodetect/],
  ['/dev/null', 'ENOTTY', /no GPIO chip/],
] as const

test('the addon says cleanly what is wrong with what is no chip', async (context) => {
  if (why) context.skip(why)
  for (const [chip, code, hint] of noChips) {
    expect(() => nativeGpio().open(chip, 1, 'up')).toThrow(expect.objectContaining({ code }))
    const message = expect.stringMatching(hint)
    await expect(firstValueFrom(button({ chip, line: 1 }))).rejects.toMatchObject({ kind: 'io', message })
  }
})

test('the addon refuses what is no line, and survives what is no descriptor', (context) => {
  if (why) context.skip(why)
  const gpio = nativeGpio()
  expect(() => gpio.read(-1)).toThrow(expect.objectContaining({ code: 'EBADF' }))
  expect(() => gpio.open(5 as never, 1, 'up')).toThrow(/gpioOpen/)
})

test('a line number that is none is told without a look', async () => {
  await expect(firstValueFrom(button({ line: -1 }, line(false).gpio))).rejects.toMatchObject({ kind: 'limit' })
})
