/** The same hostile bytes for longer; and the Pico's file against the real SDK, where PICO_SDK_PATH names one. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { firmwareFolder, has } from './build.js'
import { native } from './native.js'

test('twenty million steps of hostile bytes', (context) => {
  const made = native()
  if (typeof made === 'string') return context.skip(made)
  using it = made
  for (let seed = 1; seed <= 20; seed++) console.log(`seed ${seed}: ${it.run(seed * 7919, 1_000_000)}`)
})

test('the Pico firmware builds and links against pico-sdk', (context) => {
  const sdk = process.env.PICO_SDK_PATH
  const missing = has('arm-none-eabi-gcc', 'gcc-arm-none-eabi libnewlib-arm-none-eabi') ?? has('cmake', 'cmake')
  if (!sdk || missing) return context.skip(missing ?? 'PICO_SDK_PATH names no pico-sdk')
  const folder = mkdtempSync(join(tmpdir(), 'lutra-pico-'))
  const cmake = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('cmake', args, { encoding: 'utf8' })
    expect(status === 0 ? '' : stdout + stderr).toBe('')
  }
  try {
    // Without picotool no .uf2 is made; the linked program is what we ask for.
    cmake('-S', join(firmwareFolder, 'pico'), '-B', folder, `-DPICO_SDK_PATH=${sdk}`, '-DPICO_NO_PICOTOOL=1')
    cmake('--build', folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
