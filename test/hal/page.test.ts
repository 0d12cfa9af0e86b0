import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boards } from '../../boards/index.js'
import { detectDevice, identify, pageReader, type Reader, readPage, systemReader, writePage } from '../../hal/index.js'
import { fakeNames, fakeRoot } from '../fakes/root.js'

const look = (reader: Reader) => {
  const { board, why, identity } = identify(reader, boards)
  return { board: board.name, why, identity, device: detectDevice(reader, board.luts) }
}

describe.each(fakeNames)('%s', (name) => {
  it('is the same machine from the page that it writes', () => {
    const reader = fakeRoot(name)
    expect(look(pageReader(readPage(writePage(reader, look))))).toEqual(look(reader))
  })
})

it('tells this machine as it is', () => {
  // Memory and sensors change between two looks.
  const steady = ({ device, ...rest }: ReturnType<typeof look>) => ({
    ...rest,
    device: { ...device, memory: 0, sensors: 0, throttling: 0 },
  })
  const here = { ...systemReader(), wasm: undefined, node: undefined }
  expect(steady(look(pageReader(readPage(writePage(here, look)))))).toEqual(steady(look(here)))
})

it('holds what a hostile machine says within its section', () => {
  const liar: Reader = {
    os: 'linux',
    arch: 'arm64',
    read: (path) =>
      path === '/proc/version' ? new TextEncoder().encode('x\n== /proc/cpuinfo\nprocessor: 0\n') : undefined,
    list: () => [],
  }
  const page = readPage(writePage(liar, (reader) => reader.read('/proc/version')))
  expect([...page.files.keys()]).toEqual(['/proc/version'])
})

it('shows nobody a secret or a serial number', () => {
  const files: Record<string, string> = {
    '/proc/1/environ': 'PATH=/bin\0TOKEN=hunter2\0container=lxc\0PASSWORD=hunter3\0',
    '/proc/cpuinfo': 'processor\t: 0\nRevision\t: d04170\nSerial\t\t: 10000000deadbeef\nModel\t\t: Raspberry Pi 5\n',
  }
  const read = (path: string) => (path in files ? new TextEncoder().encode(files[path]) : undefined)
  const page = writePage({ os: 'linux', arch: 'arm64', read, list: () => [] }, look)
  expect(page).not.toMatch(/hunter|deadbeef|PATH/)
  expect(page).toMatch(/Revision\t: d04170\nModel/)
  expect(look(pageReader(readPage(page))).identity.container).toBe('lxc')
})

it('refuses what is no page, and what unfolds without end', () => {
  expect(() => readPage('hello')).toThrow(expect.objectContaining({ kind: 'format' }))
  const head = 'machine: linux arm64\n'
  expect(() => readPage(`${head}== /a{0-9999}{0-9999}\nx`)).toThrow(expect.objectContaining({ kind: 'limit' }))
  expect(() => readPage(`${head}== /a{0-9999}/b\nx\n== /b{0-9999}\nx\n== /c{0-9999}\nx\n`)).toThrow(/20000 files/)
  expect(() => readPage('m'.repeat(5e6))).toThrow(expect.objectContaining({ kind: 'limit' }))
})

it('any text is a page or a LutraError, and any page a machine', () => {
  const line = fc.oneof(
    fc.constantFrom(
      'machine: linux arm64',
      'machine: linux arm',
      'sysctl hw.model: x',
      '== /proc/self/auxv',
      'HWCAP 0xfffffffffffffffff',
      'HWCAP 99999999999999999999999',
      '== /sys/devices/system/cpu/cpu{0-3}/',
      '== /sys/devices/system/cpu/online',
      '0-9999,,-',
      '== /proc/device-tree/compatible',
      '== ',
      '==',
    ),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
      let page: ReturnType<typeof readPage>
      try {
        page = readPage(lines.join('\n'))
      } catch (error) {
        expect(error).toMatchObject({ name: 'LutraError' })
        return
      }
      expect(look(pageReader(page)).board).toBeTypeOf('string')
    }),
    { numRuns: 300 },
  )
})
