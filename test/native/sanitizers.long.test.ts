/**
 * The tests that reach the addon, once more on a build with AddressSanitizer and UndefinedBehaviorSanitizer. Each file
 * runs in a process of its own: the sanitizer must be loaded before Node, and ends the process where it finds something.
 * Needs Linux, cmake, g++ and its libasan; says what is missing and skips.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'

const folder = resolve('build/sanitized')
const addon = join(folder, 'Release', 'lutra.node')
const reports = join(folder, 'reports')

const files = [
  'test/kernels/native-conformance.test.ts',
  'test/kernels/native.test.ts',
  'test/kernels/native-formats.test.ts',
  'test/kernels/uniform.test.ts',
  'test/kernels/golden.test.ts',
  'test/kernels/native-tools.test.ts',
  'test/kernels/train.test.ts',
  'test/kernels/train-schemes.test.ts',
  'test/kernels/vq.test.ts',
  'test/kernels/linear-algebra.test.ts',
  'test/native/doors.test.ts',
  'test/sdk/quantize/feedback/native.test.ts',
  'test/sdk/quantize/method/gptvq.test.ts',
  'test/native/files.test.ts',
  'test/sdk/model/arch/goldens.test.ts',
  'test/sdk/pilot/pilot.test.ts',
  'test/sdk/robot/serial.test.ts',
]

/** A library of the compiler's by name; g++ answers with the bare name where it has none. */
function library(name: string): string | undefined {
  const { stdout } = spawnSync('g++', [`-print-file-name=${name}`], { encoding: 'utf8' })
  const path = stdout?.trim() ?? ''
  return path.includes('/') && existsSync(path) ? path : undefined
}

function missing(): string | undefined {
  if (process.platform !== 'linux') return 'only on Linux can a sanitizer be loaded before Node'
  for (const tool of ['cmake', 'g++'])
    if (spawnSync(tool, ['--version'], { stdio: 'ignore' }).status !== 0) return `${tool} is not installed`
  for (const name of ['libasan.so', 'libubsan.so']) if (!library(name)) return `g++ has no ${name}`
  return undefined
}

const reason = missing()
if (reason !== undefined) console.log(`sanitizer tests skipped: ${reason}`)

const run = (args: readonly string[], more: Record<string, string>) =>
  spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, ...more } })

function sanitized(args: readonly string[]) {
  return run(args, {
    LUTRA_ADDON: addon,
    LUTRA_DOOR_ROUNDS: '2000',
    // With libstdc++, which a Node that holds its own does not load: without it, the sanitizer cannot catch a throw.
    LD_PRELOAD: [library('libasan.so'), library('libstdc++.so.6')].filter(Boolean).join(' '),
    // Leaks stay out: Node itself frees little when it ends. Sizes beyond memory are tested for, and shall answer null.
    ASAN_OPTIONS: `detect_leaks=0:allocator_may_return_null=1:max_allocation_size_mb=1500:handle_abort=1:log_path=${reports}/asan`,
    UBSAN_OPTIONS: `halt_on_error=1:print_stacktrace=1:log_path=${reports}/ubsan`,
  })
}

/** What the sanitizers of a process and of its children wrote, without their warnings. */
const findings = () =>
  readdirSync(reports)
    .map((name) => readFileSync(join(reports, name), 'utf8'))
    .filter((text) => text.includes('ERROR:') || text.includes('runtime error:'))
    .join('\n')

describe.skipIf(reason !== undefined)('under sanitizers', () => {
  beforeAll(() => {
    const built = run(['native/build.mjs', '--sanitize'], { CXX: 'g++' })
    expect(built.status, `${built.stdout}${built.stderr}`).toBe(0)
    const symbols = readFileSync(addon, 'latin1')
    expect(symbols.includes('__asan_report_load') && symbols.includes('__ubsan_handle')).toBe(true)
    rmSync(reports, { recursive: true, force: true })
    mkdirSync(reports)
  })

  it('the addon loads', () => {
    const loaded = sanitized(['-p', 'require(process.env.LUTRA_ADDON).engineTiers().length'])
    expect(loaded.stderr + loaded.stdout).toMatch(/^\d+\n$/)
  })

  it.each(files)('%s', (file) => {
    rmSync(reports, { recursive: true })
    mkdirSync(reports)
    const options = ['--pool=forks', '--maxWorkers=1', '--testTimeout=900000', '--hookTimeout=900000']
    const tested = sanitized(['node_modules/vitest/vitest.mjs', 'run', ...options, file])
    expect(findings()).toBe('')
    expect(tested.status, (tested.stdout + tested.stderr).slice(-20_000)).toBe(0)
  })
})
