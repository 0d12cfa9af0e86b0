/** What guards the prebuilt addons: the ELF reader, the choice of old symbols, and the faults that stop a release. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
// @ts-expect-error: a build script, plain JavaScript
import { compareVersions, symbolsAt } from '../../native/prebuild/baseline.mjs'
// @ts-expect-error: a build script, plain JavaScript
import { faults } from '../../native/prebuild/check.mjs'
// @ts-expect-error: a build script, plain JavaScript
import { readElf } from '../../native/prebuild/elf.mjs'

const addon = 'build/Release/lutra.node'
const elf = process.platform === 'linux' && existsSync(addon)
const x64 = { name: 'test', machine: process.arch, libc: 'glibc' }

describe('symbols of an old C library', () => {
  const symbol = (name: string, version: string) => ({ name, version, type: 'function', size: 4 })

  it('are the newest that the baseline has', () => {
    const all = [symbol('pow', 'GLIBC_2.29'), symbol('pow', 'GLIBC_2.2.5'), symbol('memcpy', 'GLIBC_2.14')]
    const also = [symbol('memcpy', 'GLIBC_2.2.5'), symbol('fstat', 'GLIBC_2.33'), symbol('secret', 'GLIBC_PRIVATE')]
    const chosen = symbolsAt([...all, ...also, symbol('GLIBC_2.14', 'GLIBC_2.14')], '2.28')
    expect([...chosen].map(([name, { version }]: [string, { version: string }]) => `${name} ${version}`)).toEqual([
      'pow 2.2.5',
      'memcpy 2.14',
    ])
  })

  it('are ordered by number', () => {
    expect(['2.4', '2.28', '2.2.5', '2.3'].sort(compareVersions)).toEqual(['2.2.5', '2.3', '2.4', '2.28'])
  })
})

describe.skipIf(!elf)('an addon, read', () => {
  const bytes = elf ? readFileSync(addon) : Buffer.alloc(0)

  it('tells its machine and its door', () => {
    const read = readElf(bytes)
    expect([read.machine, read.bits]).toEqual([process.arch, process.arch === 'arm' ? 32 : 64])
    expect(read.defined.map(({ name }: { name: string }) => name)).toContain('napi_register_module_v1')
    expect(read.undefined.map(({ name }: { name: string }) => name)).toContain('napi_create_object')
  })

  it('built for this machine alone is no prebuilt one, by every rule', () => {
    const found = faults(x64, bytes).join('\n')
    expect(found).toMatch(/stripped/)
    expect(found).toMatch(/needs libstdc\+\+\.so\.6/)
    expect(faults({ ...x64, machine: 'arm' }, bytes).join('\n')).toMatch(/code for arm/)
    expect(faults({ ...x64, libc: 'musl' }, bytes, new Set(['malloc'])).join('\n')).toMatch(/what musl has/)
  })

  it('may be damaged without harm', () => {
    for (let seed = 1; seed < 200; seed++) {
      const damaged = Buffer.from(bytes.subarray(0, 4096))
      for (let i = 0; i < 8; i++) damaged[(seed * 7919 + i * 104729) % 4096] = (seed * 31 + i) & 255
      try {
        readElf(damaged)
      } catch (error) {
        expect(error).toBeInstanceOf(Error)
      }
    }
    expect(() => readElf(Buffer.from('no ELF file at all, but as long as its header would have been'))).toThrow(/ELF/)
  })
})
