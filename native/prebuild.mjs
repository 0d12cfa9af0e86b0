/**
 * Builds the addons that the package carries, one for each target whose tools are on this machine, strips and checks them
 * and puts them into prebuilds/; says what is missing for the others. `npm run prebuilds [-- TARGET…]` (npm would run a
 * script called prebuild before every build).
 * TARGET    as the files in toolchains/ are called, all by default; a target that is named must be built
 * --pack    as `npm pack` calls it: builds again only what is older than its sources
 * Fails where an addon does not build or prebuild/check.mjs finds fault; a target without tools is no failure.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeBaseline } from './prebuild/baseline.mjs'
import { faults } from './prebuild/check.mjs'
import { readElf } from './prebuild/elf.mjs'
import { GLIBC, missing, muslRoot, targets } from './prebuild/targets.mjs'

const native = dirname(fileURLToPath(import.meta.url))
const root = join(native, '..')
const asked = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const packing = process.argv.includes('--pack')
const unknown = asked.filter((name) => !targets.some((target) => target.name === name))
if (unknown.length > 0) {
  console.error(
    `lutra: Expected targets out of ${targets.map(({ name }) => name).join(', ')} but found ${unknown.join(', ')}`,
  )
  process.exit(2)
}

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 26 })
  if (status === 0) return
  throw new Error(`${command} ${args.join(' ')} failed:\n${error?.message ?? `${stdout}${stderr}`}`)
}

const newest = Math.max(
  ...readdirSync(native, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs),
)

/** The target's addon, stripped, in the build folder. */
function build(target) {
  const folder = join(root, 'build', 'prebuild', target.name)
  mkdirSync(folder, { recursive: true })
  const headers = createRequire(import.meta.url).resolve('node-api-headers')
  const settings = [
    `-DCMAKE_TOOLCHAIN_FILE=${join(native, 'toolchains', `${target.name}.cmake`)}`,
    '-DCMAKE_BUILD_TYPE=Release',
    `-DCMAKE_JS_INC=${join(dirname(headers), 'include')}`,
  ]
  if (target.libc === 'glibc') {
    const baseline = join(folder, `glibc-${GLIBC}`)
    if (!existsSync(join(baseline, 'libpthread.so'))) makeBaseline(target.compiler, GLIBC, baseline)
    settings.push(`-DLUTRA_BASELINE=${baseline}`)
  } else if (target.libc === 'musl') settings.push(`-DLUTRA_MUSL_ROOT=${muslRoot(root, target)}`)
  run('cmake', ['-S', native, '-B', folder, ...settings])
  run('cmake', ['--build', folder, '--parallel', process.env.LUTRA_BUILD_JOBS ?? '2'])
  const stripped = join(folder, 'stripped.node')
  run(target.strip, [target.libc ? '--strip-unneeded' : '-x', join(folder, 'lutra.node'), '-o', stripped])
  return stripped
}

function muslSymbols(target) {
  if (target.libc !== 'musl') return undefined
  const library = `${muslRoot(root, target)}/usr/lib/${target.musl}/libc.so`
  return new Set(readElf(readFileSync(library)).defined.map(({ name }) => name))
}

let failed = false
const rows = []
for (const target of targets) {
  if (asked.length > 0 && !asked.includes(target.name)) continue
  const place = join(root, 'prebuilds', target.file)
  const lack = missing(root, target)
  if (lack !== undefined) {
    const old = existsSync(place) ? 'kept as it was built before' : 'not built'
    rows.push([target.name, old, lack])
    if (asked.length > 0) failed = true
    continue
  }
  try {
    if (!(packing && existsSync(place) && statSync(place).mtimeMs > newest)) {
      const file = build(target)
      const found = target.libc ? faults(target, readFileSync(file), muslSymbols(target)) : []
      if (found.length > 0) {
        rmSync(place, { force: true })
        throw new Error(found.join('\n'))
      }
      mkdirSync(dirname(place), { recursive: true })
      cpSync(file, place)
    }
    rows.push([target.name, `${(statSync(place).size / 1e6).toFixed(2)} MB`, `prebuilds/${target.file}`])
  } catch (error) {
    failed = true
    rows.push([target.name, 'failed', error.message])
  }
}
for (const [name, state, rest] of rows) console.log(`lutra: ${name.padEnd(18)} ${state.padEnd(8)} ${rest}`)
process.exit(failed ? 1 : 0)
