/** The addon's GPIO on a real kernel: gpio-sim in a virtual machine with Debian's kernel (gpio/kernel.sh). */
import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const tools = ['apt-get', 'dpkg', 'make', 'gcc-12', 'qemu-system-x86_64']
const missing = tools.filter((tool) => spawnSync('which', [tool]).status !== 0)

test('chips, inputs, edges, outputs, the button, and threads that end, on gpio-sim', {
  timeout: 900_000,
}, async (context) => {
  if (process.arch !== 'x64') context.skip('the virtual machine is an x64 one')
  if (missing.length > 0) context.skip(`needs ${missing.join(', ')}: apt install qemu-system-x86 make gcc-12`)
  const { stdout } = await promisify(execFile)('sh', ['test/native/gpio/kernel.sh'])
  const found = JSON.parse(stdout)
  expect(found).toMatchObject({
    chips: [{ label: 'gpio-sim-lab', lines: 16 }],
    clock: true,
    busy: 'EBUSY',
    free: 'none',
    looked: [false, true, false],
    // Given back, the line is an input again, and pulled down.
    relay: [true, false, false, 'io'],
    resting: 0,
    pressed: true,
    worker: 'watching',
    noChip: 'io',
    noLabel: 'io',
    noLine: 'io',
    negative: 'limit',
  })
  // Where both edges are asked for, the kernel says by the level at the time of its interrupt thread which one it was: on a
  // slow machine two changes may be told as one, or the same level twice. The last one told is what stands.
  expect(found.levels.length).toBeGreaterThan(10)
  expect(found.levels.length).toBeLessThanOrEqual(21)
  expect([found.levels[0], found.levels.at(-1)]).toEqual([false, false])
  expect(found.levels).toContain(true)
})
