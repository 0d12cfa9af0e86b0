/** A budget is kept by simulated chips of many kinds; what a pause, a lost sensor and a cancellation do meanwhile. */
import { expect, test } from 'vitest'
import type { LutraError } from '../../../../hal/error.js'
import type { GovernorEvent } from '../../../../sdk/open/governor/options.js'
import { Chip, type ChipOptions, pi5, step } from './chip.js'

const hottest = (chip: Chip) => Math.max(...chip.history.map(({ celsius }) => celsius))
const since = (chip: Chip, from: number) => chip.history.filter(({ seconds }) => seconds >= from)
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

test('the chip would go beyond the budget by itself', async () => {
  const chip = await new Chip(pi5).open({ maxCelsius: 120 })
  await chip.run(600)
  expect(hottest(chip)).toBeGreaterThan(95)
  chip.governor.close()
})

test('a heat budget is kept, with as many threads as it allows, and without swinging', async () => {
  const chip = await new Chip({ ...pi5, noise: 0.5 }).open({ maxCelsius: 75 })
  await chip.run(500)
  expect(hottest(chip)).toBeLessThan(75)
  const settled = since(chip, 200).map(({ threads }) => threads)
  // Two threads come to rest at 72.75 °C, three at 84.75: between them it can only take turns.
  expect(mean(settled)).toBeGreaterThan(1.5)
  expect(Math.min(...settled)).toBeGreaterThanOrEqual(1)
  const changes = settled.filter((threads, i) => i > 0 && threads !== settled[i - 1]).length
  expect(changes).toBeLessThan(300 / 5)
  chip.governor.close()
})

test('chips of many kinds stay below it', async () => {
  let x = 5
  const within = (least: number, most: number) => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0
    return least + ((most - least) * x) / 2 ** 32
  }
  for (let kind = 0; kind < 8; kind++) {
    const threads = Math.floor(within(1, 9))
    const idle = within(1, 4)
    const each = within(0.5, 3)
    const ambient = within(10, 35)
    const die: ChipOptions['die'] = [within(0.2, 1.5), within(0.2, 2)]
    const sink: ChipOptions['sink'] = [within(1, 8), within(20, 120)]
    const options = { threads, idle, each, ambient, die, sink, noise: within(0, 0.4) }
    const rest = ambient + idle * (die[0] + sink[0])
    // What a die adds to its sink within a second is beyond any governor: it must fit in, at least for one thread.
    const maxCelsius = Math.min(115, Math.max(rest + 12 + threads * each * die[0], 50))
    if (maxCelsius < rest + 12 + threads * each * die[0]) continue
    const chip = await new Chip(options).open({ maxCelsius })
    await chip.run(150)
    expect(hottest(chip), JSON.stringify({ ...options, maxCelsius })).toBeLessThan(maxCelsius)
    expect(mean(chip.history.map(({ threads }) => threads))).toBeGreaterThan(0)
    chip.governor.close()
  }
})

test('one thread too much: it pauses, and goes on once it is cool again', async () => {
  const events: GovernorEvent[] = []
  const onEvent = (event: GovernorEvent) => events.push(event)
  const chip = await new Chip({ ...pi5, threads: 2, each: 5, sink: [5.5, 20] }).open({ maxCelsius: 70, onEvent })
  await chip.run(300)
  expect(hottest(chip)).toBeLessThan(70)
  const kinds = events.map(({ type }) => type)
  expect(kinds.filter((type) => type === 'paused').length).toBeGreaterThan(2)
  expect(kinds.filter((type) => type === 'resumed').length).toBeGreaterThan(2)
  expect(chip.history.filter(({ threads }) => threads > 0).length).toBeGreaterThan(150)
  const waited = chip.history.filter(({ threads }) => threads === 0).length * step
  expect(Math.abs(chip.governor.pausedMs - waited)).toBeLessThan(2 * step * kinds.length)
  expect(chip.governor.events).toEqual(events.slice(-100))
  chip.governor.close()
})

test('an engine that cannot change its threads pauses at once', async () => {
  const chip = await new Chip({ ...pi5, fixed: true }).open({ maxCelsius: 65 })
  await chip.run(300)
  expect(hottest(chip)).toBeLessThan(65)
  expect(new Set(chip.history.map(({ threads }) => threads))).toEqual(new Set([0, 4]))
  chip.governor.close()
})

test('a power budget: what is drawn is known by drawing it, so no look after the first is beyond it by more than a thread', async () => {
  const chip = await new Chip(pi5).open({ maxWatts: 6 })
  await chip.run(120)
  // Two threads take 5.7 W, three 7.3.
  const settled = since(chip, 5)
  expect(Math.max(...settled.map(({ watts }) => watts))).toBeLessThan(6)
  expect(new Set(settled.map(({ threads }) => threads))).toEqual(new Set([2]))
  // Idle looks do not bring a third back, whatever is free then.
  chip.working = false
  await chip.run(60)
  chip.working = true
  await chip.run(5)
  expect(chip.threads).toBe(2)
  chip.governor.close()
})

