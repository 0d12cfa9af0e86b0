import { describe, expect, it } from 'vitest'
import { boards } from '../../boards/index.js'
import { detectDevice, identify, planThreads } from '../../hal/index.js'
import { nativeBackend } from '../../kernels/native/index.js'
import { fakeNames, fakeRoot } from '../fakes/root.js'

const real = boards.filter((board) => !board.simulated && !board.name.startsWith('generic'))
/** Two dozen machines of some two hundred files each: a disk is tested elsewhere. */
const inMemory = () => {}
const bytes = (text: string) => new TextEncoder().encode(text)

/** The native tier that each board must get, and how many threads the plan computes on. */
const expected: Readonly<Record<string, readonly [tier: string, threads: number]>> = {
  'apple-m1': ['neon-dotprod', 4],
  'apple-m2': ['neon-i8mm', 4],
  'apple-m3': ['neon-i8mm', 4],
  'apple-m4': ['neon-i8mm', 4],
  'apple-pro-max': ['neon-dotprod', 8],
  'beaglebone-ai-64': ['neon', 2],
  beagleplay: ['neon', 4],
  'beagley-ai': ['neon', 4],
  'jetson-agx-orin': ['neon-dotprod', 12],
  'jetson-nano': ['neon', 4],
  'jetson-orin-nano': ['neon-dotprod', 6],
  'jetson-orin-nx': ['neon-dotprod', 8],
  'jetson-thor': ['neon-i8mm', 14],
  'orange-pi-5': ['neon-dotprod', 4],
  'orange-pi-5-plus': ['neon-dotprod', 4],
  'radxa-dragon-q6a': ['neon-dotprod', 4],
  'raspberry-pi-3b-plus': ['neon', 4],
  'raspberry-pi-4b': ['neon', 4],
  'raspberry-pi-5': ['neon-dotprod', 4],
  'raspberry-pi-cm4': ['neon', 4],
  'raspberry-pi-cm5': ['neon-dotprod', 4],
  'raspberry-pi-zero-2w': ['neon', 4],
  'rock-5b': ['neon-dotprod', 4],
  'surface-laptop-7': ['neon-i8mm', 12],
}

/** Kernels that tell no cache sizes: their device trees have none, and Arm's registers neither. */
const silent = ['apple-pro-max', 'radxa-dragon-q6a', 'surface-laptop-7']

it('every real board has a fake machine', () => {
  expect(real.filter((board) => !fakeNames.includes(board.name))).toEqual([])
  expect(Object.keys(expected).sort()).toEqual(real.map(({ name }) => name).sort())
})

