/**
 * Prebuilt addons under loaders that no Node is here for: glibc 2.17 (2012, older than the baseline; from npm's package
 * of a cross toolchain) and musl, arm64 under qemu. The host is a stub: what is shown is that the target's own loader
 * resolves every symbol and that the addon's door is entered, not that kernels run.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
// @ts-expect-error: a build script, plain JavaScript
import { makeBaseline } from '../../native/prebuild/baseline.mjs'
// @ts-expect-error: a build script, plain JavaScript
import { missing, muslRoot, targets } from '../../native/prebuild/targets.mjs'
import { type HostParts, loadInHost } from './host.js'

const root = join(import.meta.dirname, '../..')
const work = join(root, 'build', 'package')
const gcc = (triple: string) => `${triple}-gcc`
const runs = (command: string) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0
const target = (name: string) => targets.find((one: { name: string }) => one.name === name)

/** Where glibc 2.17 for arm64 lies, from npm, kept under build/. */
function oldGlibc(): string {
  const name = 'cross-toolchain-x64-target-aarch64'
  const folder = join(work, 'glibc-2.17')
  if (!existsSync(join(folder, 'lib', 'libc.so.6'))) {
    mkdirSync(folder, { recursive: true })
    const files = './aarch64-unknown-linux-gnu/sysroot/lib'
    const command =
      `npm pack @napi-rs/${name}@1.0.3 && tar xzf *.tgz && ` +
      `tar xJf package/*.tar.xz --strip-components=3 ${files} && rm -r package *.tgz`
    const { status, stderr } = spawnSync('bash', ['-c', command], { cwd: folder, encoding: 'utf8' })
    if (status !== 0) throw new Error(stderr)
  }
  return folder
}

const musl = (name: string, loader: readonly string[]): HostParts => {
  const at = `${muslRoot(root, target(name))}/usr/lib/${target(name).musl}`
  return {
    compiler: gcc(target(name).triple),
    addon: join(root, 'prebuilds', target(name).file),
    folder: join(work, `host-${name}`),
    link: ['-nostdlib', `${at}/crt1.o`, `-L${at}`, '-l:libc.so', '-lgcc'],
    runner: [...loader, `${at}/libc.so`],
  }
}

describe('prebuilt addons where no Node is', () => {
  for (const [name, library] of [
    ['linux-arm64-glibc', 'glibc 2.17'],
    ['linux-x64-musl', 'musl'],
    ['linux-arm64-musl', 'musl'],
  ])
    it(`${name} loads with ${library}`, ({ skip }) => {
      const lack =
        missing(root, target(name)) ??
        (existsSync(join(root, 'prebuilds', target(name).file)) ? undefined : '"npm run prebuilds" has not made it')
      const reason =
        lack ?? (name.includes('arm64') && !runs('qemu-aarch64') ? 'qemu-aarch64 is not installed' : undefined)
      if (reason !== undefined) skip(reason)
      let parts: HostParts
      if (name === 'linux-arm64-glibc') {
        const old = oldGlibc()
        makeBaseline(target(name).compiler, '2.17', join(work, 'stubs-2.17'))
        parts = {
          compiler: gcc(target(name).triple),
          addon: join(root, 'prebuilds', target(name).file),
          folder: join(work, `host-${name}`),
          link: [
            `-L${join(work, 'stubs-2.17')}`,
            '-Wl,--no-as-needed',
            '-lpthread',
            '-Wl,--unresolved-symbols=ignore-all',
            '-l:libdl.so.2',
          ],
          runner: ['qemu-aarch64', '-L', old],
        }
      } else parts = musl(name, name.includes('arm64') ? ['qemu-aarch64'] : [])
      const said = loadInHost(parts)
      console.log(`${name}: ${said.trim().replaceAll('\n', ', ')}`)
      expect(said).toMatch(/^resolved\n/)
      expect(said).toMatch(/\n(registered|refused|fatal)/)
    })
})
