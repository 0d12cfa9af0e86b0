/**
 * Cross-builds a test program (kernels.cpp, i2s.cpp) for 64-bit ARM, and runs it under qemu as a given core.
 * Needs aarch64-linux-gnu-g++ and qemu-aarch64 (Debian: g++-aarch64-linux-gnu, qemu-user); on an ARM machine, neither.
 */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const native = 'native'
const folder = 'build/arm'
const rooms = ['engine', 'scalar', 'neon', 'i8mm', 'sve2']
const sources = [
  ...[
    'activations',
    'dispatch',
    'features',
    'memory',
    'pack',
    'pack_rows',
    'pack_triples',
    'pack_two_bit',
    'pack_uniform',
    'pack_vq',
    'pool',
    'source',
    'source_grids',
    'source_nibbles',
    'source_uniform',
    'source_vq',
    'split',
    'want',
    'weave',
    'weight',
  ].map((name) => `${native}/engine/${name}.cpp`),
  `${native}/scalar/kernels.cpp`,
  `${native}/neon/neon.cpp`,
  `${native}/neon/dotprod.cpp`,
  `${native}/i8mm/kernels.cpp`,
  `${native}/sve2/kernels.cpp`,
]
/** As native/CMakeLists.txt has them. */
const isa: ReadonlyMap<string, readonly string[]> = new Map([
  [`${native}/neon/neon.cpp`, ['-fno-schedule-insns']],
  [`${native}/neon/dotprod.cpp`, ['-march=armv8.2-a+dotprod', '-fno-schedule-insns']],
  [`${native}/i8mm/kernels.cpp`, ['-march=armv8.2-a+dotprod+i8mm']],
  [`${native}/sve2/kernels.cpp`, ['-march=armv8.2-a+dotprod+i8mm+sve2']],
])
/** Cores as qemu has them, each with the tier that it gets by default, and whether the default tests run its kernels. */
export const armCores: readonly { readonly cpu: string; readonly tier: string; readonly quick?: boolean }[] = [
  { cpu: 'cortex-a53', tier: 'neon' },
  { cpu: 'cortex-a72', tier: 'neon', quick: true },
  { cpu: 'cortex-a76', tier: 'neon-dotprod', quick: true },
  { cpu: 'max,sve=off', tier: 'neon-i8mm', quick: true },
  { cpu: 'max,sve128=on', tier: 'neon-i8mm' },
  { cpu: 'max,sve256=on', tier: 'sve2' },
  { cpu: 'max,sve512=on', tier: 'sve2' },
]

const here = process.arch === 'arm64'
const compiler = here ? 'c++' : 'aarch64-linux-gnu-g++'

/** Why the tests cannot run here; undefined where they can. */
export function missingTools(): string | undefined {
  for (const tool of here ? [compiler] : [compiler, 'qemu-aarch64'])
    if (spawnSync(tool, ['--version'], { stdio: 'ignore' }).status !== 0) return `${tool} is not installed`
  return undefined
}

/** Builds `name`.cpp with the engine where it is older than its sources; gives the program's path. */
export async function buildKernels(name = 'kernels'): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const program = join(folder, name)
  const own = `test/native/${name}.cpp`
  const files = rooms.flatMap((room) => readdirSync(join(native, room)).map((name) => join(native, room, name)))
  const newest = Math.max(...[...files, own].map((file) => statSync(file).mtimeMs))
  if (existsSync(program) && statSync(program).mtimeMs > newest) return program
  const flags = [
    '-O1',
    '-std=c++17',
    '-ffp-contract=off',
    '-fno-trapping-math',
    '-Wall',
    '-Wextra',
    '-Werror',
    `-I${native}`,
  ]
  const objects: string[] = []
  for (const source of [...sources, own]) {
    const object = join(folder, `${source.replaceAll('/', '-')}.o`)
    objects.push(object)
    if (existsSync(object) && statSync(object).mtimeMs > newest) continue
    await run(compiler, [...flags, ...(isa.get(source) ?? []), '-c', source, '-o', object])
  }
  await run(compiler, ['-static', ...objects, '-pthread', '-o', program])
  return program
}

/** Runs the program as `cpu` (a real ARM machine is what it is); gives its lines, rejects when a kernel differs. */
export async function runKernels(program: string, cpu: string, ...args: string[]): Promise<string> {
  const { stdout } = here ? await run(program, args) : await run('qemu-aarch64', ['-cpu', cpu, program, ...args])
  return stdout
}