describe.each(real)('$name', (board) => {
  const reader = fakeRoot(board.name, inMemory)
  const device = detectDevice(reader)
  const mac = reader.os === 'darwin'

  it(mac ? 'is told by its model' : 'is told by its device tree', () => {
    const found = identify(reader, boards)
    expect(found.board).toBe(board)
    expect(found.why).toMatch(mac ? /^model/ : /compatible/)
    expect(found.identity).toMatchObject({ wsl: false, container: undefined })
  })

  it('is told by its model or its processor alone, where a kernel has another compatible', () => {
    const changed = fakeRoot(board.name, (files) => files.set('/proc/device-tree/compatible', bytes('other,name\0')))
    const found = identify(changed, boards)
    expect(found.board).toBe(board)
    expect(found.why).toMatch(/model/)
    for (const brand of board.match.brands ?? []) {
      const named = { os: 'darwin', arch: 'arm64', read: () => undefined, list: () => [] }
      const told = identify({ ...named, sysctl: (key) => brandOf(key, brand) }, boards)
      expect(told).toMatchObject({ board, why: expect.stringMatching(/^processor "Apple M/) })
    }
  })

  it('is told by each of its compatible strings and models', () => {
    for (const word of board.match.compatible) {
      const changed = fakeRoot(board.name, (files) => {
        files.delete('/proc/device-tree/model')
        files.set('/proc/device-tree/compatible', bytes(`${word}\0${board.chip.compatible[0]}\0`))
      })
      expect(identify(changed, boards).board).toBe(board)
    }
    for (const model of board.match.models) {
      const changed = fakeRoot(board.name, (files) => {
        files.delete('/proc/device-tree/compatible')
        files.set('/proc/device-tree/model', bytes(`${model.replace('*', ' Rev 1.2')}\0`))
      })
      expect(identify(changed, boards).board).toBe(board)
    }
  })

  it('has the features that its chip declares, and no more tiers', () => {
    const tiers = ['neon', 'fp16', 'dotprod', 'fhm', 'i8mm', 'bf16', 'sve', 'sve2', 'sme', 'sme2']
    const of = (features: readonly string[]) => tiers.filter((tier) => features.includes(tier))
    expect(of(device.features)).toEqual(of(board.chip.features))
    expect(device.simdBits).toBe(128)
  })

  it('gets its tier of the native engine, and threads on its big cores', () => {
    const tiers = nativeBackend.tiers ?? []
    const tier = tiers.find(({ needs }) => needs.every((need) => device.features.includes(need)))
    const [best, threads] = expected[board.name]
    expect(tier?.name).toBe(best)
    expect(planThreads(device).count).toBe(threads)
  })

  it('has the clusters that its chip declares, fastest first', () => {
    const merge = (clusters: readonly (readonly [string, number])[]) => {
      const merged = new Map<string, number>()
      for (const [core, count] of clusters) merged.set(core, (merged.get(core) ?? 0) + count)
      return [...merged]
    }
    const found = merge(device.clusters.map(({ core, cpus }) => [core, cpus.length]))
    const declared = merge(board.chip.clusters.map(({ core, count }) => [core, count]))
    // macOS tells no names of cores.
    if (mac) expect(found.map(([, count]) => count)).toEqual(declared.map(([, count]) => count))
    else if (declared.length) expect(found).toEqual(declared)
    expect(device.clusters[0].capacity).toBe(1)
    expect(device.clusters.flatMap((cluster) => cluster.cpus).sort((a, b) => a - b)).toEqual(
      Array.from({ length: device.cpus }, (_, cpu) => cpu),
    )
  })

  it('has the caches that its chip declares, as far as its kernel tells any', () => {
    if (silent.includes(board.name)) return expect(device.caches).toEqual([])
    const has = (level: number, size: number) =>
      device.caches.some((cache) => cache.level === level && cache.kind !== 'instruction' && cache.bytes === size)
    for (const { l1d, l2 } of board.chip.clusters) {
      expect(has(1, l1d as number)).toBe(true)
      expect(has(2, l2 as number)).toBe(true)
    }
  })
})

function brandOf(key: string, brand: string): string | undefined {
  return key === 'machdep.cpu.brand_string' ? brand : undefined
}

describe('identify', () => {
  it('answers generic where nothing fits, and never a simulated board', () => {
    const odd = fakeRoot('orange-pi-5', (files) => {
      files.set('/proc/device-tree/compatible', bytes('rockchip,rk3588-orangepi-5-max\0rockchip,rk3588\0'))
      files.set('/proc/device-tree/model', bytes('RK3588 OPi 5 Max\0'))
    })
    expect(identify(odd, boards)).toMatchObject({
      board: { name: 'generic-arm64' },
      why: 'no board file for "RK3588 OPi 5 Max"',
    })
    const macOf = (brand: string) => ({
      ...{ os: 'darwin', arch: 'arm64', read: () => undefined, list: () => [] },
      sysctl: (key: string) => (key === 'hw.model' ? 'Mac99,1' : brandOf(key, brand)),
    })
    expect(identify(macOf('Apple M9'), boards)).toMatchObject({
      board: { name: 'generic-arm64' },
      why: 'no board file for "Mac99,1"',
    })
    expect(identify({ ...macOf('Apple M1 (Virtual)') }, boards).board.name).toBe('generic-arm64')
    const none = { os: 'linux', read: () => undefined, list: () => [] }
    for (const [arch, name] of [
      ['arm64', 'generic-arm64'],
      ['x64', 'generic-x64'],
      ['arm', 'generic'],
      ['riscv64', 'generic'],
    ])
      expect(identify({ ...none, arch }, boards)).toMatchObject({
        board: { name },
        why: 'the machine does not name itself',
      })
    const liar = fakeRoot('rock-5b', (files) => {
      files.set('/proc/device-tree/compatible', bytes('simulated-lut\0'))
      files.set('/proc/device-tree/model', bytes('simulated-lut\0'))
    })
    expect(identify(liar, boards).board.name).toBe('generic-arm64')
    const claim = {
      ...boards.find((board) => board.simulated)!,
      match: { compatible: ['radxa,rock-5b'], models: ['*'] },
    }
    expect(identify(fakeRoot('rock-5b'), [claim, ...boards]).board.name).toBe('rock-5b')
  })

  it('tells Snapdragon laptops by their DMI SKU, where there is no device tree', () => {
    const reader = fakeRoot('surface-laptop-7', (files) => {
      files.delete('/proc/device-tree/compatible')
      files.delete('/proc/device-tree/model')
      files.set('/sys/class/dmi/id/product_sku', bytes('Surface_Laptop_7th_Edition_2036\n'))
    })
    expect(identify(reader, boards)).toMatchObject({ board: { name: 'surface-laptop-7' } })
  })

  it('keeps what firmware writes short and printable', () => {
    const rude = fakeRoot('rock-5b', (files) => {
      files.set('/proc/device-tree/compatible', bytes(`${'a,b\0'.repeat(1e5)}radxa,rock-5b\0`))
      files.set('/proc/device-tree/model', bytes(`\u001b[2J${'x'.repeat(1e6)}\0`))
    })
    const { board, why, identity } = identify(rude, boards)
    expect(board.name).toBe('generic-arm64')
    expect(why).toBe(`no board file for "[2J${'x'.repeat(196)}"`)
    expect(identity.compatible.length).toBe(64)
  })

  it('obeys a name, simulated boards included, and refuses unknown ones', () => {
    const reader = fakeRoot('raspberry-pi-5')
    expect(identify(reader, boards, 'simulated-lut').board).toMatchObject({ simulated: true, backend: 'lut-core' })
    expect(() => identify(reader, boards, 'raspberry-pi-6')).toThrow(/Expected a board among .*raspberry-pi-5/)
  })

  it('sees containers and WSL', () => {
    expect(identify(fakeRoot('x64-container'), boards)).toMatchObject({
      identity: { container: 'docker', model: 'Supermicro AS-1015CS-TNR' },
    })
    const wsl = fakeRoot('x64-container', (files) =>
      files.set('/proc/version', bytes('Linux version 5.15.167.4-microsoft-standard-WSL2')),
    )
    expect(identify(wsl, boards).identity.wsl).toBe(true)
  })
})
