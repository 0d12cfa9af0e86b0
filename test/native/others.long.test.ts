/**
 * The kernels of tiers that arm-quick.long.test.ts does not meet, against scalar: 32-bit ARM's NEON under qemu, and x64's, AVX-VNNI with
 * its two instructions emulated (vnni.h), so that the rest of that room runs on machines without them.
 */
import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)
const avx2 = ['-mavx2', '-mfma', '-mf16c']

interface Target {
  readonly compiler: string
  /** Each room's file with the flags that native/CMakeLists.txt gives it. */
  readonly rooms: Readonly<Record<string, readonly string[]>>
}
const arm: Target = {
  compiler: 'arm-linux-gnueabihf-g++',
  rooms: { 'neon/neon.cpp': ['-march=armv7-a', '-mfpu=neon-vfpv4', '-mfloat-abi=hard', '-mfp16-format=ieee'] },
}
const x64: Target = {
  compiler: 'g++',
  rooms: {
    'sse41/kernels.cpp': ['-mssse3', '-msse4.1'],
    'avx2/kernels.cpp': avx2,
    'avxvnni/kernels.cpp': [...avx2, '-include', 'test/native/vnni.h'],
    'avx512/kernels.cpp': [...avx2, ...['f', 'bw', 'dq', 'vl', 'vnni'].map((part) => `-mavx512${part}`)],
  },
}

async function build({ compiler, rooms }: Target, name: string): Promise<string> {
  const folder = join('build', name)
  mkdirSync(folder, { recursive: true })
  // What is left of the engine needs Node.
  const engine = readdirSync('native/engine').filter(
    (file) => file.endsWith('.cpp') && !/^(door_|async|engine|ops|program|state|pack_file)/.test(file),
  )
  const own = [...engine.map((file) => `engine/${file}`), 'scalar/kernels.cpp', '../test/native/kernels.cpp']
  const flags = ['-O1', '-std=c++17', '-ffp-contract=off', '-fno-trapping-math', '-Wall', '-Wextra', '-Inative']
  const objects: string[] = []
  for (const [file, isa] of [...own.map((file) => [file, []] as const), ...Object.entries(rooms)]) {
    const object = join(folder, `${file.replaceAll(/[./]/g, '-')}.o`)
    objects.push(object)
    await run(compiler, [...flags, ...isa, '-c', join('native', file), '-o', object])
  }
  const program = join(folder, 'kernels')
  await run(compiler, ['-static', ...objects, '-pthread', '-o', program])
  return program
}

const missing = (...tools: string[]) =>
  tools.find((tool) => spawnSync(tool, ['--version'], { stdio: 'ignore' }).status !== 0)

describe('kernels agree with scalar', { timeout: 1_800_000 }, () => {
  it('on 32-bit ARM with VFPv4, and there is no tier without it', async (context) => {
    const lacking = missing(arm.compiler, 'qemu-arm')
    if (lacking) return context.skip(`${lacking} is not installed`)
    const program = await build(arm, 'arm32')
    const lines = async (cpu: string) => (await run('qemu-arm', ['-cpu', cpu, program, 'quick'])).stdout
    for (const cpu of ['cortex-a7', 'cortex-a15']) expect(await lines(cpu)).toMatch(/^neon: \d{3,} cases/m)
    for (const [cpu, lacks] of [
      ['cortex-a8', 'vfpv4'],
      ['cortex-a9', 'vfpv4'],
    ])
      expect(await lines(cpu)).toContain(`neon skipped: no ${lacks}`)
  })

  it('on x64: SSE4.1, AVX2 and, its instructions emulated, AVX-VNNI', async (context) => {
    const lacking = process.arch === 'x64' ? missing(x64.compiler) : 'an x64 machine'
    if (lacking) return context.skip(`needs ${lacking}`)
    const program = await build(x64, 'x64')
    // Asked for by name it runs where this CPU lacks it.
    const stdout = (await run(program, ['quick'])).stdout + (await run(program, ['quick', 'avx-vnni'])).stdout
    for (const tier of ['avx-vnni', 'avx2', 'sse4.1'])
      if (!stdout.includes(`${tier} skipped`)) expect(stdout).toMatch(new RegExp(`^${tier}: \\d{3,} cases`, 'm'))
    expect(stdout).toMatch(/^avx-vnni: \d{3,} cases/m)
  })
})
