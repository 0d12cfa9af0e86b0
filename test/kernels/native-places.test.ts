/** Where the native addon is looked for, and what happens to files that do not load: on folders made for the test. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadFirst } from '../../kernels/native/load.js'
import { places, prebuilt } from '../../kernels/native/places.js'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lutra-places-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const put = (...files: string[]) => {
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), 'not an addon')
  }
}
const names = (platform: string, arch: string) => prebuilt(root, platform, arch).map(({ name }) => name)

describe('places of the native addon', () => {
  it('takes the machine’s own folder only', () => {
    put(
      'prebuilds/linux-x64/lutra.glibc.node',
      'prebuilds/linux-arm64/lutra.glibc.node',
      'prebuilds/darwin-arm64/lutra.node',
    )
    expect(names('linux', 'arm64')).toEqual(['prebuilds/linux-arm64/lutra.glibc.node'])
    expect(names('darwin', 'arm64')).toEqual(['prebuilds/darwin-arm64/lutra.node'])
    expect(names('linux', 'riscv64')).toEqual([])
  })

  it('tries the addon of this C library first and the other one after it', () => {
    put('prebuilds/linux-x64/lutra.musl.node', 'prebuilds/linux-x64/lutra.glibc.node', 'prebuilds/linux-x64/README.md')
    expect(names('linux', 'x64')).toHaveLength(2)
    expect(names('linux', 'x64')[0]).toBe(`prebuilds/linux-x64/lutra.${process.env.LIBC ?? 'glibc'}.node`)
  })

  it('leaves out addons of another ARM version, which this test is on none of', () => {
    put('prebuilds/linux-arm/lutra.armv7.glibc.node', 'prebuilds/linux-arm/lutra.armv6.musl.node')
    const mine = (process.config.variables as { arm_version?: string }).arm_version
    expect(names('linux', 'arm')).toEqual(mine === '7' ? ['prebuilds/linux-arm/lutra.armv7.glibc.node'] : [])
  })

  it('has the build of this machine before all, and says what to do where nothing is', () => {
    expect(places(root)).toEqual({ found: [], absence: expect.stringMatching(/"npm run build:native" makes it/) })
    const folder = `prebuilds/${process.platform}-${process.arch}`
    put(`${folder}/lutra.node`, 'build/Release/lutra.node')
    expect(places(root).found.map(({ name }) => name)).toEqual(['build/Release/lutra.node', `${folder}/lutra.node`])
    const installed = join(root, 'node_modules', 'lutra')
    expect(places(installed).absence).toContain('node node_modules/lutra/native/build.mjs')
  })
})

describe('loading', () => {
  it('goes on to the next file, and gives every reason where none loads', () => {
    put('one.node', 'two.node')
    const file = (name: string) => ({ name, path: join(root, name) })
    const { reason } = loadFirst([file('one.node'), file('two.node')], 'none')
    expect(reason).toMatch(/^one\.node does not load: .+; two\.node does not load: .+/s)
    writeFileSync(join(root, 'good.cjs'), 'exports.answer = 42')
    expect(loadFirst([file('one.node'), file('good.cjs')], 'none').exports).toEqual({ answer: 42 })
    expect(loadFirst([], 'none').reason).toBe('none')
  })
})
