/**
 * Builds what bench/arm-instructions.mjs runs, into build/counts: the native engine with linear.cpp for 64-bit ARM, as the
 * addon is built (sources, flags and instruction sets are read from native/CMakeLists.txt), and the emulator's plugin.
 * gives { program, plugin }, or { missing } naming a tool that is not installed.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

const folder = 'build/counts'
const compiler = 'aarch64-linux-gnu-g++'
/** Engine rooms that speak to Node. */
const doors = /^(door_.*|async)\.cpp$/

export function build() {
  const missing = [compiler, 'qemu-aarch64', 'cc'].filter((tool) => spawnSync(tool, ['--version']).status !== 0)
  if (missing.length > 0) return { missing: missing.join(', ') }
  mkdirSync(folder, { recursive: true })
  return { program: buildProgram(), plugin: buildPlugin() }
}

function buildPlugin() {
  const plugin = join(folder, 'counter.so')
  if (stale(plugin, changed('bench/arm/counter.c')))
    execFileSync('cc', ['-O2', '-shared', '-fPIC', 'bench/arm/counter.c', '-o', plugin], { stdio: 'inherit' })
  return plugin
}

function buildProgram() {
  const lists = readFileSync('native/CMakeLists.txt', 'utf8')
  const common = /CMAKE_CXX_FLAGS "\$\{CMAKE_CXX_FLAGS\} ([^"]+)"/.exec(lists)[1].split(' ')
  const release = /CMAKE_CXX_FLAGS_RELEASE "([^"]+)"/.exec(lists)[1].split(' ')
  // Files of the rooms for 64-bit ARM, with what each adds to the flags.
  const rooms = [
    .../elseif\(LUTRA_ARM64\)([\s\S]*?)\n(?:elseif|endif)/.exec(lists)[1].matchAll(/lutra_isa\("([^"]*)" ([^)]+)\)/g),
  ]
  const sources = [
    ...readdirSync('native/engine')
      .filter((name) => name.endsWith('.cpp') && !doors.test(name))
      .map((name) => ({ file: `native/engine/${name}`, isa: [] })),
    { file: 'native/scalar/kernels.cpp', isa: [] },
    ...rooms.flatMap(([, flags, files]) =>
      files.split(' ').map((file) => ({ file: `native/${file}`, isa: flags.split(' ').filter(Boolean) })),
    ),
    { file: 'bench/arm/linear.cpp', isa: [] },
  ]
  const headers = ['engine', 'scalar', ...new Set(rooms.map(([, , files]) => files.split('/')[0]))]
    .flatMap((room) => readdirSync(join('native', room)).map((name) => join('native', room, name)))
    .filter((name) => !name.endsWith('.cpp'))
  const newest = Math.max(...headers.map(changed), changed('native/CMakeLists.txt'))
  const objects = sources.map(({ file, isa }) => {
    const object = join(folder, `${file.replaceAll('/', '-')}.o`)
    if (stale(object, Math.max(newest, changed(file))))
      execFileSync(compiler, [...release, '-std=c++17', ...common, '-Inative', ...isa, '-c', file, '-o', object], {
        stdio: 'inherit',
      })
    return object
  })
  const program = join(folder, 'linear')
  if (stale(program, Math.max(...objects.map(changed))))
    execFileSync(compiler, ['-static', ...objects, '-pthread', '-o', program], { stdio: 'inherit' })
  return program
}

const changed = (file) => statSync(file).mtimeMs
const stale = (file, than) => !existsSync(file) || changed(file) < than
