/** The addon's GPIO: its ioctls answered by a simulated chip (gpio/chip.c, preloaded), and asked of what is no chip. */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { firstValueFrom } from 'rxjs'
import { expect, test } from 'vitest'
import { loadNative } from '../../kernels/native/load.js'
import { button } from '../../sdk/robot/button.js'
import { nativeGpio } from '../../sdk/robot/gpio/native.js'

const run = promisify(execFile)
const why = loadNative().exports?.gpioWatch
  ? undefined
  : (loadNative().reason ?? 'the addon has no GPIO on this system')

test('chips, inputs, edges, outputs, the button, and threads that end, on a simulated chip', async (context) => {
  if (why) context.skip(why)
  const library = 'build/gpio/chip.so'
  const source = 'test/native/gpio/chip.c'
  mkdirSync('build/gpio/dev', { recursive: true })
  writeFileSync('build/gpio/dev/gpiochip0', '')
  if (!existsSync(library) || statSync(library).mtimeMs < statSync(source).mtimeMs) {
    const flags = ['-shared', '-fPIC', '-O1', '-Wall', '-o', library, source, '-ldl']
    await run('cc', flags).catch((error) => {
      if (error.code === 'ENOENT') context.skip('cc is not installed')
      throw error
    })
  }
  const { stdout } = await run(process.execPath, ['test/native/gpio/lines.mjs', 'build/gpio/dev', 'simulated-chip'], {
    env: { ...process.env, LD_PRELOAD: `${process.cwd()}/${library}` },
  })
  const found = JSON.parse(stdout)
  expect(found).toMatchObject({
    chips: [{ path: 'build/gpio/dev/gpiochip0', label: 'simulated-chip', lines: 16 }],
    levels: [false, ...Array.from({ length: 20 }, (_, i) => i % 2 === 0)],
    clock: true,
    missed: 0,
    busy: 'EBUSY',
    free: 'none',
    looked: [false, true, false],
    relay: [true, false, true, 'io'],
    resting: 0,
    pressed: true,
    waiting: 0,
    chatter: { whole: true, bounded: true, last: true },
    beside: { first: 12, last: { line: 13, rising: true, sequence: true } },
    worker: 'watching',
    noChip: 'io',
    noLabel: 'io',
    noLine: 'io',
    negative: 'limit',
  })
})

test.for([
  ['/dev/gpiochip-none', 'ENOENT', /gpiodetect/],
  ['/dev/null', 'ENOTTY', /no GPIO chip/],
] as const)('says cleanly what is wrong with %s', async ([chip, code, hint], context) => {
  if (why) context.skip(why)
  expect(() => nativeGpio().request(chip, [1], {})).toThrow(expect.objectContaining({ code }))
  const message = expect.stringMatching(hint)
  await expect(firstValueFrom(button({ chip, line: 1 }))).rejects.toMatchObject({ kind: 'io', message })
})

test('refuses what makes no sense, and survives what is no descriptor', (context) => {
  if (why) context.skip(why)
  const addon = loadNative().exports as Record<string, (...given: unknown[]) => unknown>
  expect(() => addon.gpioGet(-1, 1)).toThrow(expect.objectContaining({ code: 'EBADF' }))
  expect(() => addon.gpioSet(-1, [true])).toThrow(expect.objectContaining({ code: 'EBADF' }))
  expect(() => addon.gpioRequest(5, [1], {})).toThrow(/gpioRequest/)
  expect(() => addon.gpioRequest('/dev/null', [], {})).toThrow(/1 to 64/)
  expect(() => addon.gpioRequest('/dev/null', Array(65).fill(1), {})).toThrow(/1 to 64/)
  expect(() => addon.gpioWatch('x', () => {})).toThrow(/gpioWatch/)
})
