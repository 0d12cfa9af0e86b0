/** Inputs that stop a robot, and the button on a GPIO line: its levels are simulated here; ./gpio.test.ts asks the addon. */
import { EMPTY, firstValueFrom, NEVER, of, Subject, throwError } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { type ButtonOptions, button } from '../../../sdk/robot/button.js'
import type { Edge, Gpio } from '../../../sdk/robot/gpio/gpio.js'
import { simulatedGpio } from '../../../sdk/robot/gpio/simulated.js'
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

/** A chip whose line may fail, and that may lack interrupts. */
function chip(interrupts = true) {
  const gpio = simulatedGpio('pinctrl-test')
  const state = { broken: undefined as Error | undefined, asked: [] as unknown[], open: 0 }
  const request: Gpio['request'] = (path, lines, options) => {
    if (options.edges && !interrupts) throw Object.assign(new Error('no interrupts'), { code: 'ENXIO' })
    const held = gpio.request(path, lines, options)
    state.asked.push([path, lines, options.bias])
    state.open++
    const get = () => {
      if (state.broken) throw state.broken
      return held.get()
    }
    const close = () => {
      state.open--
      held.close()
    }
    return { ...held, get, close }
  }
  return { state, gpio: { ...gpio, request }, drive: gpio.drive }
}

describe.each([
  ['with interrupts', true],
  ['without', false],
])('a chip %s', (_, interrupts) => {
  test('the contact opens, or its wire is cut: pressed at once; released only when it has rested', async () => {
    const { state, gpio, drive } = chip(interrupts)
    const { seen, subscription } = watch({ line: 17 }, gpio)
    expect(state.asked).toEqual([['/dev/gpiochip0', [17], 'up']])
    expect(seen.count).toBeGreaterThan(0) // pulled up: no contact is there yet
    drive(17, true)
    drive(17, false)
    await sleep(200)
    const before = seen.count
    await sleep(60)
    expect(seen.count).toBe(before)
    drive(17, true)
    if (interrupts) expect(seen.count).toBe(before + 1)
    await sleep(40)
    expect(seen.count).toBeGreaterThan(before)
    expect(seen.last).toMatch(/line 17 of \/dev\/gpiochip0/)
    // Bouncing counts as pressed.
    drive(17, false)
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

  test('the other wiring is the other level, and a chip is known by its label', async () => {
    const { state, gpio, drive } = chip(interrupts)
    drive(3, true)
    const { seen, subscription } = watch({ chip: 'pinctrl-test', line: 3, pull: 'none', activeLow: true }, gpio)
    expect(state.asked).toEqual([['/dev/gpiochip0', [3], 'none']])
    expect(seen.count).toBe(0)
    drive(3, false)
    await sleep(40)
    expect(seen.count).toBeGreaterThanOrEqual(1)
    subscription.unsubscribe()
  })

  test('a line that cannot be read any more is an error, and is freed', async () => {
    const { state, gpio } = chip(interrupts)
    const { seen } = watch({ line: 1 }, gpio)
    state.broken = Object.assign(new Error('no such device'), { code: 'ENODEV' })
    await sleep(40)
    const message = expect.stringMatching(/no such device/)
    expect(seen.error).toMatchObject({ name: 'LutraError', kind: 'io', message })
    expect(state.open).toBe(0)
  })
})

test('a press shorter than a look is a press', async () => {
  const { gpio, drive } = chip()
  drive(5, true)
  const { seen, subscription } = watch({ line: 5, activeLow: true }, gpio)
  expect(seen.count).toBe(0)
  drive(5, false)
  drive(5, true)
  expect(seen.count).toBeGreaterThan(0)
  subscription.unsubscribe()
})

test('an edge is a press, whichever the kernel took it for', async () => {
  const { gpio } = chip()
  let listen: (edges: readonly Edge[]) => void = () => {}
  const listening = (to: typeof listen) => {
    listen = to
    return () => {}
  }
  const held = { get: () => [false], set() {}, watch: listening, close() {} }
  const { seen, subscription } = watch({ line: 17 }, { ...gpio, request: () => held })
  await sleep(100)
  expect(seen.count).toBe(0)
  listen([{ line: 17, rising: false, nanoseconds: 0n, sequence: 1 }])
  expect(seen.count).toBe(1)
  await sleep(150)
  const rested = seen.count
  await sleep(60)
  expect(seen.count).toBe(rested)
  subscription.unsubscribe()
})

test('a held button keeps the robot stopped, however often it is reset; released, it can be', async () => {
  const { gpio, drive: put } = chip()
  put(2, true)
  await using it = await rig({ emergency: button({ line: 2, activeLow: true }, gpio) })
  const going = all(it.robot.perform(drive(3)))
  await sleep(200)
  put(2, false)
  expect((await going).reports.at(-1)?.state).toBe('stopped')
  const { stops } = it.monitor
  for (let i = 0; i < 3; i++) {
    await it.robot.reset().catch(() => {})
    await sleep(60)
    expect(it.robot.now.latched).toBe(true)
  }
  expect(it.monitor.stops - stops).toBeLessThan(100)
  put(2, true)
  await sleep(150)
  await it.robot.stop()
  await it.robot.reset()
  expect((await list(it.robot.perform(wait(0.1)))).at(-1)?.state).toBe('done')
})

test('a line number that is none is told without a look', async () => {
  await expect(firstValueFrom(button({ line: -1 }, chip().gpio))).rejects.toMatchObject({ kind: 'limit' })
})

test('a simulated line that is held low before it is watched stays low under a pull-up', async () => {
  const { gpio, drive } = chip()
  drive(17, false)
  const { seen, subscription } = watch({ line: 17 }, gpio)
  await sleep(20)
  expect(seen.count).toBe(0)
  subscription.unsubscribe()
})
