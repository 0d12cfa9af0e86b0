/**
 * Builds emitted C++ with the compiler that is found on this machine, once: what is built is kept in the user's cache.
 * takes  C++, flags · gives  the file's path; LutraError unsupported where there is no compiler
 * before node:child_process · after ./linear, sdk/cli/compile
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder } from '../../../hal/cache-folder.js'
import { LutraError } from '../../../hal/error.js'

export interface Compiler {
  readonly command: string
  /** The first line of what it says of itself. */
  readonly version: string
}

const commands = ['c++', 'g++', 'clang++']

/** $CXX, else the first that answers; undefined where none does. */
export function findCompiler(env: NodeJS.ProcessEnv = process.env): Compiler | undefined {
  for (const command of env.CXX ? [env.CXX] : commands) {
    const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' })
    if (status === 0) return { command, version: stdout.split('\n')[0] }
  }
  return undefined
}

/** No contraction of products and sums but where the source says so: results follow the source. */
const common = [
  '-std=c++17',
  '-O3',
  '-fvisibility=hidden',
  '-ffp-contract=off',
  '-fno-trapping-math',
  '-fno-math-errno',
]

export interface Built {
  readonly path: string
  readonly compiler: Compiler
  /** Whether it had been built before. */
  readonly kept: boolean
}

export function build(source: string, flags: readonly string[], env: NodeJS.ProcessEnv = process.env): Built {
  const compiler = findCompiler(env)
  if (!compiler)
    throw new LutraError(
      'unsupported',
      `Expected a C++ compiler (${env.CXX ?? commands.join(', ')}) but found none; type "sudo apt install g++" ` +
        '(macOS: "xcode-select --install"), or use the wasm engine, which needs none',
    )
  const all = [
    ...common,
    ...flags,
    '-fPIC',
    '-shared',
    ...(process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []),
  ]
  const key = createHash('sha256')
    .update(JSON.stringify([source, all, compiler, process.arch]))
    .digest('hex')
    .slice(0, 32)
  const folder = join(cacheFolder(env) ?? join(tmpdir(), `lutra-${process.getuid?.() ?? 'user'}`), 'compiled')
  const path = join(folder, `${key}.node`)
  if (existsSync(path)) return { path, compiler, kept: true }
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const [text, part] = [join(folder, `${key}.cpp`), join(folder, `${key}.${process.pid}.part`)]
  writeFileSync(text, source)
  const { status, stderr } = spawnSync(compiler.command, [...all, text, '-o', part], { encoding: 'utf8' })
  if (status !== 0) {
    rmSync(part, { force: true })
    throw new LutraError('unsupported', `${compiler.command} did not build ${text}: ${stderr.trim().slice(0, 2000)}`)
  }
  // Whole or not at all: another process may be building the same.
  renameSync(part, path)
  return { path, compiler, kept: false }
}