test('what another process drew comes back when it has gone', async () => {
  const chip = new Chip(pi5)
  const options = chip.options as { idle: number }
  options.idle = 5.5
  await chip.open({ maxWatts: 9.5 })
  await chip.run(20)
  expect(chip.threads).toBe(2)
  options.idle = 2.5
  await chip.run(30)
  expect(chip.threads).toBe(4)
  chip.governor.close()
})

test('after a rest it begins with all threads, if it is cold', async () => {
  const chip = await new Chip(pi5).open({ maxCelsius: 75 })
  await chip.run(300)
  expect(chip.threads).toBeLessThan(4)
  chip.working = false
  await chip.run(300)
  expect(chip.threads).toBe(4)
  expect(hottest(chip)).toBeLessThan(75)
  chip.governor.close()
})

test('a budget without a sensor, or without sense, is refused', async () => {
  const open = (options: Parameters<Chip['open']>[0], silent: string[] = []) => {
    const chip = new Chip(pi5)
    for (const path of silent) chip.silent.add(path)
    return chip.open(options).then(
      () => undefined,
      (error: LutraError) => [error.kind, error.message],
    )
  }
  const zone = '/sys/class/thermal/thermal_zone0/temp'
  const rail = '/sys/class/hwmon/hwmon0/power1_input'
  expect(await open({ maxCelsius: 70 }, [zone])).toEqual([
    'unsupported',
    expect.stringMatching(
      /^Expected a temperature sensor for maxCelsius but found no sensor: .*; open without maxCelsius$/,
    ),
  ])
  expect(await open({ maxWatts: 5 }, [rail])).toEqual([
    'unsupported',
    expect.stringMatching(/^Expected a power sensor for maxWatts but found no sensor: /),
  ])
  for (const wrong of [{}, { maxCelsius: 10 }, { maxCelsius: Number.NaN }, { maxWatts: 0 }, { maxWatts: Infinity }])
    expect((await open(wrong))?.[0], JSON.stringify(wrong)).toMatch(/mismatch|limit/)
})

test('a sensor that falls silent: after five looks who asks is told, and it goes on when it is back', async () => {
  const chip = await new Chip(pi5).open({ maxCelsius: 75 })
  await chip.run(30)
  const before = chip.threads
  chip.silent.add('/sys/class/thermal/thermal_zone0/temp')
  await chip.run(4.5)
  expect(chip.governor.gate()).toBeUndefined()
  expect(chip.threads).toBe(before)
  await chip.run(2)
  await expect(chip.governor.gate()).rejects.toMatchObject({ kind: 'io', message: /cpu-thermal.*silence for 5 s/ })
  chip.silent.clear()
  await chip.run(2)
  expect(chip.governor.gate()).toBeUndefined()
  expect(chip.governor.events.map(({ type }) => type)).toEqual(expect.arrayContaining(['silent', 'heard']))
  chip.governor.close()
})

test('what slows the machine is told when it changes', async () => {
  const chip = await new Chip(pi5).open({ maxCelsius: 110 })
  const list = chip.reader.list
  let alarm = '0'
  const reader = chip.reader as { -readonly [K in keyof typeof chip.reader]: (typeof chip.reader)[K] }
  const read = chip.reader.read
  reader.list = (path) => (path === '/sys/class/hwmon' ? ['hwmon0', 'hwmon1'] : list(path))
  reader.read = (path) =>
    path === '/sys/class/hwmon/hwmon1/name'
      ? new TextEncoder().encode('rpi_volt')
      : path.endsWith('in0_lcrit_alarm')
        ? new TextEncoder().encode(alarm)
        : read(path)
  await chip.run(5)
  alarm = '1'
  await chip.run(5)
  alarm = '0'
  await chip.run(5)
  const told = chip.governor.events.filter(({ type }) => type === 'throttled').map(({ throttling }) => throttling?.now)
  expect(told).toEqual([['under-voltage'], []])
  chip.governor.close()
})

test('closing lets go who waits; a signal lets one go without the others', async () => {
  const chip = await new Chip({ ...pi5, threads: 1, each: 8 }).open({ maxCelsius: 60 })
  await chip.run(30)
  expect(chip.governor.state.paused).toBe(true)
  const stop = new AbortController()
  const ended: string[] = []
  void chip.governor.gate(stop.signal)?.then(() => ended.push('cancelled'))
  void chip.governor.gate()?.then(() => ended.push('closed'))
  stop.abort()
  await new Promise(setImmediate)
  expect(ended).toEqual(['cancelled'])
  chip.governor.close()
  await new Promise(setImmediate)
  expect(ended).toEqual(['cancelled', 'closed'])
  expect(chip.governor.gate()).toBeUndefined()
})
