/** What both boards share, away from any board: hostile bytes on this machine, and the Pico's file through its compiler. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { core, firmwareFolder, has } from './build.js'
import { native } from './native.js'

test('the core keeps its rules under hostile bytes, with sanitizers', (context) => {
  const made = native()
  if (typeof made === 'string') return context.skip(made)
  using it = made
  expect(it.run(1, 60_000)).toMatch(/[1-9]\d* with turning wheels/)
})

const noArm = has('arm-none-eabi-gcc', 'gcc-arm-none-eabi libnewlib-arm-none-eabi')
const flags = ['-mcpu=cortex-m0plus', '-mthumb', '-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-Irover']

test('the Pico firmware compiles for its chip, against declarations that stand in for pico-sdk', (context) => {
  if (noArm) return context.skip(noArm)
  const folder = mkdtempSync(join(tmpdir(), 'lutra-pico-'))
  const shim = fileURLToPath(new URL('./pico.h', import.meta.url))
  const headers = ['clocks', 'gpio', 'irq', 'pwm', 'uart', 'watchdog'].map((name) => `hardware/${name}.h`)
  for (const header of [...headers, 'pico/stdlib.h']) {
    mkdirSync(dirname(join(folder, header)), { recursive: true })
    writeFileSync(join(folder, header), `#include "${shim}"\n`)
  }
  try {
    for (const source of ['pico/main.c', ...core]) {
      const args = [...flags, `-I${folder}`, '-c', source, '-o', join(folder, 'out.o')]
      const { status, stderr } = spawnSync('arm-none-eabi-gcc', args, { cwd: firmwareFolder, encoding: 'utf8' })
      expect(`${source}: ${status} ${stderr}`).toBe(`${source}: 0 `)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
