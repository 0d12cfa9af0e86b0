import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { boards } from '../../boards/index.js'
import {
  detectDevice,
  energySource,
  identify,
  pageReader,
  type Reader,
  readPage,
  systemReader,
  writePage,
} from '../../hal/index.js'
import { fakeNames, fakeRoot } from '../fakes/root.js'
import { pi, pmicText } from './sense/firmware.js'

const look = (reader: Reader) => {
  const { board, why, identity } = identify(reader, boards)
  return { board: board.name, why, identity, device: { ...detectDevice(reader, board.luts) } }
}

describe.each(fakeNames)('%s', (name) => {
  it('is the same machine from the page that it writes', () => {
    const reader = fakeRoot(name)
    expect(look(pageReader(readPage(writePage(reader, look))))).toEqual(look(reader))
  })
})

describe('what only a firmware’s program tells', () => {
  const throttled = 'throttled=0x50005\n'
  const seen = (reader: Reader) => {
    const { sensors, throttling, noSensor } = detectDevice(reader)
    return { sensors, throttling, noSensor, energy: energySource(reader, sensors) }
  }
  const paged = (reader: Reader) => pageReader(readPage(writePage(reader, look)))

  it('is on the page of a Raspberry Pi 5: why it is slow, and its power', () => {
    const reader = pi('raspberry-pi-5', { 'vcgencmd get_throttled': throttled, 'vcgencmd pmic_read_adc': pmicText })
    expect(seen(paged(reader))).toEqual(seen(reader))
    expect(seen(paged(reader))).toMatchObject({
      throttling: { now: ['under-voltage', 'throttled'] },
      energy: { name: 'PMIC rails', covers: 'rails' },
    })
  })

  it('is on the page of one without a power chip, and of one whose firmware is silent', () => {
    const old = pi('raspberry-pi-4b', { 'vcgencmd get_throttled': 'throttled=0x0\n' })
    const mute = pi('raspberry-pi-4b', {})
    for (const reader of [old, mute]) expect(seen(paged(reader))).toEqual(seen(reader))
    expect(seen(paged(old)).noSensor).toMatchObject([{ reason: expect.stringMatching(/no power chip/) }])
    expect(seen(paged(mute)).noSensor?.[0].reason).toMatch(/did not answer/)
  })

  it('is bounded, and shows no serial number', () => {
    const liar = `throttled=0x4\nserial : 10000000deadbeef\n== /proc/cpuinfo\n${'x'.repeat(1e6)}`
    const page = writePage(pi('raspberry-pi-5', { 'vcgencmd get_throttled': liar }), look)
    expect(page).toContain('== $ vcgencmd get_throttled\nthrottled=0x4\n == /proc/cpuinfo')
    expect(page).not.toMatch(/deadbeef|x{20000}/)
  })

  it('is read from a page only where Lutra would ask it itself', () => {
    const page = readPage(
      'machine: linux arm64\n== $ vcgencmd otp_dump\n1\n== $ vcgencmd get_throttled\nthrottled=0x1\n',
    )
    expect([...page.answers]).toEqual([['vcgencmd get_throttled', 'throttled=0x1\n']])
    expect(page.files.size).toBe(0)
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
      'raspberrypi,5-model-b',
      '== $ vcgencmd get_throttled',
      'throttled=0xf',
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
