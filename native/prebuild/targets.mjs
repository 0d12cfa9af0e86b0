/**
 * The targets that addons are built for ahead of time, and what each needs on this machine.
 * gives  targets: name, file under prebuilds/ (named by node-gyp-build's tags), machine, libc, tools and how to get them
 * after  ../prebuild.mjs
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Most bytes of a stripped addon. */
export const LIMIT = 1_500_000
/** Node 20 itself asks for this glibc; JetPack 5 has 2.31. */
export const GLIBC = '2.28'

const cross = (triple, packages) => ({ triple, compiler: `${triple}-g++`, strip: `${triple}-strip`, packages })
const x64 = cross('x86_64-linux-gnu', 'g++')
const arm64 = cross('aarch64-linux-gnu', 'g++-aarch64-linux-gnu')
const arm = cross('arm-linux-gnueabihf', 'g++-arm-linux-gnueabihf')
const musl = (triple, packages, first = '') => ({ libc: 'musl', musl: triple, muslPackages: packages, first })

export const targets = [
  { name: 'linux-x64-glibc', file: 'linux-x64/lutra.glibc.node', machine: 'x64', libc: 'glibc', ...x64 },
  { name: 'linux-arm64-glibc', file: 'linux-arm64/lutra.glibc.node', machine: 'arm64', libc: 'glibc', ...arm64 },
  { name: 'linux-arm-glibc', file: 'linux-arm/lutra.armv7.glibc.node', machine: 'arm', libc: 'glibc', ...arm },
  {
    name: 'linux-x64-musl',
    file: 'linux-x64/lutra.musl.node',
    machine: 'x64',
    ...x64,
    ...musl('x86_64-linux-musl', 'musl-dev'),
  },
  {
    name: 'linux-arm64-musl',
    file: 'linux-arm64/lutra.musl.node',
    machine: 'arm64',
    ...arm64,
    ...musl('aarch64-linux-musl', 'musl-dev:arm64', 'sudo dpkg --add-architecture arm64 && sudo apt-get update && '),
  },
  { name: 'darwin-arm64', file: 'darwin-arm64/lutra.node', machine: 'arm64', compiler: 'clang++', strip: 'strip' },
]

const runs = (command) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0

/** Where musl of a target lies: in the system, or under build/sysroots by "dpkg -x", whose lib/ is usr/lib/ as in a system. */
export function muslRoot(root, target) {
  return ['', join(root, 'build', 'sysroots', target.name)].find((at) =>
    [`include/${target.musl}/stdlib.h`, `lib/${target.musl}/libc.so`].every((name) => existsSync(`${at}/usr/${name}`)),
  )
}

/** What this machine lacks for a target, as a sentence that says how to get it; undefined where nothing is missing. */
export function missing(root, target) {
  if (target.name.startsWith('darwin'))
    return process.platform === 'darwin' ? undefined : "it is built on a Mac, with Xcode's command line tools and cmake"
  const packages = []
  if (!runs('cmake')) packages.push('cmake')
  if (!runs(target.compiler)) packages.push(target.packages)
  const noMusl = target.libc === 'musl' && muslRoot(root, target) === undefined
  if (noMusl) packages.push(target.muslPackages)
  if (packages.length === 0) return undefined
  return `"${noMusl ? target.first : ''}sudo apt-get install ${packages.join(' ')}" brings what is missing`
}
